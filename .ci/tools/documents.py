#!/usr/bin/env python3
"""Does every document inside of a document parse? documents.py [--schemas FOLDER] FILE|FOLDER...

A node's user-data carries shell scripts, units and manifests; a manifest carries Helm values; values carry another
program's YAML. A fault deep inside is seen by nobody until a machine boots. This walks all of it:

- YAML: every document parses, has no duplicate key, and its string values that are documents themselves are walked too
- cloud-config: paths of write_files are absolute and unique, permissions are strings, runcmd entries well formed; that
  of the installed system inside of an autoinstall too
- Kubernetes objects: apiVersion, kind and metadata.name are there
- shell scripts: `sh -n`, or `bash -n` when the first line asks for bash
- systemd units: known sections, `Key=value` lines alone, absolute programs, and the programs that cloud-init writes exist
- JSON, TOML and PEM certificates parse; no template marker was left over

With --schemas, user-data and network-config are held against the public JSON schemas in that folder.
Prints one line per fault and ends with exit code 1; prints what it looked at and ends with 0 when there is none.
"""

import argparse
import base64
import collections
import functools
import json
import os
import re
import subprocess
import sys
import tomllib

import yaml

faults = []
seen = collections.Counter()


def fault(where, what):
    faults.append(f'{where}: {what}')


class Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):
    """The safe loader, with duplicate keys refused and plain dates kept as text."""


def mapping(loader, node):
    keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
    for key, count in collections.Counter(keys).items():
        if count > 1:
            raise yaml.constructor.ConstructorError(None, None, f'key {key} stands twice', node.start_mark)
    return loader.construct_mapping(node, deep=True)


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith(':timestamp')]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

# Keys whose string value is YAML whatever it looks like.
YAML_KEYS = {'valuesContent', 'oidc.config', 'values.yaml', 'dex.config'}
UNIT_SECTIONS = {
    'service': {'Unit', 'Service', 'Install'},
    'path': {'Unit', 'Path', 'Install'},
    'timer': {'Unit', 'Timer', 'Install'},
    'mount': {'Unit', 'Mount', 'Install'},
    'target': {'Unit', 'Install'},
    'conf': {'Unit', 'Service', 'Mount', 'Install'},
}


def looks_like_yaml(text):
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith('#')]
    if len(lines) < 2 or text.lstrip().startswith(('#!', '-----BEGIN', '[', '{')):
        return False
    return bool(re.match(r'''(- )?["']?[A-Za-z_][\w./-]*["']?:( |$)|- \S''', lines[0])) or lines[0] == '---'


def walk_yaml(where, text, written):
    seen['YAML'] += 1
    try:
        documents = [document for document in yaml.load_all(text, Loader) if document is not None]
    except yaml.YAMLError as error:
        fault(where, ' '.join(str(error).split()))
        return []
    for number, document in enumerate(documents):
        place = where if len(documents) == 1 else f'{where}#{number + 1}'
        if isinstance(document, dict) and ('apiVersion' in document or 'kind' in document):
            seen['Kubernetes object'] += 1
            for key in ('apiVersion', 'kind'):
                if not isinstance(document.get(key), str):
                    fault(place, f'no {key}')
            # Configurations that are read from a file have no name.
            if not document.get('kind', '').endswith(('Configuration', 'Config', 'Kustomization')):
                if not (document.get('metadata') or {}).get('name'):
                    fault(place, f'{document.get("kind")} without metadata.name')
        walk_value(place, document, written)
    return documents


def walk_value(where, value, written):
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str):
                walk_text(f'{where}:{key}', item, written, str(key))
            else:
                walk_value(f'{where}:{key}', item, written)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, str):
                walk_text(f'{where}[{number}]', item, written, '')
            else:
                walk_value(f'{where}[{number}]', item, written)


def walk_text(where, text, written, name):
    """Text that stands in a file or under a key called `name`."""
    ending = name.rsplit('.', 1)[-1] if '.' in os.path.basename(name) else ''
    if re.search(r'\{\{\s*[a-z]\w*(\.\w+)*\s*\}\}', text) or '!each' in text or '!include' in text:
        fault(where, 'a template marker was left over')
    if text.startswith('#!'):
        walk_script(where, text)
    elif '-----BEGIN CERTIFICATE-----' in text and text.lstrip().startswith('-----BEGIN'):
        walk_certificates(where, text)
    elif ending in UNIT_SECTIONS and '/systemd/' in name:
        walk_unit(where, text, ending, written)
    elif ending in ('yaml', 'yml') or name in YAML_KEYS:
        walk_yaml(where, text, written)
    elif ending == 'json':
        seen['JSON'] += 1
        try:
            json.loads(text)
        except ValueError as error:
            fault(where, error)
    elif ending == 'toml':
        seen['TOML'] += 1
        try:
            tomllib.loads(text)
        except ValueError as error:
            fault(where, error)
    elif ending == 'sh':
        walk_script(where, '#!/bin/sh\n' + text)
    elif looks_like_yaml(text):
        walk_yaml(where, text, written)


@functools.cache
def complaint(*command, text):
    """What a program says of a text that it refuses; the same text is shown to it once."""
    run = subprocess.run(command, input=text, text=True, capture_output=True)
    return ' '.join(run.stderr.split()) or 'refused' if run.returncode else None


def walk_script(where, text):
    seen['script'] += 1
    shell = 'bash' if re.match(r'#!\S*(bash|env bash)', text) else 'sh'
    if not re.match(r'#!\S*(sh|env (ba)?sh)\b', text):
        return
    if said := complaint(shell, '-n', text=text):
        fault(where, said)
    for line in text.splitlines():
        if re.fullmatch(r'\[(Unit|Service|Install|Path|Timer)\]', line.strip()):
            fault(where, f'the unit section {line.strip()} stands in a script')


def walk_certificates(where, text):
    blocks = re.findall(r'-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----', text, re.S)
    if text.count('-----BEGIN CERTIFICATE-----') != len(blocks):
        fault(where, 'a certificate is cut off')
    for block in blocks:
        seen['certificate'] += 1
        if said := complaint('openssl', 'x509', '-noout', text=block):
            fault(where, f'a certificate does not parse: {said[:120]}')


def walk_unit(where, text, ending, written):
    seen['unit'] += 1
    section, sections, continued = None, [], False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if continued:
            continued = stripped.endswith('\\')
            continue
        if not stripped or stripped[0] in '#;':
            continue
        continued = stripped.endswith('\\')
        header = re.fullmatch(r'\[(\w+)\]', stripped)
        if header:
            section = header.group(1)
            sections.append(section)
            if section not in UNIT_SECTIONS[ending]:
                fault(f'{where}:{number}', f'section [{section}] in a .{ending}')
            continue
        key, equals, value = stripped.partition('=')
        if not equals or not re.fullmatch(r'[A-Z]\w*', key):
            fault(f'{where}:{number}', f'not a setting: {stripped[:60]}')
        elif section is None:
            fault(f'{where}:{number}', 'a setting before the first section')
        elif key.startswith('Exec') and value:
            program = value.split()[0].lstrip('@-:+!')
            if not program.startswith('/'):
                fault(f'{where}:{number}', f'{key} wants an absolute path, not {program}')
            elif program.startswith(('/usr/local/', '/opt/', '/var/lib/')) and written is not None:
                if program not in written and not program.endswith(('/k3s', '/rke2', '/kubelet', '/kubectl', '/flux')):
                    fault(f'{where}:{number}', f'{key} names {program}, which nothing writes')
    for name, count in collections.Counter(sections).items():
        if count > 1:
            fault(where, f'section [{name}] stands {count} times')
    if ending == 'service' and 'Service' not in sections:
        fault(where, 'no [Service] section')


def content_of(entry):
    content = entry.get('content', '')
    encoding = entry.get('encoding', 'text/plain')
    if encoding in ('b64', 'base64'):
        content = base64.b64decode(content).decode('utf-8', 'replace')
    elif encoding != 'text/plain':
        return None
    return content


def walk_cloud_config(where, text):
    try:
        config = yaml.load(text, Loader)
    except yaml.YAMLError as error:
        fault(where, ' '.join(str(error).split()))
        return
    walk_configuration(where, config)
    installer = config.get('autoinstall')
    if installer is not None:
        seen['autoinstall'] += 1
        for key in sorted(set(config) - {'autoinstall', 'ca_certs'}):
            fault(where, f'{key} beside autoinstall is not for the installed system')
        walk_configuration(f'{where}:autoinstall.user-data', installer['user-data'])


def walk_configuration(where, config):
    seen['cloud-config'] += 1
    files = config.get('write_files') or []
    written = {entry.get('path') for entry in files}
    for number, entry in enumerate(files):
        path = entry.get('path', '')
        place = f'{where}:{path or number}'
        if not path.startswith('/'):
            fault(place, 'path is not absolute')
        if 'permissions' in entry and not (
            isinstance(entry['permissions'], str) and re.fullmatch(r'0?[0-7]{3,4}', entry['permissions'])
        ):
            fault(place, f'permissions {entry["permissions"]!r} are not a string of octal digits')
        content = content_of(entry)
        if content:
            walk_text(place, content, written, path)
            if content.startswith('#!') and int(entry.get('permissions', '0644'), 8) & 0o111 == 0:
                fault(place, 'a script that nobody may execute')
    for path, count in collections.Counter(entry.get('path') for entry in files).items():
        if count > 1 and not any(entry.get('append') for entry in files if entry.get('path') == path):
            fault(where, f'{path} is written {count} times')
    for number, certificate in enumerate((config.get('ca_certs') or {}).get('trusted') or []):
        if certificate.count('BEGIN CERTIFICATE') != 1:
            fault(f'{where}:ca_certs.trusted[{number}]', 'one certificate per item')
        walk_certificates(f'{where}:ca_certs.trusted[{number}]', certificate)
    for command in ('runcmd', 'bootcmd'):
        for number, item in enumerate(config.get(command) or []):
            place = f'{where}:{command}[{number}]'
            if isinstance(item, str):
                walk_script(place, '#!/bin/sh\n' + item)
            elif not (isinstance(item, list) and all(isinstance(word, str) for word in item)):
                fault(place, 'neither a string nor a list of strings')


@functools.cache
def validator(folder, name):
    """The validator of a schema in the folder, by the draft that the schema names."""
    import jsonschema

    with open(os.path.join(folder, name)) as file:
        schema = json.load(file)
    return jsonschema.validators.validator_for(schema, default=jsonschema.Draft7Validator)(schema)


def schema_check(where, text, folder, name):
    if not os.path.exists(os.path.join(folder, name)):
        return
    seen[name] += 1
    for error in validator(folder, name).iter_errors(yaml.load(text, Loader)):
        fault(where, f'{name}: {"/".join(map(str, error.path))}: {error.message[:200]}')


def walk_file(path, schemas):
    try:
        text = open(path, encoding='utf-8').read()
    except UnicodeDecodeError:
        seen['binary file'] += 1
        return
    name = os.path.basename(path)
    if text.startswith('#cloud-config'):
        walk_cloud_config(path, text)
        if schemas:
            schema_check(path, text, schemas, 'schema-cloud-config-v1.json')
    elif name.startswith('network-config'):
        documents = walk_yaml(path, text, None)
        if schemas and documents:
            version = documents[0].get('version', (documents[0].get('network') or {}).get('version'))
            schema_check(path, text, schemas, f'schema-network-config-v{version}.json')
    elif name.startswith('meta-data'):
        for document in walk_yaml(path, text, None):
            if not document.get('instance-id'):
                fault(path, 'no instance-id')
    else:
        walk_text(path, text, None, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--schemas')
    parser.add_argument('paths', nargs='+')
    options = parser.parse_args()
    for path in options.paths:
        if not os.path.exists(path):
            fault(path, 'is not there')
        elif os.path.isdir(path):
            for folder, _, names in sorted(os.walk(path)):
                for name in sorted(names):
                    if not name.startswith('.'):
                        walk_file(os.path.join(folder, name), options.schemas)
        else:
            walk_file(path, options.schemas)
    for line in faults:
        print(line)
    print('looked at: ' + ', '.join(f'{count} {what}' for what, count in sorted(seen.items())))
    if not seen:
        print('nothing was found to look at')
    sys.exit(1 if faults or not seen else 0)


if __name__ == '__main__':
    main()

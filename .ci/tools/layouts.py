#!/usr/bin/env python3
"""Is a folder of outputs fit for a cluster, and for git? layouts.py OUT [--secrets FILE] [--plain OUT] [--built FILE]

- every document below cluster/ and secrets/cluster/ parses and has apiVersion, kind and a name
- no object is written twice; what External Secrets makes counts as a Secret
- every namespace in use is written, or comes with Kubernetes, or is a Gateway's
- with --secrets, a file with one secret a line: none of them stands below cluster/, all files with one are 0600
- with --plain, outputs of the same lab with plain Secrets: each ExternalSecret, filled with the fields of secrets/item.yaml
  by Go's own templates, makes the very Secret that stands there
- with --built, what `kubectl kustomize` made: the same objects as in the files

Prints one line per fault and ends with exit code 1.
"""

import argparse
import base64
import json
import os
import pathlib
import subprocess
import sys

import yaml

NO_OBJECTS = {'Kustomization'}
faults = []


def fault(text):
    faults.append(text)


def files(folder):
    return sorted(path for path in folder.rglob('*') if path.is_file())


def documents(folder):
    for path in files(folder):
        if path.suffix != '.yaml' or path.name == 'values.yaml':
            continue
        for document in yaml.safe_load_all(path.read_text()):
            if document is None:
                continue
            if not isinstance(document, dict) or not {'apiVersion', 'kind'} <= document.keys():
                fault(f'{path}: no object of Kubernetes')
            elif document['kind'] not in NO_OBJECTS:
                yield path, document


def key(document):
    metadata = document.get('metadata') or {}
    return document['apiVersion'], document['kind'], metadata.get('namespace', ''), metadata.get('name', '')


def is_one_of_each(objects):
    seen = {}
    for path, document in objects:
        keys = [key(document)]
        if document['kind'] == 'ExternalSecret':
            keys.append(('v1', 'Secret', document['metadata']['namespace'], document['spec']['target']['name']))
        for each in keys:
            if not each[3]:
                fault(f'{path}: {each[1]} without a name')
            if each in seen:
                fault(f'{path}: {each} is written by {seen[each]} too')
            seen[each] = path


def has_its_namespaces(objects):
    written = {'kube-system', 'default'} | {d['metadata']['name'] for _, d in objects if d['kind'] == 'Namespace'}
    for _, document in objects:
        if document['kind'] == 'HTTPRoute':
            written |= {parent.get('namespace') for parent in document['spec']['parentRefs']}
    for path, document in objects:
        spec = document.get('spec') or {}
        destination = spec.get('destination') if isinstance(spec.get('destination'), dict) else {}
        for name in (key(document)[2], spec.get('targetNamespace'), destination.get('namespace')):
            if name and name not in written:
                fault(f'{path}: nothing makes the namespace {name}')


def keeps_secrets(out, secrets):
    for path in files(out):
        held = [index for index, secret in enumerate(secrets, 1) if secret in path.read_text()]
        if held and path.stat().st_mode & 0o077:
            fault(f'{path}: holds secret {held[0]} and is open to others')
        if held and path.is_relative_to(out / 'cluster'):
            fault(f'{path}: holds secret {held[0]}, and is to be committed')


def data(secret):
    plain = {name: base64.b64decode(value).decode() for name, value in (secret.get('data') or {}).items()}
    return plain | (secret.get('stringData') or {})


def is_same(one, other):
    """Whether two texts are the same, or documents that say the same."""
    try:
        return one == other or yaml.safe_load(one) == yaml.safe_load(other)
    except yaml.YAMLError:
        return False


def makes_the_secrets(out, objects, plain):
    item = yaml.safe_load((out / 'secrets/item.yaml').read_text())
    made = 0
    for path, document in objects:
        if document['kind'] != 'ExternalSecret':
            continue
        spec = document['spec']
        fields = {}
        for entry in spec['data']:
            if entry['remoteRef']['key'] != item['item']:
                fault(f'{path}: reads {entry["remoteRef"]["key"]}, and the item is {item["item"]}')
            fields[entry['secretKey']] = item['fields'][entry['remoteRef']['property']]
        template = spec['target']['template']
        question = json.dumps({'templates': template['data'], 'data': fields})
        program = pathlib.Path(__file__).with_name('gotemplate.go')
        answer = subprocess.run(['go', 'run', program], input=question, capture_output=True, text=True)
        if answer.returncode:
            fault(f'{path}: {answer.stderr.strip()}')
            continue
        name = ('v1', 'Secret', document['metadata']['namespace'], spec['target']['name'])
        wanted = next((d for _, d in plain if key(d) == name), None)
        if wanted is None:
            fault(f'{path}: with plain Secrets there is no {name}')
            continue
        made += 1
        filled, entries = json.loads(answer.stdout), data(wanted)
        if filled.keys() != entries.keys() or not all(is_same(filled[each], entries[each]) for each in filled):
            fault(f'{path}: makes another Secret than {name}')
        if template['type'] != wanted.get('type', 'Opaque'):
            fault(f'{path}: makes a Secret of type {template["type"]}')
        if (template.get('metadata') or {}).get('labels') != wanted['metadata'].get('labels'):
            fault(f'{path}: makes a Secret with other labels')
    if not made:
        fault(f'{out}: no ExternalSecret')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('out', type=pathlib.Path)
    parser.add_argument('--secrets', type=pathlib.Path)
    parser.add_argument('--plain', type=pathlib.Path)
    parser.add_argument('--built', type=pathlib.Path)
    options = parser.parse_args()
    objects = [pair for part in ('cluster', 'secrets/cluster') for pair in documents(options.out / part)]
    if len(objects) < 10:
        fault(f'{options.out}: {len(objects)} objects')
    is_one_of_each(objects)
    has_its_namespaces(objects)
    if options.secrets:
        secrets = options.secrets.read_text().split()
        if len(secrets) < 3:
            fault(f'{options.secrets}: {len(secrets)} secrets')
        keeps_secrets(options.out, secrets)
    if options.plain:
        plain = [pair for part in ('cluster', 'secrets/cluster') for pair in documents(options.plain / part)]
        makes_the_secrets(options.out, objects, plain)
    if options.built:
        built = {key(document) for document in yaml.safe_load_all(options.built.read_text())}
        listed = {key(document) for path, document in objects if path.is_relative_to(options.out / 'cluster')}
        listed -= {each for each in listed if not each[3]}
        for each in sorted(built ^ listed):
            fault(f'{options.out}: {each} is in {"what was built" if each in built else "the files"} alone')
    for text in faults:
        print(text)
    print(f'{options.out}: {len(objects)} objects, {len(faults)} faults')
    return 1 if faults else 0


if __name__ == '__main__':
    os.environ.setdefault('GOFLAGS', '-mod=mod')
    sys.exit(main())

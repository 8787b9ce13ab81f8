#!/usr/bin/env python3
"""Every combination of distribution, layout, form of secrets, entrance, host, way of installing and role.
matrix.py KINDLING FOLDER [--schemas FOLDER]

Renders labs by the binary and looks at all that machines and the cluster would get:

- Debian's own check of cloud-init (debian_schema.py), and the newest public schemas of cloud-config and network-config
- autoinstall: the public schema, and what the installer refuses though the schema takes it
- every document inside of a document, every script and unit (documents.py); shellcheck
- a path that one file names is written by another of the same user-data

Then each check is given one file with a fault planted in it, which it has to find. Prints PASS, FAIL or SKIP lines.
"""

import argparse
import copy
import functools
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import documents
import yaml

VERSIONS = {'k3s': 'v1.34.1+k3s1', 'rke2': 'v1.34.1+rke2r1', 'kubeadm': 'v1.34.1'}
LAYOUTS = ['k3s-manifests', 'kustomize', 'argocd-apps', 'flat']
SYSTEMS = ['ubuntu-22.04', 'ubuntu-24.04', 'debian-12', 'debian-13', 'raspios-13']
# The form of secrets, and how traffic enters.
FORMS = [
    ({'secretForm': 'plain'}, {'class': 'traefik'}),
    (
        {'secretForm': 'external-secret', 'externalSecret': {'store': 'vault', 'item': 'workshop'}},
        {'gateway': {'parentRefs': [{'name': 'edge', 'namespace': 'gateways'}]}},
    ),
]
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHwz2F0sVYvPc4ckYNxqNSLBHXrbWBMYVTvGcV9YbQ0c robin@laptop'
KINDS = [(system, 'image') for system in SYSTEMS] + [(system, 'autoinstall') for system in SYSTEMS[:2]]

failed = False


def report(name, faults):
    global failed
    failed = failed or bool(faults)
    print(f'FAIL {name}: {len(faults)}, the first: {faults[0]}' if faults else f'PASS {name}', flush=True)
    for fault in faults[1:6]:
        print(f'    {fault}')


# The labs.


def machines(turn):
    """One node of each kind and role; which of them is the first server goes by turns."""
    kinds = KINDS[turn % len(KINDS):] + KINDS[:turn % len(KINDS)]
    for number, (role, (system, install)) in enumerate(itertools.product(['server', 'agent'], kinds)):
        node = {
            'name': f'{system.replace(".", "")}-{install}-{role}', 'role': role, 'os': system, 'install': install,
            'arch': 'arm64' if system.startswith('raspios') else 'amd64',
            'mac': f'dc:a6:32:00:00:{number:02x}', 'sshKeys': [KEY],
        }
        node |= {'address': f'192.168.7.{20 + number}/24'} if number % 3 == 0 else {}
        if system == 'debian-12':
            node |= {'profile': 'memory', 'packages': ['nfs-common']}
        if system == 'ubuntu-24.04':
            node['files'] = [{'path': '/etc/motd', 'content': 'Its: "own" $HOME {{ #\n', 'permissions': '0644'}]
        yield node


def labs():
    """Every lab of the matrix, by name."""
    base = yaml.safe_load(pathlib.Path('bootstrap/labs/apps/lab.yaml').read_text())
    base['users'][0] |= {'shell': '/bin/bash', 'sudo': True, 'sshKeys': [KEY]}
    base['users'][1] |= {'shell': '/bin/bash', 'sshKeys': [KEY]}
    profile = {'os': 'debian-12', 'kernel': 'vmlinuz', 'initrd': 'initrd.img', 'arguments': ['overlayroot=tmpfs']}
    base['netboot'] = {'address': '192.168.7.10', 'profiles': {'memory': profile}}
    turn = 0
    for distribution, layout, (form, ingress) in itertools.product(VERSIONS, LAYOUTS, FORMS):
        if (distribution, layout) == ('kubeadm', 'k3s-manifests'):
            continue
        lab = copy.deepcopy(base)
        lab['cluster'] |= {
            'distribution': distribution, 'version': VERSIONS[distribution], 'layout': layout, 'ingress': ingress,
            **form,
        }
        if distribution == 'kubeadm':
            lab['cluster']['components']['flannel'] = 'v0.27.4'
        lab['nodes'] = list(machines(turn))
        turn += 1
        yield f'{distribution}-{layout}-{form["secretForm"]}', lab


def render(kindling, folder):
    """Renders every lab: the first of a distribution makes the state that the others take."""
    faults, made = [], set()
    for name, lab in labs():
        path = folder / f'{name}.yaml'
        path.write_text(yaml.safe_dump(lab, sort_keys=False, allow_unicode=True))
        distribution = lab['cluster']['distribution']
        command = ['render'] if distribution in made else ['up', '--once']
        made.add(distribution)
        options = ['--lab', path, '--state', folder / 'state' / distribution, '--out', folder / 'out' / name]
        run = subprocess.run([kindling, *command, *options], capture_output=True, text=True)
        if run.returncode:
            faults.append(f'{name}: {" ".join(run.stderr.split())[:300]}')
    return faults


# What the checks look at.


class UserData:
    """A cloud-config: what a machine gets, or what its installer leaves on its disk."""

    def __init__(self, where, config, is_target=False):
        self.where, self.config, self.is_target = where, config, is_target

    @property
    def files(self):
        return self.config.get('write_files') or []

    @property
    def scripts(self):
        for entry in self.files:
            if (documents.content_of(entry) or '').startswith('#!'):
                yield f'{self.where}:{entry["path"]}', documents.content_of(entry)
        for key in ('bootcmd', 'runcmd'):
            for number, command in enumerate(self.config.get(key) or []):
                if isinstance(command, str):
                    yield f'{self.where}:{key}[{number}]', f'#!/bin/sh\n{command}\n'
                elif command[:2] == ['sh', '-c']:
                    yield f'{self.where}:{key}[{number}]', f'#!/bin/sh\n{command[2]}\n'


def read(out):
    """The user-data of all nodes, and within those of the installer the one of the installed system."""
    found = []
    for path in sorted(out.glob('*/nodes/*/user-data')):
        where = f'{path.parts[-4]}/{path.parts[-2]}'
        config = yaml.load(path.read_text(), documents.Loader)
        found.append(UserData(where, config))
        inner = target(config)
        if inner:
            found.append(UserData(f'{where}:autoinstall.user-data', inner, is_target=True))
    return found


def target(config):
    """The cloud-config of the system that the installer installs."""
    return (config.get('autoinstall') or {}).get('user-data') if isinstance(config.get('autoinstall'), dict) else None


# The checks. Each takes all user-data and gives its faults.


def debian(all_data):
    question = json.dumps({data.where: data.config for data in all_data})
    tool = pathlib.Path(__file__).with_name('debian_schema.py')
    run = subprocess.run(['/usr/bin/python3', tool], input=question, capture_output=True, text=True)
    return run.stdout.splitlines() + ([f'debian_schema.py: {run.stderr.strip()[-300:]}'] if run.returncode else [])


def by_schema(folder, name, value, where):
    return [
        f'{where}: {"/".join(map(str, error.path))}: {error.message[:200]}'
        for error in documents.validator(folder, name).iter_errors(value)
    ]


def newest(folder, all_data):
    """The newest public schema of cloud-config."""
    return [
        fault
        for data in all_data
        for fault in by_schema(folder, 'schema-cloud-config-v1.json', data.config, data.where)
    ]


# Keys of autoinstall that kindling has a use for, and those that the installer knows of `ssh`
# (canonical/subiquity, doc/reference/autoinstall-reference.rst). It refuses others when it runs.
AUTOINSTALL_KEYS = {
    'version', 'refresh-installer', 'locale', 'keyboard', 'source', 'network', 'proxy', 'apt', 'storage', 'identity',
    'ssh', 'packages', 'timezone', 'updates', 'shutdown', 'early-commands', 'late-commands', 'error-commands',
    'reporting', 'kernel', 'interactive-sections', 'user-data', 'snaps', 'codecs', 'drivers', 'oem',
    'debconf-selections', 'kernel-crash-dumps', 'ubuntu-pro', 'active-directory', 'zdevs',
}
SSH_KEYS = {'install-server', 'authorized-keys', 'allow-pw'}


def installer_faults(config):
    """What the installer refuses, or does other than it is meant, though the schema takes it."""
    autoinstall = config['autoinstall']
    if autoinstall.get('version') != 1 or isinstance(autoinstall.get('version'), bool):
        yield 'version is not 1'
    if ('identity' in autoinstall) == ('user-data' in autoinstall):
        yield 'needs one of identity and user-data'
    for key in autoinstall.keys() - AUTOINSTALL_KEYS:
        yield f'the installer does not know {key}'
    for key in (autoinstall.get('ssh') or {}).keys() - SSH_KEYS:
        yield f'the installer does not know ssh.{key}'
    if autoinstall.get('interactive-sections'):
        yield 'the installer would ask'
    inner = target(config) or {}
    roots = [(each.get('ca_certs') or {}).get('trusted') for each in (config, inner)]
    if not roots[0] or roots[0] != roots[1]:
        yield 'installer and installed system do not trust the same authority'
    for key in config.keys() & {'write_files', 'runcmd', 'users', 'packages', 'power_state', 'hostname'}:
        # The installer is thrown away after the first boot, and what it writes with it.
        yield f'{key} stands beside autoinstall, and acts on the installer alone'
    if not inner.get('write_files'):
        yield 'the installed system gets no files'


def autoinstall(schemas, all_data):
    faults = []
    for data in all_data:
        if '-autoinstall-' not in data.where or data.is_target:
            continue
        if not isinstance(data.config.get('autoinstall'), dict):
            faults.append(f'{data.where}: install is autoinstall, and the file has no key autoinstall')
            continue
        faults += [f'{data.where}: {fault}' for fault in installer_faults(data.config)]
        if schemas:
            faults += by_schema(schemas, 'autoinstall-schema.json', data.config['autoinstall'], data.where)
    return faults


def image(all_data):
    """Machines that no installer runs on."""
    return [
        f'{data.where}: has the key autoinstall'
        for data in all_data
        if '-image-' in data.where and 'autoinstall' in data.config
    ]


def accounts(all_data):
    """People with a shell have an account, with their keys and the group of the administrators."""
    faults = []
    for data in all_data:
        if not data.is_target and 'autoinstall' in data.config:
            continue
        users = {each['name']: each for each in data.config.get('users') or [] if isinstance(each, dict)}
        for name, may_become_root in (('robin', True), ('kim', False)):
            user = users.get(name)
            if not user:
                faults.append(f'{data.where}: no account for {name}')
                continue
            if user.get('shell') != '/bin/bash' or user.get('ssh_authorized_keys') != [KEY]:
                faults.append(f'{data.where}: shell and keys of {name} are not those of lab.yaml')
            if bool(user.get('sudo')) != may_become_root:
                faults.append(f'{data.where}: sudo of {name} is {user.get("sudo")!r}')
            if 'plain_text_passwd' in user:
                faults.append(f'{data.where}: {name} has a password in clear')
            if 'passwd' in user and not str(user['passwd']).startswith('$y$'):
                faults.append(f'{data.where}: the password of {name} is no yescrypt hash')
        if 'sam' in users:
            faults.append(f'{data.where}: sam has no shell in lab.yaml, and an account here')
    return faults


def in_depth(all_data):
    documents.faults.clear()
    for data in all_data:
        documents.walk_configuration(data.where, data.config)
    return list(documents.faults)


def shellcheck(all_data):
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for data in all_data:
            for where, script in data.scripts:
                names.setdefault(script, where)
        for number, script in enumerate(names):
            pathlib.Path(folder, f'{number}.sh').write_text(script)
        if not names:
            return ['there is no script']
        run = subprocess.run(
            ['shellcheck', '-f', 'gcc', *(f'{number}.sh' for number in range(len(names)))],
            cwd=folder, capture_output=True, text=True,
        )
    places = list(names.values())
    lines = (line.partition('.sh:') for line in run.stdout.splitlines())
    return [f'{places[int(number)]}:{rest}' for number, _, rest in lines]


# Paths that a machine or its distribution has of itself, as regular expressions of whole paths, each with its reason.
KNOWN = {
    r'/etc/hosts': 'every system has it',
    r'/usr/local/bin': 'every system has it',
    r'/usr/local/bin/(k3s|rke2|kubelet|helm)': 'the install scripts put them there, verified',
    r'/opt/cni/bin': 'kubeadm-install makes it, and charts put plug-ins there',
    r'/etc/containerd/certs\.d': 'containerd looks there for what nodes.files may add',
    r'/etc/cni/net\.d': 'the network of pods puts its configuration there',
    r'/var/lib/(rancher|containerd|etcd|kubelet)': 'folders that get memory of their own; Kubernetes makes them',
    r'/var/lib/kubelet/config\.yaml': 'kubeadm makes it',
    r'/etc/kubernetes/(admin|kubelet|bootstrap-kubelet)\.conf': 'kubeadm makes them',
    r'/var/lib/rancher/k3s/agent/images': 'k3s-install makes it, for images that came with the files',
    r'/var/lib/rancher/rke2/agent/images': 'rke2-install makes it, for images that came with the files',
}
# A dash before a path makes it optional in a unit; a variable may go on with it.
NAMED_PATH = re.compile(r'(?<![\w$}{.:)/*-])/(?:etc|usr/local|var/lib|opt)(?:/[\w.@%+-]+)*(?!\w|/[\w.@%+-])')
# Manifests and charts name paths in their pods, and not on the machine.
IN_PODS = ('/server/manifests/', '/etc/kindling/apply/')


def named_paths(data):
    """Each path that is named, and the file that names it; comments name none."""
    for entry in data.files:
        if any(part in entry['path'] for part in IN_PODS):
            continue
        content = documents.content_of(entry) or ''
        if '-----BEGIN' in content:
            continue
        for line in content.splitlines():
            if not line.lstrip().startswith('#'):
                yield from ((entry['path'], path) for path in NAMED_PATH.findall(line))
    for key in ('bootcmd', 'runcmd'):
        for command in data.config.get(key) or []:
            text = command if isinstance(command, str) else '\n'.join(command)
            lines = [line for line in text.splitlines() if not line.lstrip().startswith('#')]
            yield from ((key, path) for path in NAMED_PATH.findall('\n'.join(lines)))


def paths(all_data):
    faults = []
    for data in all_data:
        written = {entry['path'] for entry in data.files}
        written |= {str(parent) for path in written for parent in pathlib.PurePath(path).parents}
        for where, path in named_paths(data):
            if path not in written and not any(re.fullmatch(known, path) for known in KNOWN):
                faults.append(f'{data.where}:{where}: names {path}, which nothing writes')
    return faults


def needless(all_data):
    """Exceptions that nothing needs."""
    named = {path for data in all_data for _, path in named_paths(data)}
    return [known for known in KNOWN if not any(re.fullmatch(known, path) for path in named)]


def outputs(schemas, folder):
    """All that is not user-data: manifests, values, meta-data, network-config."""
    documents.faults.clear()
    for path in sorted(folder.rglob('*')):
        if path.is_file() and path.name != 'user-data':
            documents.walk_file(str(path), schemas)
    return list(documents.faults)


# Faults to plant: each changes the user-data of one first server, or of one installer.


def server(all_data):
    """A first server of kubeadm, whose files name the most others."""
    return next(
        data
        for data in all_data
        if any(entry['path'] == '/usr/local/lib/kindling/apply' for entry in data.files)
    )


def entry_of(config, ending):
    return next(entry for entry in config['write_files'] if entry['path'].endswith(ending))


def append(ending, text):
    def change(config):
        entry_of(config, ending)['content'] += text
    return change


def remove(ending):
    def change(config):
        config['write_files'].remove(entry_of(config, ending))
    return change


def put(value, *keys):
    def change(config):
        for key in keys[:-1]:
            config = config[key]
        config[keys[-1]] = value
    return change


def planted(check, subject, faults):
    """Whether a check finds each of the faults, and none without them."""
    missed = []
    before = set(check([subject]))
    for name, change in faults.items():
        changed = copy.deepcopy(subject)
        change(changed.config)
        if not set(check([changed])) - before:
            missed.append(f'{name} is not found')
    return missed


MANIFEST = '/manifests/00-namespaces.yaml'
EXAMPLE_INSTALLER = {
    'ca_certs': {'trusted': ['root']},
    'autoinstall': {'version': 1, 'user-data': {'ca_certs': {'trusted': ['root']}, 'write_files': [{'path': '/x'}]}},
}


def plant(schemas, all_data):
    subject = server(all_data)
    of_schemas = {
        'a wrong type': put('yes', 'write_files', 0, 'append'),
        'an entry without a path': lambda config: config['write_files'][0].pop('path'),
        'a word that is none': put('zip', 'write_files', 0, 'encoding'),
    }
    yield 'cloud-init of Debian', planted(debian, subject, of_schemas)
    if schemas:
        unknown = {'a key that is not known': put(1, 'write_file')}
        yield 'newest cloud-config', planted(functools.partial(newest, schemas), subject, of_schemas | unknown)
    yield 'documents in documents', planted(in_depth, subject, {
        'a manifest that does not parse': append(MANIFEST, 'x: [\n'),
        'a key that stands twice': append(MANIFEST, 'kind: A\nkind: B\n'),
        'a script that does not parse': append('/apply', 'if\n'),
        'a unit with a word alone': append('kindling-apply.service', 'Restart\n'),
        'TOML that does not parse': append('config.toml', '[\n'),
        'a path that is written twice': lambda config: config['write_files'].append(config['write_files'][0]),
        'permissions that are a number': put(0o600, 'write_files', 0, 'permissions'),
        'a marker of a template': append('/steps', '{{ node.name }}\n'),
        'a chain in one item': put(2 * subject.config['ca_certs']['trusted'][0], 'ca_certs', 'trusted', 0),
    })
    yield 'shellcheck', planted(shellcheck, subject, {
        'a variable without quotes': append('/apply', 'rm $x\n'),
        'a variable that nothing sets': append('/kubeadm-install', 'echo "$nothing"\n'),
    })
    yield 'paths', planted(paths, subject, {
        'a script that nothing writes': put([['/usr/local/lib/kindling/other']], 'runcmd'),
        'a file that is gone': remove('authentication/auth.yaml'),
        'a program that is gone': remove('/fetch'),
        'a unit with another program': append('kindling-apply.service', 'ExecStop=/usr/local/lib/kindling/stop\n'),
    })
    yield 'accounts', planted(accounts, with_accounts(subject), {
        'no account': put([], 'users'),
        'a password in clear': put('x', 'users', 0, 'plain_text_passwd'),
        'a password of an old form': put('$6$x', 'users', 0, 'passwd'),
        'another key': put(['ssh-rsa AAAA'], 'users', 1, 'ssh_authorized_keys'),
        'sudo for everyone': put('ALL=(ALL) ALL', 'users', 1, 'sudo'),
    })
    installer = UserData('x/ubuntu-2404-autoinstall-server', copy.deepcopy(EXAMPLE_INSTALLER))
    on_image = UserData('x/ubuntu-2404-image-server', {})
    yield 'images', planted(image, on_image, {'an installer': put({'version': 1}, 'autoinstall')})
    yield 'autoinstall', planted(functools.partial(autoinstall, schemas), installer, {
        'no autoinstall': lambda config: config.pop('autoinstall'),
        'another version': put(2, 'autoinstall', 'version'),
        'identity and user-data': put({'hostname': 'a'}, 'autoinstall', 'identity'),
        'a key that is not known': put([], 'autoinstall', 'late-command'),
        'a key of ssh that is not known': put({'keys': []}, 'autoinstall', 'ssh'),
        'a system without the authority': put(None, 'autoinstall', 'user-data', 'ca_certs'),
        'an installer without the authority': put(None, 'ca_certs'),
        'a file for the installer': put([{'path': '/etc/motd'}], 'write_files'),
    })


# Changes of other outputs: the end of a path below out/, what stands there, and what it becomes.
CHANGED_OUTPUTS = {
    'a manifest without a kind': ('cluster/00-namespaces.yaml', 'kind: Namespace\n', ''),
    'values that do not parse': ('cluster/30-argocd.yaml', 'valuesContent: |\n', 'valuesContent: |\n    x: [\n'),
    'a wrong id of an instance': ('meta-data', '\ninstance-id:', '\ninstance_id:'),
}
CHANGED_NETWORKS = {'a wrong type in network-config': ('network-config', 'dhcp4: true', 'dhcp4: maybe')}


def plant_outputs(schemas, folder):
    """The same for what is no user-data, in a copy of one file each."""
    missed = []
    for name, (ending, old, new) in (CHANGED_OUTPUTS | (CHANGED_NETWORKS if schemas else {})).items():
        path = next(path for path in sorted(folder.rglob('*')) if str(path).endswith(ending))
        with tempfile.TemporaryDirectory() as copied:
            copy_of_it = pathlib.Path(copied, path.name)
            copy_of_it.write_text(path.read_text())
            before = outputs(schemas, pathlib.Path(copied))
            copy_of_it.write_text(path.read_text().replace(old, new, 1))
            if before or not outputs(schemas, pathlib.Path(copied)):
                missed.append(f'{name} is not found')
    return missed


def with_accounts(subject):
    """The example with the accounts as they have to be, so that the check is tried whatever was rendered."""
    changed = copy.deepcopy(subject)
    robin = {'name': 'robin', 'shell': '/bin/bash', 'sudo': 'ALL=(ALL) ALL', 'ssh_authorized_keys': [KEY]}
    changed.config['users'] = [robin, {'name': 'kim', 'shell': '/bin/bash', 'ssh_authorized_keys': [KEY]}]
    return changed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('kindling', type=pathlib.Path)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--schemas')
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    report('every lab renders', render(options.kindling.resolve(), options.folder))
    out = options.folder / 'out'
    all_data = read(out)
    count = f'{len(all_data)} user-data'
    expected = len(list(labs())) * 2 * len(KINDS)
    report(f'{count}: one for each combination', [] if len(all_data) >= expected else [f'{expected} were expected'])
    report(f'{count}: cloud-init of Debian takes them', debian(all_data))
    if options.schemas:
        report(f'{count}: the newest schema of cloud-config takes them', newest(options.schemas, all_data))
    else:
        print('SKIP the newest schemas -- ../shared/data is absent')
    report('autoinstall: schema and installer take it', autoinstall(options.schemas, all_data))
    report('images have no autoinstall', image(all_data))
    report(f'{count}: people with a shell have accounts', accounts(all_data))
    report(f'{count}: every document in them parses in depth', in_depth(all_data))
    report('every other output parses in depth', outputs(options.schemas, out))
    report('shellcheck takes every script', shellcheck(all_data))
    report('every path that is named is written', paths(all_data))
    report('every exception to that is needed', needless(all_data))
    for name, missed in plant(options.schemas, all_data):
        report(f'planted faults: {name}', missed)
    report('planted faults: other outputs', plant_outputs(options.schemas, out / 'k3s-flat-plain'))
    print('looked at: ' + ', '.join(f'{number} {what}' for what, number in sorted(documents.seen.items())))
    sys.exit(1 if failed else 0)


main()

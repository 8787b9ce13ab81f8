#!/usr/bin/env python3
"""Does cloud-init do what a rendered user-data says? root.py --binary FILE --cache FOLDER [--suite NAME] LAB:NODE...

For each node a lab is made of the file LAB, and a Debian root by debootstrap, kept packed in the folder --cache. In
that root, which is in memory, cloud-init itself runs its stages, with what kindling rendered for NODE as the seed.
Everything is compared with that user-data as PyYAML reads it:

- every file of write_files with content, mode and owner; every CA, for itself and in the bundle; accounts and hashes
- host name, network, the line for the issuer; packages asked for; units enabled, started, and faultless for systemd
- curl in the root reaches the issuer, which `kindling up` serves with a leaf of the lab, refuses another lab's, and
  trusted neither before
- the root booted again changes nothing, nor does it when cloud-init forgot that it ran; another root becomes the same;
  what may differ stands in rootfs.EXCLUDED

No systemd runs there, and no Kubernetes: rootfs.py tells which programs are stand-ins. Each comparison is shown a
fault that was planted, which it has to find. It all happens in namespaces, and nothing of it is left. Prints PASS, FAIL
or SKIP for each check.
"""

import argparse
import base64
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import yaml

import provider
import rootfs
from provider import check

UNITS = re.compile(r'/etc/systemd/system/([\w@.-]+\.(?:service|path|timer|mount))')


def namespaced():
    """Starts this program again with mounts and a network of its own; returns there."""
    if os.environ.get('ROOT_NAMESPACED'):
        return
    os.environ['ROOT_NAMESPACED'] = '1'
    kinds = ['--net', '--mount', '--propagation', 'private', '--pid', '--mount-proc']
    space = ['unshare', *kinds, '--fork', '--kill-child']
    if subprocess.run([*space, 'true'], capture_output=True).returncode:
        raise rootfs.Refused('no namespaces of one\'s own here')
    os.execvp('unshare', [*space, sys.executable, *sys.argv])


def content_of(entry):
    content = entry.get('content', '').encode()
    encoding = entry.get('encoding', 'text/plain')
    if 'b64' in encoding or 'base64' in encoding:
        content = base64.b64decode(content)
    return gzip.decompress(content) if encoding.startswith('gz') else content


def wrong_files(data, root):
    """The files of write_files that are not what they should be."""
    entries, appended = {}, {}
    for entry in data.get('write_files') or []:
        if entry.get('append'):
            appended.setdefault(entry['path'], []).append(entry)
        else:
            entries[entry['path']] = entry
    for path, entry in (*entries.items(), *((path, each[-1]) for path, each in appended.items())):
        file = root.path / path.lstrip('/')
        if not file.is_file():
            yield f'{path} is not there'
            continue
        tail = b''.join(content_of(each) for each in appended.get(path, []))
        found, wanted = file.read_bytes(), content_of(entry) + tail
        if not (found == wanted if path in entries else found.endswith(tail) and found.count(tail) == 1):
            yield f'{path} has other content'
        mode, status = int(entry.get('permissions', '0644'), 8), file.stat()
        if status.st_mode & 0o7777 != mode:
            yield f'{path} has mode {status.st_mode & 0o7777:04o}'
        if f'{status.st_uid}:{status.st_gid}' != numbers(root, entry.get('owner', 'root:root')):
            yield f'{path} belongs to {status.st_uid}:{status.st_gid}'


def numbers(root, owner):
    user, _, group = owner.partition(':')
    ids = [
        next((line.split(':')[2] for line in root.text(file).splitlines() if line.startswith(f'{name}:')), name)
        for file, name in (('etc/passwd', user), ('etc/group', group or user))
    ]
    return ':'.join(ids)


def certificates(text):
    """The certificates in a text of PEM, each without its line breaks."""
    found = re.findall('-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----', text, re.S)
    return {''.join(block.split()) for block in found}


def missing_roots(data, root):
    """CAs that are not trusted, each by itself and in the bundle."""
    # cloud-init of Debian 12 writes to the folder of the distribution, later ones to the local one.
    sources = [
        file.read_text() for folder in ('usr/share', 'usr/local/share')
        for file in (root.path / folder / 'ca-certificates').glob('cloud-init-ca-cert*.crt')
    ]
    bundle = certificates(root.text('etc/ssl/certs/ca-certificates.crt'))
    for number, pem in enumerate((data.get('ca_certs') or {}).get('trusted') or []):
        if not certificates(pem) <= certificates(''.join(sources)):
            yield f'root {number} is in no folder of ca-certificates'
        if not certificates(pem) <= bundle:
            yield f'root {number} is not in ca-certificates.crt'


def wrong_accounts(data, root):
    """Accounts that are not as `users` and `ssh_authorized_keys` have them."""
    passwd = {line.split(':')[0]: line.split(':') for line in root.text('etc/passwd').splitlines()}
    shadow = {line.split(':')[0]: line.split(':')[1] for line in root.text('etc/shadow').splitlines()}
    groups = {line.split(':')[0]: line.split(':')[3].split(',') for line in root.text('etc/group').splitlines()}
    cloud = yaml.safe_load(root.text('etc/cloud/cloud.cfg'))
    standard = cloud['system_info']['default_user']['name']
    listed = data.get('users') or ['default']
    accounts = [user for user in listed if isinstance(user, dict)]
    if 'default' in listed:
        accounts.append({'name': standard, 'ssh_authorized_keys': data.get('ssh_authorized_keys') or []})
    for user in accounts:
        name, wanted = user['name'], user.get('passwd', user.get('hashed_passwd'))
        if name not in passwd:
            yield f'there is no {name}'
            continue
        if 'shell' in user and passwd[name][6] != user['shell']:
            yield f'{name} has the shell {passwd[name][6]}'
        # A password that is locked has a mark before it.
        if wanted and shadow[name].lstrip('!') != wanted:
            yield f'{name} has another hash'
        if user.get('lock_passwd', True) != shadow[name].startswith(('!', '*')):
            yield f'{name}: lock_passwd is not what /etc/shadow has'
        asked = user.get('groups') or []
        for group in asked if isinstance(asked, list) else re.split(r',\s*', asked):
            if name not in groups.get(group, []):
                yield f'{name} is not in {group}'
        if user.get('sudo') and f'{name} ' not in root.text('etc/sudoers.d/90-cloud-init-users'):
            yield f'{name} may not become root'
        keys = root.text(f'{passwd[name][5]}/.ssh/authorized_keys')
        for key in user.get('ssh_authorized_keys') or []:
            if key not in keys.splitlines():
                yield f'{name} has not the key {key}'


def wrong_network(config, root):
    """What netplan was given, and makes of it, beside what was rendered."""
    written = yaml.safe_load(root.text('etc/netplan/50-cloud-init.yaml') or 'null')
    if not written or written['network'].get('ethernets') != config.get('network', config).get('ethernets'):
        yield f'netplan was given {written}'
    generated = root.enter('netplan generate && cat /run/systemd/network/*.network')
    if generated.returncode:
        yield f'netplan refuses it: {generated.stderr}'
    for interface in config.get('network', config)['ethernets'].values():
        for address in interface.get('addresses', []):
            if f'Address={address}' not in generated.stdout.splitlines():
                yield f'systemd-networkd is not told {address}'


def wrong_runs(data, root):
    """Commands of runcmd that did not do what they are for: units that are enabled and started, packages asked for."""
    calls = root.calls()
    for entry in data.get('write_files') or []:
        unit = UNITS.fullmatch(entry['path'])
        if not unit or '[Install]' not in entry['content']:
            continue
        name = unit.group(1)
        if name not in [link.name for link in (root.path / 'etc/systemd/system').glob('*.wants/*')]:
            yield f'{name} is not enabled'
        if name != 'kubelet.service' and not any(
            re.fullmatch(rf'systemctl (start|restart)( --no-block)? {name}', call) for call in calls
        ):
            yield f'{name} was not started'
        if 'systemctl daemon-reload' not in calls:
            yield 'systemd was not told of new units'
    asked = ' '.join(call for call in calls if call.startswith('apt-get') and ' install ' in call).split()
    for package in data.get('packages') or []:
        if package not in asked:
            yield f'{package} was not asked for'
    if data.get('runcmd') and not calls:
        yield 'runcmd called nothing'


def faulty_units(data, root):
    """What systemd says of the units, where the programs that they name are at their places."""
    units = [path for path in (entry['path'] for entry in data.get('write_files') or []) if UNITS.fullmatch(path)]
    if units:
        verified = root.enter(f'systemd-analyze verify --man=no --recursive-errors=no {" ".join(units)}')
        yield from (line for line in (verified.stdout + verified.stderr).splitlines() if line)


def wrong_names(lab, node, root):
    name, hosts = root.text('run/name').strip(), root.text('etc/hosts').split('\n')
    if name != node or root.text('etc/hostname').strip() != node:
        yield f'the host calls itself {name}'
    issuer = urllib.parse.urlsplit(lab['identity']['issuer']).hostname
    lines = [line.split('#')[0].split() for line in hosts if issuer in line.split('#')[0].split()]
    if lines != [[lab['identity']['address'], issuer]]:
        yield f'/etc/hosts has {lines}'


class Issuer:
    """A lab that `kindling up` serves, at the address that it has in lab.yaml."""

    def __init__(self, binary, file, folder):
        folder.mkdir(parents=True)
        self.file = folder / 'lab.yaml'
        shutil.copy(file, self.file)
        self.lab, self.out = yaml.safe_load(self.file.read_text()), folder / 'out'
        self.environment = os.environ | {'HOME': str(folder), 'NO_COLOR': '1', 'no_proxy': '*'}
        self.command = [str(binary), 'up', '--lab', str(self.file)]
        made = rootfs.run(*self.command, '--once', env=self.environment)
        if made.returncode:
            raise RuntimeError(f'kindling up --once: {made.stderr}')

    def __enter__(self):
        address = self.lab['identity']['address']
        rootfs.run('ip', 'address', 'replace', f'{address}/32', 'dev', 'lo', check=True)
        self.log = tempfile.TemporaryFile('w+')
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=self.log, stderr=self.log)
        issuer = urllib.parse.urlsplit(self.lab['identity']['issuer'])
        self.url, self.host = f'{issuer.geturl()}/.well-known/openid-configuration', issuer.hostname
        resolved = f'{self.host}:{issuer.port or 443}:{address}'
        waited = rootfs.run(
            'curl', '-fsS', '--retry', '60', '--retry-delay', '1', '--retry-connrefused', '--cacert',
            self.out / 'trust/ca.crt',
            '--resolve', resolved, self.url, env=self.environment,
        )
        self.resolved = resolved
        if waited.returncode:
            self.log.seek(0)
            raise RuntimeError(f'kindling up does not answer: {waited.stderr} {self.log.read()[-600:]}')
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def curl(root, issuer, resolve=False):
    option = f'--resolve {issuer.resolved} ' if resolve else ''
    return root.enter(f'curl -fsS --max-time 20 {option}{issuer.url}')


class Judgement:
    """A node of a lab, booted in roots of its own."""

    def __init__(self, options, packed, file, node, folder):
        self.packed, self.node, self.folder = packed, node, folder
        self.issuer = Issuer(options.binary, file, folder / 'lab')
        self.stranger = Issuer(options.binary, file, folder / 'stranger')
        self.lab, self.seed = self.issuer.lab, self.issuer.out / 'nodes' / node
        self.data = yaml.safe_load((self.seed / 'user-data').read_text())
        self.network = yaml.safe_load((self.seed / 'network-config').read_text())
        self.name = f'{file.parent.name if file.name == "lab.yaml" else file.stem} {node}'

    def check(self, what, faults, good=None):
        faults = list(faults)
        return check(f'{self.name}: {what}', not faults if good is None else good, '; '.join(faults[:5]), 1500)

    def root(self, name):
        return rootfs.Root(self.packed, self.folder / name, self.lab['cluster']['version'])

    def boot(self, root, what):
        """The stages, and what cloud-init itself says of them."""
        for stage, code, output in root.boot():
            said = re.sub('-----BEGIN SSH.*', '', output, flags=re.S)
            self.check(f'{what}: cloud-init {stage}', [said[-800:]] if code else [])
        log = root.text('var/log/cloud-init.log').splitlines()
        bad = [line for line in log if re.search(r' - \S+\[(WARNING|ERROR|CRITICAL)\]', line)]
        self.check(f'{what}: cloud-init warns of nothing', bad)

    def compare(self, root):
        """Everything that user-data says, beside what is in the root."""
        self.check('files have content, mode and owner', wrong_files(self.data, root))
        self.check('the CAs are trusted', missing_roots(self.data, root))
        self.check('accounts are as asked', wrong_accounts(self.data, root))
        people = [user['username'] for user in self.lab.get('users', []) if 'shell' in user]
        passwd = root.text('etc/passwd')
        absent = [name for name in people if f'\n{name}:' not in passwd]
        self.check('who has a shell in lab.yaml has an account', absent)
        self.check('host name, and one line for the issuer', wrong_names(self.lab, self.node, root))
        self.check('the network is as asked', wrong_network(self.network, root))
        self.check('runcmd did its work', wrong_runs(self.data, root))
        self.check('systemd finds no fault in the units', faulty_units(self.data, root))

    def plant(self, root):
        """Shows each comparison a fault."""
        def found(what, faults):
            faults = list(faults)
            self.check(f'finds {what}', [], bool(faults))

        files = [entry for entry in self.data['write_files'] if not entry.get('append')]
        other = lambda **change: {'write_files': [files[0] | change, *files[1:]]}
        found('other content', wrong_files(other(content='other\n', encoding='text/plain'), root))
        found('another mode', wrong_files(other(permissions='0611'), root))
        found('another owner', wrong_files(other(owner='daemon:daemon'), root))
        found('a file that is missing', wrong_files(other(path='/nowhere'), root))
        strange = (self.stranger.out / 'trust/ca.crt').read_text()
        found('a CA that is missing', missing_roots({'ca_certs': {'trusted': [strange]}}, root))
        found('an account that is missing', wrong_accounts({'users': [{'name': 'nobody-at-all'}]}, root))
        found('another shell', wrong_accounts({'users': [{'name': 'daemon', 'shell': '/bin/bash'}]}, root))
        found('another hash', wrong_accounts({'users': [{'name': 'daemon', 'passwd': '$y$j9T$x$y'}]}, root))
        found('another name', wrong_names(self.lab, 'another', root))
        found('another address', wrong_network({'ethernets': {'primary': {'addresses': ['203.0.113.1/24']}}}, root))
        unit = {'path': '/etc/systemd/system/other.service', 'content': '[Install]\n'}
        found('a unit that was not enabled', wrong_runs({'write_files': [unit]}, root))
        found('a package not asked for', wrong_runs({'packages': ['nonesuch']}, root))
        (root.path / 'run/systemd/system').mkdir(parents=True, exist_ok=True)
        (root.path / 'etc/systemd/system/planted.service').write_text('[Service]\nExecStart=/nonesuch\nColour=red\n')
        planted = {'path': '/etc/systemd/system/planted.service'}
        found('a unit with a fault', faulty_units({'write_files': [planted]}, root))

    def trust(self, root):
        """curl, by what the root itself has, and by nothing else."""
        with self.issuer as issuer:
            answer = curl(root, issuer)
            self.check('curl reaches the issuer', [answer.stderr] if issuer.host not in answer.stdout else [])
        with self.stranger as stranger:
            self.refused('curl refuses the leaf of another lab', curl(root, stranger))

    def refused(self, what, answer):
        """60 is what curl ends with when it trusts no certificate."""
        self.check(what, [] if answer.returncode == 60 else [f'exit code {answer.returncode}'])

    def judge(self):
        root = self.root('first')
        with self.issuer as issuer:
            self.refused('without user-data curl trusts no lab', curl(root, issuer, resolve=True))
        untouched = root.manifest()
        root.seed(self.seed)
        self.boot(root, 'first boot')
        self.compare(root)
        self.trust(root)
        first = root.manifest()
        changed = rootfs.differences(untouched, first)
        paths = {entry['path'].lstrip('/') for entry in self.data['write_files']}
        self.check('the comparison of trees sees what was written', [], paths <= set(changed))
        root.stop()
        root.start()
        self.boot(root, 'the same root again')
        again = root.manifest()
        self.check('the same root again: nothing changes', rootfs.differences(first, again))
        self.check('the same root again: host name and hosts', wrong_names(self.lab, self.node, root))
        self.whole(root, first)
        root.remove()
        self.anew(first)

    def whole(self, root, first):
        """What runs once in a machine's life runs a second time, since cloud-init was told to forget it."""
        root.enter('cloud-init clean --logs')
        root.stop()
        root.start()
        self.boot(root, 'all of it again')
        # cloud-init adds the rules of its accounts to their file again, too.
        appended = {entry['path'].lstrip('/') for entry in self.data['write_files'] if entry.get('append')}
        appended.add('etc/sudoers.d/90-cloud-init-users')
        changed = [path for path in rootfs.differences(first, root.manifest()) if path not in appended]
        self.check('all of it again: nothing changes, but files that are appended to', changed)

    def anew(self, first):
        """A root that forgot everything becomes the same again."""
        root = self.root('second')
        root.seed(self.seed)
        self.boot(root, 'a fresh root')
        second = root.manifest()
        self.check('a fresh root becomes the same', rootfs.differences(first, second))
        self.plant(root)
        file = root.path / self.data['write_files'][0]['path'].lstrip('/')
        with open(file, 'a') as changed:
            changed.write('#')
        path = str(file.relative_to(root.path))
        self.check('finds a byte that changed', [], path in rootfs.differences(second, root.manifest()))
        root.remove()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--binary', type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument('--cache', type=pathlib.Path, required=True)
    parser.add_argument('--suite', default='bookworm')
    parser.add_argument('nodes', nargs='+', metavar='LAB:NODE')
    options = parser.parse_args()
    packed = rootfs.archive(options.cache.absolute(), options.suite)
    namespaced()
    rootfs.run('ip', 'link', 'set', 'lo', 'up', check=True)
    for each in options.nodes:
        file, _, node = each.rpartition(':')
        with tempfile.TemporaryDirectory(prefix='kindling-root.') as folder:
            Judgement(options, packed, pathlib.Path(file).resolve(), node, pathlib.Path(folder)).judge()


try:
    main()
except rootfs.Refused as refusal:
    print(f'SKIP cloud-init in a root -- {refusal}')
except Exception as error:
    check('no exception', False, f'{type(error).__name__}: {error}', 1500)
sys.exit(1 if provider.failures else 0)

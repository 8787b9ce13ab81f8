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
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import yaml

import booted
import provider
import rootfs
from provider import check

# What cloud-init says when an account is there already.
PASSWORD_STAYS = re.compile("'passwd' in user-data is ignored for existing user")


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


class Issuer:
    """A lab that `kindling up` serves, at the address that it has in lab.yaml."""

    def __init__(self, binary, file, folder):
        folder.mkdir(parents=True)
        self.file = folder / 'lab.yaml'
        shutil.copy(file, self.file)
        self.lab, self.out = yaml.safe_load(self.file.read_text()), folder / 'out'
        own = {name: value for name, value in os.environ.items() if not name.startswith('KINDLING_')}
        self.environment = own | {'HOME': str(folder), 'NO_COLOR': '1', 'no_proxy': '*'}
        issuer = urllib.parse.urlsplit(self.lab['identity']['issuer'])
        self.url, self.host = f'{issuer.geturl()}/.well-known/openid-configuration', issuer.hostname
        self.address = self.lab['identity']['address']
        self.resolved = f'{self.host}:{issuer.port or 443}:{self.address}'
        self.command = [str(binary), 'up', '--lab', str(self.file)]
        made = rootfs.run(*self.command, '--once', env=self.environment)
        if made.returncode:
            raise RuntimeError(f'kindling up --once: {made.stderr}')

    def secret(self, name):
        shown = rootfs.run(
            self.command[0], 'secret', 'show', name, '--reveal', '--yes', '--output', 'json', '--lab', self.file,
            env=self.environment,
        )
        return json.loads(shown.stdout)['secret']

    def __enter__(self):
        rootfs.run('ip', 'address', 'replace', f'{self.address}/32', 'dev', 'lo', check=True)
        self.log = tempfile.TemporaryFile('w+')
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=self.log, stderr=self.log)
        waited = rootfs.run(
            'curl', '-fsS', '--retry', '60', '--retry-delay', '1', '--retry-connrefused', '--resolve', self.resolved,
            '--cacert', self.out / 'trust/ca.crt', self.url, env=self.environment,
        )
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
        lab = file.parent.name if file.name == 'lab.yaml' else file.stem
        self.name = f'{options.suite}, {lab} {node}'

    def check(self, what, faults, good=None):
        faults = list(faults)
        return check(f'{self.name}: {what}', not faults if good is None else good, '; '.join(faults[:5]), 1500)

    def root(self, name):
        return rootfs.Root(self.packed, self.folder / name, self.lab['cluster']['version'])

    def boot(self, root, what, expected=None):
        """The stages, and what cloud-init itself says of them, apart from warnings that are expected."""
        for stage, code, output in root.boot():
            said = re.sub('-----BEGIN SSH.*', '', output, flags=re.S)
            self.check(f'{what}: cloud-init {stage}', [said[-800:]] if code else [])
        log = root.text('var/log/cloud-init.log').splitlines()
        bad = [line for line in log if re.search(r' - \S+\[(WARNING|ERROR|CRITICAL)\]', line)]
        if expected:
            bad = [line for line in bad if not expected.search(line)]
        self.check(f'{what}: cloud-init warns of nothing', bad)

    def compare(self, root):
        """Everything that user-data says, beside what is in the root."""
        self.check('files have content, mode and owner', booted.wrong_files(self.data, root))
        self.check('the CAs are trusted', booted.missing_roots(self.data, root))
        self.check('accounts are as asked', booted.wrong_accounts(self.data, root))
        people = [user['username'] for user in self.lab.get('users', []) if 'shell' in user]
        passwd = root.text('etc/passwd')
        absent = [name for name in people if f'\n{name}:' not in passwd]
        self.check('who has a shell in lab.yaml has an account', absent)
        self.passwords = {name: self.issuer.secret(f'shell-{name}') for name in people}
        self.check('their passwords fit', booted.wrong_passwords(self.passwords, root))
        self.check('sudo and sshd read what they are given', booted.wrong_sign_in(self.data, root))
        self.check('host name, and one line for the issuer', booted.wrong_names(self.lab, self.node, root))
        self.check('the network is as asked', booted.wrong_network(self.network, root))
        self.check('runcmd did its work', booted.wrong_runs(self.data, root))
        self.check('systemd finds no fault in the units', booted.faulty_units(self.data, root))

    def plant(self, root):
        """Shows each comparison a fault."""
        def found(what, faults):
            faults = list(faults)
            self.check(f'finds {what}', [], bool(faults))

        files = [entry for entry in self.data['write_files'] if not entry.get('append')]
        other = lambda **change: {'write_files': [files[0] | change, *files[1:]]}
        found('other content', booted.wrong_files(other(content='other\n', encoding='text/plain'), root))
        found('another mode', booted.wrong_files(other(permissions='0611'), root))
        found('another owner', booted.wrong_files(other(owner='daemon:daemon'), root))
        found('a file that is missing', booted.wrong_files(other(path='/nowhere'), root))
        strange = (self.stranger.out / 'trust/ca.crt').read_text()
        found('a CA that is missing', booted.missing_roots({'ca_certs': {'trusted': [strange]}}, root))
        found('an account that is missing', booted.wrong_accounts({'users': [{'name': 'nobody-at-all'}]}, root))
        found('another shell', booted.wrong_accounts({'users': [{'name': 'daemon', 'shell': '/bin/bash'}]}, root))
        found('another hash', booted.wrong_accounts({'users': [{'name': 'daemon', 'passwd': '$y$j9T$x$y'}]}, root))
        for name in self.passwords:
            found(f'another password of {name}', booted.wrong_passwords({name: 'planted'}, root))
        found('SSH that takes no password', booted.wrong_sign_in({'ssh_pwauth': True}, root))
        found('another name', booted.wrong_names(self.lab, 'another', root))
        network = {'ethernets': {'primary': {'addresses': ['203.0.113.1/24']}}}
        found('another address', booted.wrong_network(network, root))
        unit = {'path': '/etc/systemd/system/other.service', 'content': '[Install]\n'}
        found('a unit that was not enabled', booted.wrong_runs({'write_files': [unit]}, root))
        found('a package not asked for', booted.wrong_runs({'packages': ['nonesuch']}, root))
        (root.path / 'etc/systemd/system/planted.service').write_text('[Service]\nExecStart=/nonesuch\nColour=red\n')
        planted = {'path': '/etc/systemd/system/planted.service'}
        found('a unit with a fault', booted.faulty_units({'write_files': [planted]}, root))

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
        self.check('the same root again: host name and hosts', booted.wrong_names(self.lab, self.node, root))
        self.whole(root, first)
        root.remove()
        self.anew(first)

    def whole(self, root, first):
        """What runs once in a machine's life runs a second time, since cloud-init was told to forget it."""
        root.enter('cloud-init clean --logs')
        root.stop()
        root.start()
        self.boot(root, 'all of it again', PASSWORD_STAYS)
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

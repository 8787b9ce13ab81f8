#!/usr/bin/env python3
"""Does a page lead where it says? follow.py --binary FILE --page FILE --section HEADING --lab FILE

Runs the shell blocks of a section in their order, each as it stands, in a folder with the lab.yaml, and compares what they
print with the text block that follows. Fingerprints, serial numbers, dates and the width of columns may differ; a line of
`…` stands for any lines, and `…` in a line for any text. A block ends with exit code 0, or with what `# exit code N` says.

The cluster is a stand-in: `scp` to the manifests of k3s keeps Secrets, `kubectl get secrets` prints them, `cmctl renew` has them issued
anew by the Secret local-ca. So is the machine: `sudo kindling ca install` changes a tree of its own. After every block what
the folder and the cluster show is held before OpenSSL.

Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

import provider
from lifecycle import cluster_secrets, issue_in_cluster, openssl, verifies
from provider import check
from walkthrough import blocks, unlike, wanted_code

PRINTER, WIKI = 'printer.kidd.network', 'wiki.kidd.network'


class Cluster:
    """What the API server keeps, in a folder: Secrets as cert-manager needs them."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)

    def apply(self, files):
        for file in sorted(files):
            for document in yaml.safe_load_all(pathlib.Path(file).read_text()):
                if document and document['kind'] == 'Secret' and document['metadata']['name'] == 'local-ca':
                    (self.folder / 'local-ca.json').write_text(json.dumps(document['stringData']))

    def local_ca(self):
        return json.loads((self.folder / 'local-ca.json').read_text())

    def renew(self):
        issue_in_cluster(self.local_ca(), self.folder / 'wiki', WIKI)

    def secrets(self):
        return cluster_secrets(self.local_ca(), {'wiki-tls': self.folder / 'wiki'})


def stand_in(program, arguments):
    """A call of kubectl, cmctl or scp on a page."""
    cluster = Cluster(os.environ['FOLLOW_CLUSTER'])
    match [program, *arguments]:
        case ['scp', *files, target] if target.endswith(':/var/lib/rancher/k3s/server/manifests/'):
            cluster.apply(files)
        case ['kubectl', 'get', 'secrets', '-A', '-o', 'yaml']:
            print(cluster.secrets())
        case ['kubectl', 'get', 'pods', *_]:
            print('argocd\nheadlamp')
        case ['kubectl', '-n', _, 'rollout', 'restart', 'deployment']:
            pass
        case ['cmctl', 'renew', '--all', '--all-namespaces']:
            cluster.renew()
        case _:
            sys.exit(f'{program} {" ".join(arguments)}: the page does more than this knows')


class Page:
    def __init__(self, options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='kindling-follow.'))
        self.binary = pathlib.Path(options.binary).resolve()
        shutil.copy(options.lab, self.folder / 'lab.yaml')
        self.cluster = Cluster(self.folder / 'cluster-stand-in')
        self.tree = self.folder / 'machine'
        (self.tree / 'usr/local/share/ca-certificates').mkdir(parents=True)
        (self.tree / 'etc/ssl/certs').mkdir(parents=True)
        (self.tree / 'etc/ca-certificates.conf').touch()
        home = self.folder / 'home'
        home.mkdir()
        programs = self.folder / 'programs'
        programs.mkdir()
        self.put(programs / 'kindling', f'case "$1 $2" in "ca install") set -- "$@" --root {self.tree} ;; esac\n'
                 f'exec {self.binary} "$@"')
        self.put(programs / 'sudo', 'case $1 in --*) shift ;; esac\nexec "$@"')
        for name in ('kubectl', 'cmctl', 'scp'):
            self.put(programs / name, f'exec {sys.executable} {pathlib.Path(__file__).resolve()} --stand-in {name} "$@"')
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith('KINDLING_')} | {
            'HOME': str(home), 'PATH': f'{programs}:{os.environ["PATH"]}', 'NO_COLOR': '1',
            'FOLLOW_CLUSTER': str(self.cluster.folder),
        }

    @staticmethod
    def put(path, text):
        path.write_text(f'#!/bin/sh\n{text}\n')
        path.chmod(0o755)

    def run(self, command):
        """A block; exit code, and what it printed: standard output first, so that lines come in one order."""
        run = subprocess.run(
            ['bash', '-euo', 'pipefail', '-c', command], cwd=self.folder, env=self.environment, text=True,
            capture_output=True, stdin=subprocess.DEVNULL,
        )
        return run.returncode, (run.stdout + run.stderr).splitlines()

    def made(self, command):
        code, printed = self.run(command)
        if code != 0:
            raise RuntimeError(f'{command}: {printed}')

    def begin(self):
        """The lab as the section finds it: a cluster, a printer and this machine trust the first root."""
        self.made('kindling up --once')
        self.made(f'kindling cert issue printer --host {PRINTER} --to printer-tls')
        self.made('scp out/cluster/*.yaml root@valar-1:/var/lib/rancher/k3s/server/manifests/')
        self.made('cmctl renew --all --all-namespaces')
        self.made('sudo --preserve-env=HOME kindling ca install --store system')
        shutil.copy(self.folder / 'printer-tls/ca.crt', self.folder / 'old.pem')

    def verdicts(self):
        """What the printer and the cluster's leaf are to a client that trusts what machines trust now."""
        faults = []
        trust = self.folder / 'trust.pem'
        trust.write_text(''.join(file.read_text() for file in self.installed()))
        for folder in (self.folder / 'printer-tls', self.cluster.folder / 'wiki'):
            shown = folder / 'tls.crt'
            run = openssl('verify', '-x509_strict', '-no-CApath', '-no-CAstore', '-CAfile', trust, '-untrusted', shown, shown)
            if run.returncode != 0:
                faults.append(f'{folder.name}: {run.stdout} {run.stderr}')
        return faults

    def installed(self):
        return sorted((self.tree / 'usr/local/share/ca-certificates').rglob('*.crt'))

    def follow(self, found):
        for block in found:
            command = '\n'.join(block['command'])
            code, printed = self.run(command)
            name = f'line {block["line"]}: {block["command"][0].split(" #")[0].strip()}'
            if not check(name, code == wanted_code(command), f'exit code {code}: {printed}', 900):
                return
            if block['output'] is not None:
                line = unlike(block['output'], printed)
                check(f'{name}: prints what the page shows', line is None, f'{line} -- {printed}', 3000)
            faults = self.verdicts()
            check(f'{name}: clients accept what is shown then', not faults, faults)

    def end(self):
        code, printed = self.run('kindling ca show --output json 2>/dev/null')
        rows = json.loads('\n'.join(printed))
        check('in the end the authority is the new one', [row['id'] for row in rows] == [
            'root-2', 'issuing-2', 'cluster-ainur-2'], rows)
        check('machines trust one root', len(self.installed()) == 1, self.installed())
        for folder in (self.folder / 'printer-tls', self.folder / 'out/trust'):
            text = (folder / 'ca.crt').read_text()
            check(f'{folder.name}/ca.crt has the new root alone', text.count('BEGIN') == 1
                  and text != (self.folder / 'old.pem').read_text())
        check('the printer is good for who trusts that', not verifies(self.folder / 'printer-tls'))
        (self.folder / 'printer-tls/ca.crt').write_text((self.folder / 'old.pem').read_text())
        check('and not for who trusts the old root alone', verifies(self.folder / 'printer-tls') != '')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ('binary', 'page', 'section', 'lab'):
        parser.add_argument(f'--{name}', required=True)
    options = parser.parse_args()
    found = blocks(pathlib.Path(options.page).read_text(), options.section)
    check('the section has commands', len(found) >= 10, len(found))
    page = Page(options)
    try:
        page.begin()
        page.follow(found)
        page.end()
    finally:
        shutil.rmtree(page.folder, ignore_errors=True)


if sys.argv[1:2] == ['--stand-in']:
    stand_in(sys.argv[2], sys.argv[3:])
else:
    try:
        main()
    except Exception as error:
        check('no exception', False, f'{type(error).__name__}: {error}')
    sys.exit(1 if provider.failures else 0)

#!/usr/bin/env python3
"""Does docs/first-boot.md lead to a lab, in another domain than its own? first_boot_page.py --binary FILE --page FILE --domain NAME

Follows the page as a new user would who has a domain of his own: every shell block as it stands, in its order, with that
domain in the place of the page's; YAML is added to lab.yaml. A block ends with exit code 0, or with what `# exit code N` says,
and prints what the text block after it shows. It happens in namespaces of its own, where the address of the page is one of
this machine, /etc/hosts is a copy, and what is left running ends with this program.

Then the outputs are looked at: no name of the page's domain is left in them, every document parses, cloud-init takes the
user-data, the invitation's link opens, and after the page's change of domain the issuer answers under the new name alone.

Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import provider
from provider import check
from walkthrough import blocks, unlike, wanted_code

PAGE_DOMAIN, ADDRESS, NEXT_DOMAIN = 'kidd.network', '192.168.1.66', 'hearth.example'


def namespaced():
    """Starts this program again in namespaces of its own; returns there."""
    if os.environ.get('FIRST_BOOT_NAMESPACED'):
        return
    os.environ['FIRST_BOOT_NAMESPACED'] = '1'
    os.execvp('unshare', ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', sys.executable, *sys.argv])


class Walk:
    def __init__(self, options):
        self.domain = options.domain
        self.binary = pathlib.Path(options.binary).resolve()
        text = pathlib.Path(options.page).read_text()
        for old, new in ((PAGE_DOMAIN, self.domain), (re.escape(PAGE_DOMAIN), re.escape(self.domain))):
            text = text.replace(old, new)
        self.found = blocks(text)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='kindling-first-boot.'))
        self.work = self.folder / 'lab'
        for name in ('lab', 'home', 'programs'):
            (self.folder / name).mkdir()
        (self.folder / 'programs/kindling').symlink_to(self.binary)
        sudo = self.folder / 'programs/sudo'
        sudo.write_text('#!/bin/sh\nexec "$@"\n')
        sudo.chmod(0o755)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith('KINDLING_')} | {
            'HOME': str(self.folder / 'home'), 'PATH': f'{self.folder}/programs:{os.environ["PATH"]}', 'NO_COLOR': '1',
            'no_proxy': '*',
        }

    def machine(self):
        """The address of the page, and a copy of /etc/hosts that may be changed."""
        for command in (['ip', 'link', 'set', 'lo', 'up'], ['ip', 'address', 'add', f'{ADDRESS}/24', 'dev', 'lo']):
            subprocess.run(command, check=True)
        hosts = self.folder / 'hosts'
        shutil.copy('/etc/hosts', hosts)
        subprocess.run(['mount', '--bind', hosts, '/etc/hosts'], check=True)

    def run(self, command):
        """A block; exit code, and what it printed: standard output first. What it leaves running goes on."""
        out, errors = self.folder / 'out.log', self.folder / 'errors.log'
        with open(out, 'w') as out_file, open(errors, 'w') as errors_file:
            run = subprocess.run(
                ['bash', '-euo', 'pipefail', '-c', command], cwd=self.work, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=out_file, stderr=errors_file, timeout=120,
            )
        if command.rstrip().endswith('&'):
            self.wait_for(out, 'next\n')
        return run.returncode, (out.read_text() + errors.read_text()).splitlines()

    @staticmethod
    def wait_for(path, text):
        for _ in range(300):
            if text in path.read_text():
                return
            time.sleep(0.1)

    def follow(self):
        for block in self.found:
            command = '\n'.join(block['command'])
            name = f'line {block["line"]}: {block["command"][0].split(" #")[0].strip()}'
            if block['kind'] == 'yaml':
                with open(self.work / 'lab.yaml', 'a') as lab:
                    lab.write(f'\n{command}\n')
                continue
            if command.startswith('sed -i') and NEXT_DOMAIN in command:
                self.settled()
            code, printed = self.run(command)
            if not check(name, code == wanted_code(command), f'exit code {code}: {printed}', 1500):
                return False
            if block['output'] is not None:
                line = unlike(block['output'], printed)
                check(f'{name}: prints what the page shows', line is None, f'{line} -- {printed}', 2000)
        return True

    def outputs(self):
        return [path for path in (self.work / 'out').rglob('*') if path.is_file()]

    def naming(self, name):
        """The outputs that hold a name."""
        return [str(path.relative_to(self.work)) for path in self.outputs() if name in path.read_text(errors='replace')]

    def settled(self):
        """The lab before its domain changes."""
        check('the outputs name the domain of the user', len(self.naming(f'dex.{self.domain}')) >= 5)
        check('no output names the domain of the page', not self.naming(PAGE_DOMAIN), self.naming(PAGE_DOMAIN))
        tools = pathlib.Path(__file__).parent
        run = subprocess.run(
            [sys.executable, tools / 'documents.py', self.work / 'out', self.work / 'user-data'],
            text=True, capture_output=True,
        )
        check('every document in the outputs parses', run.returncode == 0, run.stdout + run.stderr, 2000)
        for path in sorted((self.work / 'out/nodes').glob('*/user-data')):
            run = subprocess.run(['cloud-init', 'schema', '--config-file', path], text=True, capture_output=True)
            check(f'{path.parent.name}: cloud-init takes the user-data', run.returncode == 0, run.stdout + run.stderr)
        code, printed = self.run(f'kindling user invite admin@{self.domain}')
        link = next((word for line in printed for word in line.split() if word.startswith('https://')), '')
        check('an invitation is a link of the issuer', link.startswith(f'https://dex.{self.domain}/'), printed)
        code, printed = self.run(f'curl --fail --silent --show-error --cacert lab-ca.crt "{link}"')
        check('which opens a page', code == 0 and any('<html' in line for line in printed), printed)

    def moved(self):
        """The lab after its domain has changed."""
        left = [path for path in self.naming(self.domain) if not path.startswith('out/certificates/')]
        check('after the change no output names the former domain', not left, left)
        check('and they name the new one', len(self.naming(f'dex.{NEXT_DOMAIN}')) >= 5)
        self.run('pkill -f "kindling up$" && sleep 1')
        self.run('kindling up &')
        code, printed = self.run(
            f'kindling bundle --to next-ca.crt && curl --fail --silent --show-error --cacert next-ca.crt '
            f'--resolve dex.{NEXT_DOMAIN}:443:{ADDRESS} https://dex.{NEXT_DOMAIN}/.well-known/openid-configuration'
        )
        check('the issuer answers under the new name', code == 0 and NEXT_DOMAIN in ''.join(printed), printed)

    def end(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ('binary', 'page', 'domain'):
        parser.add_argument(f'--{name}', required=True)
    options = parser.parse_args()
    namespaced()
    walk = Walk(options)
    check('the page has commands', len(walk.found) >= 10, len(walk.found))
    try:
        walk.machine()
        if walk.follow():
            walk.moved()
    finally:
        walk.end()


try:
    main()
except Exception as error:
    check('no exception', False, f'{type(error).__name__}: {error}')
sys.exit(1 if provider.failures else 0)

#!/usr/bin/env python3
"""Renewal as servers meet it: renewal.py --binary FILE --lab FILE

- who reads tls.crt and tls.key again and again while `cert renew` replaces them never sees a pair that does not match
- `cert renew --daemon` renews at two thirds of a life by the clock of this machine, what lab.yaml wants otherwise at once,
  forgets a folder that was removed, and runs a program with its words; one that fails is run again

Takes about three minutes, in which it waits: the shortest life is ten minutes. The lab.yaml is only read. Prints PASS or
FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import json
import shutil
import signal
import subprocess
import threading
import time

from lifecycle import LifecycleLab, conclude, fields, openssl, pair_matches, verifies
from peers import within
from provider import check

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--renewals', type=int, default=50)
options = parser.parse_args()

HOOK = '''#!/usr/bin/env python3
import json, os, pathlib, sys
folder = pathlib.Path(__file__).parent
with open(folder / 'calls', 'a') as file:
    file.write(json.dumps({
        'words': sys.argv[1:], 'name': os.environ['KINDLING_CERTIFICATE'],
        'folders': os.environ['KINDLING_FOLDERS'].splitlines(),
    }) + '\\n')
print('the hook speaks')
sys.exit(3 if (folder / 'fails').exists() else 0)
'''


def readers(lab):
    """Pairs as a server reads them that is started at any time."""
    folder = lab.folder / 'nas'
    lab.kindling('cert', 'issue', 'nas', '--to', str(folder))
    stop, seen, wrong = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            public = fields(folder / 'tls.crt', '-pubkey')
            private = openssl('pkey', '-in', folder / 'tls.key', '-pubout').stdout.strip()
            if not public or public != private:
                wrong.append((public, private))
            seen.add(fields(folder / 'tls.crt', '-serial'))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(options.renewals):
        lab.kindling('cert', 'renew', 'nas')
    stop.set()
    for thread in threads:
        thread.join()
    check(f'readers see certificate and key together, in {options.renewals} renewals', not wrong, wrong[:1])
    check('and have seen many of them', len(seen) > options.renewals / 5, len(seen))
    check('what is there in the end verifies', not verifies(folder), verifies(folder))


class Daemon:
    def __init__(self, lab):
        self.lab = lab
        self.hook = lab.folder / 'hook'
        self.hook.write_text(HOOK)
        self.hook.chmod(0o755)
        self.log = open(lab.folder / 'daemon.log', 'w+')
        self.process = subprocess.Popen(
            [lab.binary, 'cert', 'renew', '--lab', str(lab.file), '--daemon', '--exec', str(self.hook), 'one',
             'two words; $HOME'],
            env=lab.environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
        )

    def text(self):
        return (self.lab.folder / 'daemon.log').read_text()

    def calls(self):
        file = self.lab.folder / 'calls'
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def called(self, name):
        return [call for call in self.calls() if call['name'] == name]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


def daemon(lab):
    folders = {name: lab.folder / name for name in ('nas', 'short', 'gone')}
    lab.kindling('cert', 'issue', 'short', '--host', 'short.lab.test', '--lifetime', '10m', '--to', str(folders['short']))
    lab.kindling('cert', 'issue', 'gone', '--host', 'gone.lab.test', '--to', str(folders['gone']))
    shutil.rmtree(folders['gone'])
    first = {name: fields(folders[name] / 'tls.crt', '-serial') for name in ('nas', 'short')}
    lab.data['certificates'][0]['hosts'].append('storage.lab.test')
    lab.write()
    (lab.folder / 'fails').touch()
    daemon = Daemon(lab)
    try:
        check('what lab.yaml wants otherwise is renewed at once', within(20, lambda: daemon.called('nas')), daemon.text())
        names = fields(folders['nas'] / 'tls.crt', '-ext', 'subjectAltName')
        check('and written to its folder', 'storage.lab.test' in names, names)
        call = daemon.called('nas')[0]
        check('the program gets its words, without a shell', call['words'] == ['one', 'two words; $HOME'], call)
        check('and the folders', str(folders['nas']) in call['folders'], call)
        check('a folder that was removed is told', within(5, lambda: f'{folders["gone"]} was removed' in daemon.text()),
              daemon.text())
        check('and not made again', not folders['gone'].exists())
        check('a program that fails is told', within(5, lambda: 'ended with exit code 3' in daemon.text()), daemon.text())
        check('what it says is shown', 'the hook speaks' in daemon.text())
        (lab.folder / 'fails').unlink()
        check('it is run again at the next look', within(75, lambda: len(daemon.called('nas')) > 1), daemon.text())
        check('with the same folders', daemon.called('nas')[-1]['folders'] == call['folders'], daemon.called('nas'))
        check('that it works again is told', within(5, lambda: 'work again' in daemon.text()), daemon.text())
        took = within(260, lambda: daemon.called('short'), 0.5)
        check('two thirds of a life are enough', took is not None, daemon.text())
        check('it has another certificate and the same key', fields(folders['short'] / 'tls.crt', '-serial') != first['short']
              and pair_matches(folders['short']) and not verifies(folders['short']))
        check('once', len(daemon.called('short')) == 1 and len(daemon.called('nas')) == 2, daemon.calls())
        check('no line comes every minute', daemon.text().count('was removed') == 1, daemon.text())
        check('SIGTERM ends it', daemon.end() in (0, -signal.SIGTERM))
    finally:
        if daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()
        daemon.log.close()


def main():
    lab = LifecycleLab(options.binary, options.lab)
    try:
        lab.up()
        readers(lab)
        daemon(lab)
    finally:
        lab.close()


conclude(main)

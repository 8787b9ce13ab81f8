#!/usr/bin/env python3
"""Kills commands of the authority at random instants: interrupted.py --binary FILE --lab FILE

- `ca rotate prepare`, `switch`, `finish` and `cert renew` get SIGKILL, again and again, and go on where they were: at each
  instant the state is sound, shows one authority in use and no part of another, and folders hold a pair that verifies
- processes that issue at the same time, some of them killed, give serial numbers of their own, and what one had reported is
  in the inventory

The lab.yaml is only read. Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import collections
import concurrent.futures
import json
import random
import shutil
import sqlite3
import subprocess
import threading
import time

import yaml

from lifecycle import LifecycleLab, conclude, openssl, pair_matches, verifies
from provider import check

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--rounds', type=int, default=12, help='kills of each command')
parser.add_argument('--certificates', type=int, default=2000)
parser.add_argument('--processes', type=int, default=8)
parser.add_argument('--seed', default='kindling')
options = parser.parse_args()

chance = random.Random(options.seed)
faults = collections.defaultdict(list)  # kind of fault -> what was seen
counts = collections.Counter()


class Snapshot:
    """State, outputs and folders as they are now, to be put back at the same place."""

    PARTS = ('state', 'out', 'nas')

    def __init__(self, lab, name):
        self.lab, self.folder = lab, lab.folder / f'snapshot-{name}'
        for part in self.PARTS:
            shutil.copytree(lab.folder / part, self.folder / part, symlinks=True)

    def restore(self):
        for part in self.PARTS:
            shutil.rmtree(self.lab.folder / part)
            shutil.copytree(self.folder / part, self.lab.folder / part, symlinks=True)


def start(lab, *arguments, **more):
    return subprocess.Popen(
        [lab.binary, *arguments, '--lab', str(lab.file)], env=lab.environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    )


def killed(lab, arguments, usual):
    """Starts a command and kills it after a random time; whether it was still at work."""
    process = start(lab, *arguments)
    time.sleep(chance.random() * usual)
    cut = process.poll() is None
    process.kill()
    process.communicate()
    counts[f'{" ".join(arguments[:3])}: {"killed" if cut else "had ended"}'] += 1


def look(lab, what, allowed, keeps_pairs):
    """The state at any instant: whole, and that of before or after a step."""
    run = lab.run('ca', 'show', '--all', '--output', 'json')
    if run.returncode != 0:
        faults['ca show works'].append(f'{what}: {run.stderr}')
        return
    rows = json.loads(run.stdout)
    if [row['id'] for row in rows] not in allowed:
        faults['no authority is left over or lacking'].append(f'{what}: {[row["id"] for row in rows]}')
    for role in ('root', 'issuing', 'cluster'):
        current = [row['id'] for row in rows if row['role'] == role and row['status'] == 'current']
        if len(current) != 1:
            faults['one authority of each role is in use'].append(f'{what}: {role} {current}')
    for folder in (lab.folder / 'nas', lab.folder / 'out/certificates/nas'):
        if keeps_pairs and not pair_matches(folder):
            faults['the key is that of the certificate'].append(f'{what}: {folder.name}')
        if said := verifies(folder):
            faults['the leaf verifies'].append(f'{what}: {said}')
    sound(lab, what)


def sound(lab, what):
    for path in (lab.folder / 'state').iterdir():
        if path.is_file() and path.read_bytes()[:15] == b'SQLite format 3':
            connection = sqlite3.connect(path)
            result = connection.execute('PRAGMA integrity_check').fetchall()
            connection.close()
            if result != [('ok',)]:
                faults['the database is sound'].append(f'{what}: {result}')


FIRST = ['root-1', 'issuing-1', 'cluster-ainur-1']
PREPARED = [*FIRST, 'root-2']
SWITCHED = [*PREPARED, 'issuing-2', 'cluster-ainur-2']
STEPS = [
    (('cert', 'renew', 'nas'), [FIRST], True),
    (('cert', 'renew', 'nas', '--rekey'), [FIRST], False),
    (('ca', 'rotate', 'prepare'), [FIRST, PREPARED], True),
    (('ca', 'rotate', 'switch'), [PREPARED, SWITCHED], True),
    (('ca', 'rotate', 'finish', '--force'), [SWITCHED], True),
]


def rounds(lab):
    lab.kindling('cert', 'issue', 'nas', '--to', str(lab.folder / 'nas'))
    for number, (command, allowed, keeps_pairs) in enumerate(STEPS):
        what = ' '.join(command)
        before = Snapshot(lab, str(number))
        began = time.monotonic()
        lab.kindling(*command)
        usual = time.monotonic() - began
        for _ in range(options.rounds):
            before.restore()
            # Twice: the second meets what the first has left.
            for _ in range(2):
                killed(lab, command, usual)
                look(lab, what, allowed, keeps_pairs)
            run = lab.run(*command)
            is_over = 'finish' in command and 'is finished' in run.stderr
            if run.returncode != 0 and not is_over:
                faults['the same command goes on'].append(f'{what}: {run.stderr}')
            if is_over:
                # The step was done, and what comes after it is not: the next renewal does that.
                lab.kindling('cert', 'renew')
            look(lab, what, allowed[-1:], True)
        check(f'killed in the middle: {what}', not any(seen for seen in faults.values()),
              '; '.join(f'{name}: {seen[0]}' for name, seen in faults.items() if seen))
        faults.clear()
    trust = lab.kindling('bundle')
    check('in the end folders have the new root alone', (lab.folder / 'nas/ca.crt').read_text() == trust
          and trust.count('BEGIN') == 1)
    newest = {row['name']: row for row in reversed(lab.inventory())}
    check('in the end all is issued by the new intermediate',
          {row['issuer'] for row in newest.values()} == {'issuing-2'}, newest)


class Serials:
    """Processes that issue at the same time, a part of them killed."""

    def __init__(self, lab):
        self.lab = lab
        self.batch = max(5, options.certificates // 80)
        self.reported = []
        self.lock = threading.Lock()
        self.left = options.certificates
        self.number = 0

    def take(self):
        """How many the next process issues, and its number."""
        with self.lock:
            self.number += 1
            if self.left <= 0:
                return 0, self.number
            count = 1 if self.number % 5 == 0 else self.batch
            self.left -= count
            return count, self.number

    def work(self, seed):
        chance = random.Random(seed)
        while True:
            count, number = self.take()
            if count == 0:
                return
            if count == 1:
                arguments = ['cert', 'issue', f'single-{number}', '--host', f'single-{number}.lab.test']
            else:
                file = self.lab.folder / f'batch-{number}.yaml'
                file.write_text(yaml.safe_dump([
                    {'name': f'batch-{number}-{index}', 'hosts': [f'batch-{number}-{index}.lab.test']}
                    for index in range(count)
                ]))
                arguments = ['cert', 'issue', '--batch', str(file), '--output', 'json']
            process = start(self.lab, *arguments)
            if chance.random() < 0.2:
                timer = threading.Timer(chance.random() * 0.4, process.kill)
                timer.start()
                output, errors = process.communicate()
                timer.cancel()
            else:
                output, errors = process.communicate()
            killed = process.returncode == -9
            counts['issuing: killed' if killed else 'issuing: ended'] += 1
            if process.returncode not in (0, -9):
                faults['processes that issue at the same time do not fail'].append(errors)
            self.keep(count, output, process.returncode == 0)

    def keep(self, count, output, is_whole):
        """What a process said that it has issued."""
        if count == 1 and 'END CERTIFICATE' in output:
            said = [openssl('x509', '-noout', '-serial', text=output).stdout.strip().partition('=')[2].lower()]
        elif count > 1 and (is_whole or output.rstrip().endswith(']')):
            said = [row['serial'] for row in json.loads(output)]
        else:
            return
        with self.lock:
            self.reported += said

    def run(self):
        with concurrent.futures.ThreadPoolExecutor(options.processes) as pool:
            for future in [pool.submit(self.work, chance.random()) for _ in range(options.processes)]:
                future.result()
        for name, seen in faults.items():
            check(name, not seen, seen)
        rows = self.lab.inventory()
        stored = [row['serial'] for row in rows]
        numbers = [int(serial, 16) for serial in stored]
        check(f'{len(stored)} serial numbers, no two alike', len(set(numbers)) == len(numbers) and
              len(stored) >= options.certificates // 2, len(stored))
        check('of 159 bits at most', all(0 < number < 1 << 159 for number in numbers))
        # One of 512 has less than 151 bits by chance.
        short = sum(number.bit_length() < 151 for number in numbers)
        check('of 151 bits at least, nearly all', short <= max(5, len(numbers) // 64), short)
        half = sum(number >> 158 for number in numbers)
        check('their first bit is set in half of them', abs(half - len(numbers) / 2) < 4 * len(numbers) ** 0.5, half)
        lost = set(self.reported) - set(stored)
        check(f'{len(self.reported)} that were reported are all kept', not lost and len(self.reported) > 0, lost)
        check('some processes were killed', counts['issuing: killed'] > 0, counts)
        made = [row for row in rows if row['name'].startswith(('single-', 'batch-'))]
        wrong = [row['name'] for row in made if row['issuer'] != 'issuing-2']
        check('all by the intermediate in use', not wrong, wrong[:5])
        sound(self.lab, 'after issuing')
        check('the database is sound', not faults['the database is sound'], faults['the database is sound'])


def main():
    lab = LifecycleLab(options.binary, options.lab)
    try:
        lab.up()
        rounds(lab)
        Serials(lab).run()
    finally:
        lab.close()


conclude(main, counts)

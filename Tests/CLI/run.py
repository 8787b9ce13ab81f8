#!/usr/bin/env python3
"""Runs the text scripts of this folder against the built binary: run.py --binary FILE [NAME...]

A script is a text file: lines of commands first, then files, each after a line `-- path --`. It runs in a new, empty
folder that holds those files, with a home of its own and no KINDLING_ variable from outside. Each line is one of

    kindling ARGUMENTS        run it; it has to succeed. Quotes as in a shell; $WORK is the folder
    ! kindling ARGUMENTS      run it; it has to fail
    code N                    the last run ended with this exit code
    stdout REGEX              the last run printed it (anywhere, `.` is no line end); `! stdout REGEX`: it did not
    stderr REGEX              likewise
    json                      the last run printed one JSON document and nothing else
    cmp FILE FILE             the files are equal; `stdout` stands for what the last run printed
    save FILE                 writes what the last run printed to a file
    exists FILE, ! exists FILE
    mode FILE OCTAL           its permission bits
    stdin FILE                standard input of the next run, else it is empty
    env NAME=VALUE            for all runs that follow
    cp FROM TO, rm PATH, mkdir PATH, chmod OCTAL PATH, write PATH TEXT
    remember PATH             takes note of every byte below a path
    unchanged PATH            every byte below it is as it was
    listen PORT               holds a port of 127.0.0.1 until the script ends
    tmpfs PATH SIZE           mounts a small file system; the script is skipped where that is not allowed
    fill PATH                 leaves no free byte on the file system of a path
    unprivileged              runs go as an ordinary user; skipped where the binary is out of such a user's reach

Lines that begin with `#` are comments; the first one says what the script shows. Prints PASS, FAIL or SKIP per script.
Exit code 1 when one failed.
"""

import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile

NOBODY = 65534


class Skip(Exception):
    pass


class Failed(Exception):
    pass


def rows(database):
    """All that a database says, whichever of its files it stands in; its bytes where it is none."""
    try:
        with tempfile.TemporaryDirectory() as copy:
            for part in database.parent.glob(database.name + '*'):
                shutil.copy(part, copy)
            with contextlib.closing(sqlite3.connect(pathlib.Path(copy, database.name))) as connection:
                return '\n'.join(connection.iterdump()).encode()
    except sqlite3.Error:
        return database.read_bytes()


def digest(path):
    """Every byte and mode below a path; of a database its rows, since reading alone may tidy its log away."""
    found = hashlib.sha256()
    for item in sorted([path, *path.rglob('*')]):
        if item.name.endswith(('-shm', '-wal')) or not (item.is_file() or item.is_dir()):
            continue
        found.update(f'{item.relative_to(path)} {item.stat().st_mode:o}\0'.encode())
        if item.is_file():
            found.update(rows(item) if item.suffix == '.sqlite' else item.read_bytes())
    return found.hexdigest()


class Script:
    def __init__(self, path, binary):
        self.binary = binary
        self.work = pathlib.Path(tempfile.mkdtemp(prefix='kindling-cli.'))
        self.commands, name = [], None
        self.files = []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            header = re.fullmatch(r'-- (\S+) --', line)
            if header:
                name = header.group(1)
                self.files.append((name, []))
            elif name is None:
                self.commands.append((number, line.strip()))
            else:
                self.files[-1][1].append(line)
        self.environment = {
            'HOME': str(self.work / '.home'),
            'PATH': os.environ.get('PATH', '/usr/bin:/bin'),
            'LANG': 'C.UTF-8',
            'LD_LIBRARY_PATH': os.environ.get('LD_LIBRARY_PATH', ''),
        }
        self.last = None
        self.input = None
        self.sockets, self.mounts, self.digests = [], [], {}
        self.prefix = []

    def run(self):
        (self.work / '.home').mkdir()
        for name, lines in self.files:
            target = self.work / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(''.join(line + '\n' for line in lines))
        try:
            for number, line in self.commands:
                if not line or line.startswith('#'):
                    continue
                try:
                    self.command(line)
                except Failed as failure:
                    raise Failed(f'line {number}: {line}: {failure}')
        finally:
            for connection in self.sockets:
                connection.close()
            for mount in reversed(self.mounts):
                subprocess.run(['umount', mount], check=False)
            shutil.rmtree(self.work, ignore_errors=True)

    def path(self, name):
        return self.work / name

    def demand(self, good, what):
        if not good:
            shown = ''
            if self.last is not None:
                shown = (
                    f'\n      exit code {self.last.returncode}'
                    f'\n      stdout: {self.last.stdout[-1500:]}\n      stderr: {self.last.stderr[-1500:]}'
                )
            raise Failed(what + shown)

    def command(self, line):
        negated = line.startswith('! ')
        line = line[2:] if negated else line
        verb, _, rest = line.partition(' ')
        rest = rest.strip()
        if verb in ('stdout', 'stderr'):
            text = getattr(self.last, verb)
            found = re.search(rest, text, re.M)
            self.demand(bool(found) != negated, 'found' if negated else 'not found')
            return
        words = [word.replace('$WORK', str(self.work)) for word in shlex.split(rest)]
        if verb == 'kindling':
            self.kindling(words, negated)
        elif verb == 'code':
            self.demand(self.last.returncode == int(words[0]), 'another exit code')
        elif verb == 'json':
            try:
                json.loads(self.last.stdout)
            except ValueError as error:
                self.demand(False, f'no JSON: {error}')
        elif verb == 'cmp':
            self.demand((self.content(words[0]) == self.content(words[1])) != negated, 'equal' if negated else 'differ')
        elif verb == 'save':
            self.path(words[0]).write_text(self.last.stdout)
        elif verb == 'exists':
            self.demand(self.path(words[0]).exists() != negated, 'is there' if negated else 'is not there')
        elif verb == 'mode':
            mode = self.path(words[0]).stat().st_mode & 0o7777
            self.demand(mode == int(words[1], 8), f'mode is {mode:04o}')
        elif verb == 'stdin':
            self.input = self.path(words[0]).read_text()
        elif verb == 'env':
            name, _, value = words[0].partition('=')
            self.environment[name] = value
        elif verb == 'cp':
            shutil.copy(self.path(words[0]), self.path(words[1]))
        elif verb == 'rm':
            target = self.path(words[0])
            shutil.rmtree(target) if target.is_dir() else target.unlink()
        elif verb == 'mkdir':
            self.path(words[0]).mkdir(parents=True)
        elif verb == 'chmod':
            self.path(words[1]).chmod(int(words[0], 8))
        elif verb == 'write':
            self.path(words[0]).write_text(' '.join(words[1:]))
        elif verb == 'remember':
            self.digests[words[0]] = digest(self.path(words[0]))
        elif verb == 'unchanged':
            self.demand((self.digests[words[0]] == digest(self.path(words[0]))) != negated, 'changed')
        elif verb == 'listen':
            self.listen(int(words[0]))
        elif verb == 'tmpfs':
            self.tmpfs(words[0], words[1])
        elif verb == 'fill':
            self.fill(words[0])
        elif verb == 'unprivileged':
            self.unprivileged()
        else:
            raise Failed('no such command')

    def kindling(self, words, negated):
        self.last = subprocess.run(
            [*self.prefix, self.binary, *words],
            cwd=self.work, env=self.environment, input=self.input or '', capture_output=True, text=True, timeout=120,
        )
        self.input = None
        if self.last.returncode < 0:
            self.demand(False, f'killed by signal {-self.last.returncode}')
        self.demand((self.last.returncode != 0) == negated, 'succeeded' if negated else 'failed')

    def content(self, name):
        return self.last.stdout.encode() if name == 'stdout' else self.path(name).read_bytes()

    def listen(self, port):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            connection.bind(('127.0.0.1', port))
        except OSError as error:
            raise Skip(f'port {port}: {error}')
        connection.listen()
        self.sockets.append(connection)

    def tmpfs(self, name, size):
        target = self.path(name)
        target.mkdir(parents=True, exist_ok=True)
        run = subprocess.run(
            ['mount', '-t', 'tmpfs', '-o', f'size={size},mode=0755', 'tmpfs', target], capture_output=True
        )
        if run.returncode != 0:
            raise Skip('mounting is not allowed')
        self.mounts.append(target)

    def fill(self, name):
        with open(self.path(name) / 'ballast', 'wb', buffering=0) as stream:
            block = 65536
            while block:
                try:
                    while stream.write(b'\0' * block):
                        pass
                except OSError:
                    block //= 16

    def unprivileged(self):
        if os.geteuid() != 0:
            return
        self.prefix = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups']
        for item in [self.work, *self.work.rglob('*')]:
            os.chown(item, NOBODY, NOBODY)
        reach = subprocess.run(
            [*self.prefix, self.binary, '--help'], env=self.environment, cwd=self.work, capture_output=True
        )
        if reach.returncode != 0:
            raise Skip('an ordinary user cannot run the binary where it stands')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--binary', required=True)
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    failures = 0
    for path in sorted(pathlib.Path(__file__).parent.glob('*.txt')):
        if options.names and path.stem not in options.names:
            continue
        try:
            Script(path, binary).run()
            print(f'PASS {path.stem}', flush=True)
        except Skip as reason:
            print(f'SKIP {path.stem} -- {reason}', flush=True)
        except (Failed, OSError, subprocess.TimeoutExpired, KeyError, ValueError) as failure:
            failures += 1
            print(f'FAIL {path.stem}\n    {failure}', flush=True)
    sys.exit(1 if failures else 0)


main()

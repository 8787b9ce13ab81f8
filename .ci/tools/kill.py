#!/usr/bin/env python3
"""Kills a server in the middle of logins and refreshes, again and again: kill.py --binary FILE --lab FILE

Threads sign in, redeem codes and refresh. At a random moment, also while it starts, the server gets SIGKILL. What its
answers had reported is then held against the server that starts next:

- a code or refresh token whose exchange was answered is refused, and takes its family with it
- a code or refresh token that was handed out and not used works, once
- an exchange that was cut off has happened or has not, and what it was tried with works at most once
- a session whose cookie was handed out works without a page
- no answer is a fault of the server, and the database is sound

The lab.yaml is only read. Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import collections
import dataclasses
import http.client
import random
import sqlite3
import sys
import threading
import time

import provider
from provider import SESSION, Browser, Lab, Server, check

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--seconds', type=float, default=60)
parser.add_argument('--threads', type=int, default=4)
parser.add_argument('--seed', default='kindling')
parser.add_argument('--log', help='where the server\'s log goes')
options = parser.parse_args()

CUT = (OSError, http.client.HTTPException)
counts = collections.Counter()
faults = collections.defaultdict(list)  # kind of fault -> what was seen
chance = random.Random(options.seed)


@dataclasses.dataclass
class Family:
    """A grant: the code that began it, and the refresh tokens that followed each other."""

    code: str
    verifier: str
    token: str = None  # handed out, not used
    spent: list = dataclasses.field(default_factory=list)  # exchanges of these were answered
    redeemed: bool = False
    cut: bool = False  # the last exchange has no answer


class Ledger:
    """What the server has reported, shared by all threads. Whoever takes a family has it alone."""

    def __init__(self):
        self.lock = threading.Lock()
        self.families, self.sessions = [], []

    def take(self, wanted):
        """The family that was put back last of those wanted: nearest to the kill."""
        with self.lock:
            for index in range(len(self.families) - 1, -1, -1):
                if wanted(self.families[index]):
                    return self.families.pop(index)

    def put(self, family):
        with self.lock:
            self.families.append(family)
            # The oldest have been looked at often enough.
            del self.families[:-400]

    def session(self, cookie):
        with self.lock:
            self.sessions.append(cookie)
            del self.sessions[:-40]

    def count(self, what):
        with self.lock:
            counts[what] += 1


ledger = Ledger()


def sound(answer):
    if answer.status >= 500:
        faults['no answer is a fault of the server'].append(f'{answer.status} {answer.text[:200]}')
    return answer


def code_of(answer):
    return sound(answer).query.get('code') if answer.status in (302, 303) else None


def exchange(browser, family):
    """Redeems the code, or the refresh token, and keeps the books; the answer."""
    family.cut = True
    if family.redeemed:
        answer = sound(browser.refresh(family.token))
    else:
        answer = sound(browser.redeem(family.code, family.verifier))
    family.cut = False
    if answer.status == 200:
        ledger.count('refreshes' if family.redeemed else 'logins')
        if family.redeemed:
            family.spent.append(family.token)
        family.redeemed = True
        family.token = answer.json()['refresh_token']
    return answer


def work(lab, stop, seed):
    chance = random.Random(seed)
    browser = Browser(lab)
    while not stop.is_set():
        family = None
        try:
            if SESSION not in browser.cookies or chance.random() < 0.05:
                browser.cookies.clear()
                answer, verifier = browser.sign_in()
                code = code_of(answer)
                if code is None:
                    faults['every login gives a code'].append(f'{answer.status} {answer.location} {answer.text[:200]}')
                    continue
                ledger.count('passwords')
                ledger.session(browser.cookies[SESSION])
                ledger.put(Family(code, verifier))
            elif chance.random() < 0.3:
                answer, verifier = browser.code()
                code = code_of(answer)
                if code is None:
                    faults['a session gives codes'].append(f'{answer.status} {answer.location}')
                    browser.cookies.clear()
                    continue
                ledger.put(Family(code, verifier))
            else:
                family = ledger.take(lambda family: not family.cut and chance.random() < 0.5)
                if family is None:
                    browser.cookies.clear()
                    continue
                answer = exchange(browser, family)
                if answer.status != 200:
                    faults['what was handed out works'].append(f'{answer.status} {answer.text[:200]}')
                    family = None
        except CUT:
            time.sleep(0.005)
        finally:
            if family:
                ledger.put(family)
    browser.close()


def refused(browser, family, used, what):
    """A used code or token is refused; the family dies of it."""
    if used == family.code:
        answer = sound(browser.redeem(family.code, family.verifier))
    else:
        answer = sound(browser.refresh(used))
    if answer.status != 400 or answer.json().get('error') != 'invalid_grant':
        faults[f'{what} is refused'].append(f'{answer.status} {answer.text[:200]}')
    ledger.count(f'{what}: refused')
    if family.token and not family.cut:
        answer = sound(browser.refresh(family.token))
        if answer.status != 400:
            faults[f'{what} takes its family with it'].append(f'{answer.status} {answer.text[:200]}')


def verify(lab, chance):
    """Holds the books against the server that has just started. A family that was replayed is not put back."""
    browser = Browser(lab)
    for cookie in ledger.sessions[-6:]:
        browser.cookies = {SESSION: cookie}
        answer, verifier = browser.code()
        code = code_of(answer)
        if code is None:
            faults['a session outlives the kill'].append(f'{answer.status} {answer.location}')
        else:
            ledger.put(Family(code, verifier))
        ledger.count('sessions: kept')
    browser.cookies = {}
    # Exchanges that were cut off: once at most, and then never again.
    while family := ledger.take(lambda family: family.cut):
        used = family.token if family.redeemed else family.code
        answer = exchange(browser, family)
        happened = answer.status == 200
        if not happened and answer.status != 400:
            faults['a cut exchange has happened or has not'].append(f'{answer.status} {answer.text[:200]}')
        ledger.count('cut exchanges: had not happened' if happened else 'cut exchanges: had happened')
        if happened:
            refused(browser, family, used, 'the subject of a cut exchange, used again,')
    for _ in range(4):
        if family := ledger.take(lambda family: family.spent):
            # The last one used stands nearest to the kill.
            used = family.spent[-1] if chance.random() < 0.7 else chance.choice(family.spent)
            refused(browser, family, used, 'a used refresh token')
        if family := ledger.take(lambda family: family.redeemed):
            refused(browser, family, family.code, 'a used code')
    for kind, wanted in (
        ('an unused refresh token', lambda family: family.redeemed),
        ('an unused code', lambda family: not family.redeemed),
    ):
        for _ in range(6):
            if family := ledger.take(wanted):
                answer = exchange(browser, family)
                ledger.count(f'{kind}: worked')
                if answer.status == 200:
                    ledger.put(family)
                else:
                    faults[f'{kind} outlives the kill'].append(f'{answer.status} {answer.text[:200]}')
    browser.close()


def change(data):
    # A code must not expire while the server is down, nor a family between two looks.
    data['identity']['lifetimes'] = {'code': '10m', 'refreshToken': '30d', 'session': '12h'}


def rounds(lab):
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        server = Server(lab)
        if chance.random() < 0.15:
            time.sleep(chance.random() * 0.25)
            server.kill()
            counts['kills while it starts'] += 1
            continue
        server.wait()
        verify(lab, chance)
        stop = threading.Event()
        threads = [
            threading.Thread(target=work, args=(lab, stop, chance.random())) for _ in range(options.threads)
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.2 + chance.random() * 2)
        server.kill()
        counts['kills under load'] += 1
        stop.set()
        for thread in threads:
            thread.join()
    server = Server(lab).wait()
    verify(lab, chance)
    return server.stop()


def main():
    lab = Lab(options.binary, options.lab, change, options.log)
    try:
        lab.make()
        code = rounds(lab)
        check('the last server ends cleanly', code == 0, f'exit code {code}')
        for path in (lab.folder / 'state').rglob('*'):
            if path.is_file() and path.read_bytes()[:15] == b'SQLite format 3':
                result = sqlite3.connect(path).execute('PRAGMA integrity_check').fetchall()
                check(f'state/{path.name} is sound', result == [('ok',)], result)
    finally:
        lab.close()
    done = counts['logins'] + counts['refreshes']
    for name in (
        'no answer is a fault of the server', 'every login gives a code', 'a session gives codes',
        'what was handed out works', 'a session outlives the kill', 'an unused code outlives the kill',
        'an unused refresh token outlives the kill', 'a used code is refused', 'a used refresh token is refused',
        'a used code takes its family with it', 'a used refresh token takes its family with it',
        'a cut exchange has happened or has not',
    ):
        faults.setdefault(name, [])
    for name, seen in sorted(faults.items()):
        check(name, not seen, f'{len(seen)} times: {"; ".join(seen[:3])}')
    wanted = int(min(300, 5 * options.seconds))
    check(f'{wanted} logins and refreshes at least', done >= wanted, done)
    check('a kill under load at least every 10 s', counts['kills under load'] >= options.seconds / 10, counts)
    print(', '.join(f'{name} {number}' for name, number in sorted(counts.items())))


try:
    main()
except Exception as error:
    check('no exception', False, f'{type(error).__name__}: {error}')
sys.exit(1 if provider.failures else 0)

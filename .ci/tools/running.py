#!/usr/bin/env python3
"""What an operator does to a server that runs: running.py --binary FILE --lab FILE

- SIGHUP reads lab.yaml again: who is new may come in, who was in stays in; a broken file is refused, named in the log, and
  what was before stays
- KINDLING_LOG_FORMAT=json makes each line of the log one object, with the number of its request
- SIGTERM lets a sign-in finish that is under way
- `user disable` ends sessions and tokens at once, `key rotate` shows both keys within two seconds

The lab.yaml is only read. Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import copy
import json
import re
import signal
import sys
import threading
import time

import provider
from provider import SESSION, Browser, Lab, Server, check

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--log', help='where the server\'s log goes')
options = parser.parse_args()


def change(data):
    data['clients'] = [
        {'id': 'cli', 'name': 'Command line', 'public': True, 'redirectURIs': ['http://127.0.0.1/cb']},
        {'id': 'web', 'name': 'Web', 'redirectURIs': ['https://rp.test/cb']},
    ]
    data['certificates'] = []


def within(seconds, good):
    """Whether it becomes so in time; how long it took."""
    began = time.monotonic()
    while True:
        if good():
            return time.monotonic() - began
        if time.monotonic() - began > seconds:
            return None
        time.sleep(0.05)


def enters(browser, **more):
    """Whether the session gives a code."""
    return 'code' in browser.code(**more)[0].query


def tokens(browser):
    answer, verifier = browser.code()
    answer = browser.redeem(answer.query.get('code', ''), verifier)
    if answer.status != 200:
        raise RuntimeError(f'no tokens: {answer.status} {answer.text[:200]}')
    return answer.json()


def knows(browser, token):
    return browser.get('/userinfo', Authorization=f'Bearer {token}').status == 200


def reload(lab, server, browser):
    session = browser.cookies[SESSION]
    held = tokens(browser)
    before = copy.deepcopy(lab.data)
    check('an unknown client is refused', browser.code(client='late')[0].status == 400)
    lab.data['clients'].append({'id': 'late', 'name': 'Late', 'public': True, 'redirectURIs': ['http://127.0.0.1/cb']})
    lab.data['users'].append({'email': 'late@localhost', 'username': 'late', 'name': 'Late', 'groups': ['developers']})
    lab.write()
    lab.kindling('user', 'passwd', 'late@localhost', text='a password for late\n')
    check('lab.yaml is not read before SIGHUP', not within(1.5, lambda: enters(browser, client='late')))
    server.process.send_signal(signal.SIGHUP)
    took = within(5, lambda: enters(browser, client='late'))
    check('SIGHUP: the new client is let in', took is not None, server.tail())
    late = Browser(lab)
    answer, _ = late.sign_in(user='late', password='a password for late')
    check('SIGHUP: the new user signs in', 'code' in answer.query, f'{answer.status} {answer.text[:200]}')
    check('SIGHUP: the session is kept', browser.cookies[SESSION] == session and enters(browser))
    check('SIGHUP: an access token is kept', knows(browser, held['access_token']))
    answer = browser.refresh(held['refresh_token'])
    check('SIGHUP: a refresh token is kept', answer.status == 200, f'{answer.status} {answer.text[:200]}')
    check('SIGHUP: it is the same process', server.process.poll() is None)

    good = lab.file.read_text()
    for name, text, word in (
        ('is no YAML', good + '\n  ]: {\n', None),
        ('has an unknown key', good + 'misspelt: 1\n', 'misspelt'),
        ('is empty', '', None),
        ('is missing', None, None),
    ):
        size = lab.log.stat().st_size
        if text is None:
            lab.file.rename(lab.folder / 'away.yaml')
        else:
            lab.file.write_text(text)
        server.process.send_signal(signal.SIGHUP)

        def told():
            log = lab.log.read_bytes()[size:].decode('utf-8', 'replace')
            return 'lab.yaml' in log and (word is None or word in log)

        took = within(5, told)
        check(f'a lab.yaml that {name} is named in the log', took is not None, server.tail(300))
        check(f'a lab.yaml that {name} changes nothing', server.process.poll() is None and enters(browser)
              and enters(browser, client='late'))
        lab.file.write_text(good)
    lab.data = before
    lab.write()
    server.process.send_signal(signal.SIGHUP)
    took = within(5, lambda: browser.code(client='late')[0].status == 400)
    check('SIGHUP: a client that is taken out is refused', took is not None)
    gone = within(5, lambda: not enters(late))
    check('SIGHUP: a user who is taken out is out', gone is not None)
    check('SIGHUP: who is still there is still in', enters(browser))


def disable(lab, server, browser):
    lab.kindling('user', 'passwd', 'alice@localhost', text='a password for alice\n')
    alice = Browser(lab)
    answer, verifier = alice.sign_in(user='alice', password='a password for alice')
    pending = answer.query.get('code', '')
    held = tokens(alice)
    lab.kindling('user', 'disable', 'alice@localhost')
    # At once: not after the next look at the state.
    answer, _ = alice.code()
    check('user disable: the session is out', answer.query.get('error') == 'login_required', answer.location)
    answer = alice.refresh(held['refresh_token'])
    check('user disable: the refresh token is dead', answer.status == 400, f'{answer.status} {answer.text[:200]}')
    check('user disable: the access token is dead', not knows(alice, held['access_token']))
    answer = alice.redeem(pending, verifier)
    check('user disable: a code is dead', answer.status == 400, f'{answer.status} {answer.text[:200]}')
    answer, _ = Browser(lab).sign_in(user='alice', password='a password for alice')
    check('user disable: the password is refused', answer.status != 303 and 'code' not in answer.query, answer.status)
    check('user disable: others stay', enters(browser))
    lab.kindling('user', 'enable', 'alice@localhost')
    again = Browser(lab)
    answer, _ = again.sign_in(user='alice', password='a password for alice')
    check('user enable: the password is good again', 'code' in answer.query, f'{answer.status} {answer.text[:200]}')
    check('user enable: the old session stays dead', not enters(alice))
    answer = alice.refresh(held['refresh_token'])
    check('user enable: the old refresh token stays dead', answer.status == 400, f'{answer.status} {answer.text[:200]}')


def rotate(lab, server, browser):
    def kids():
        return {key['kid'] for key in browser.get('/keys').json()['keys']}

    before, held = kids(), tokens(browser)
    lab.kindling('key', 'rotate')
    took = within(2, lambda: kids() > before)
    check('key rotate: both keys are shown within 2 s', took is not None, f'{sorted(before)}, now {sorted(kids())}')
    check('key rotate: what the old key signed is good', knows(browser, held['access_token']))
    fresh = tokens(browser)
    check('key rotate: new tokens are good', knows(browser, fresh['access_token']))


def log_of_objects(lab):
    size = lab.log.stat().st_size
    server = Server(lab, environment={'KINDLING_LOG_FORMAT': 'json', 'KINDLING_LOG_LEVEL': 'debug'}).wait()
    browser = Browser(lab)
    answer, _ = browser.sign_in()
    answer = browser.get('/auth?client_id=nobody%0a%22%7d&x=%c3%a9%00')
    number = re.search(r'\b[0-9a-f]{16,64}\b', re.sub(r'<input[^>]*>', '', answer.text))
    check('an error page shows the number of its request', number, answer.text[-300:])
    path, _ = browser.authorize(prompt='login')
    browser.submit(browser.get(path), path, login='no"body\n{', password='a wrong password', do='sign-in')
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    check('SIGTERM ends it cleanly', server.stop() == 0, server.tail())
    lines = lab.log.read_bytes()[size:].decode('utf-8').splitlines()
    objects, broken = [], []
    for line in lines:
        try:
            value = json.loads(line)
            objects.append(value)
            if not isinstance(value, dict):
                broken.append(line)
        except ValueError:
            broken.append(line)
    check(f'KINDLING_LOG_FORMAT=json: {len(lines)} lines, each one object', len(lines) > 4 and not broken, broken[:3])
    requests = [value for value in objects if 'route' in value]
    check('KINDLING_LOG_FORMAT=json: requests are told', len(requests) > 3, objects[:2])
    ids = [value.get('id') or value.get('request') or value.get('requestID') for value in requests]
    check('KINDLING_LOG_FORMAT=json: each with a number of its own', ids and all(ids) and len(set(ids)) == len(ids),
          requests[:2])
    if number:
        check('KINDLING_LOG_FORMAT=json: the number on the page is in the log', number.group(0) in ids, number.group(0))
    check('KINDLING_LOG_FORMAT=json: each with level and message',
          objects and all({'level', 'message'} <= set(value) for value in objects), objects[:2])


def under_way(lab):
    """A sign-in, a fifth of a second of hashing, that has begun when SIGTERM comes."""
    server = Server(lab).wait()
    browser = Browser(lab)
    path, verifier = browser.authorize()
    page = browser.get(path)
    got = {}

    def sign_in():
        try:
            got['answer'] = browser.submit(page, path, login=lab.user, password=lab.password, do='sign-in')
            got['at'] = time.monotonic()
        except Exception as error:
            got['error'] = error

    thread = threading.Thread(target=sign_in)
    idle = Browser(lab)
    idle.get('/healthz')
    thread.start()
    time.sleep(0.06)
    sent = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    thread.join(15)
    answer = got.get('answer')
    check('SIGTERM: a sign-in under way is answered', answer and 'code' in answer.query, got)
    check('SIGTERM: it was under way', got.get('at', 0) > sent, 'the answer came before the signal: repeat')
    code = server.stop()
    took = time.monotonic() - sent
    check('SIGTERM: then the server ends, with 0', code == 0, f'exit code {code}: {server.tail()}')
    check('SIGTERM: within 10 s, though a connection idles', took < 10, f'{took:.1f} s')
    server = Server(lab).wait()
    browser = Browser(lab)
    answer = browser.redeem(answer.query.get('code', '') if answer else '', verifier)
    check('SIGTERM: the code of that sign-in is good after the restart', answer.status == 200, answer.text[:200])
    check('the server ends cleanly', server.stop() == 0, server.tail())


def attempt(part, *arguments):
    try:
        part(*arguments)
    except Exception as error:
        check(f'{part.__name__}: no exception', False, f'{type(error).__name__}: {error}')


def main():
    lab = Lab(options.binary, options.lab, change, options.log)
    server = None
    try:
        server = Server(lab.make()).wait()
        browser = Browser(lab)
        answer, _ = browser.sign_in()
        check('sign-in', 'code' in answer.query, f'{answer.status} {answer.text[:200]}')
        attempt(disable, lab, server, browser)
        attempt(rotate, lab, server, browser)
        attempt(reload, lab, server, browser)
        check('the server ends cleanly', server.stop() == 0, server.tail())
        attempt(log_of_objects, lab)
        attempt(under_way, lab)
    finally:
        if server:
            server.stop()
        lab.close()


try:
    main()
except Exception as error:
    check('no exception', False, f'{type(error).__name__}: {error}')
sys.exit(1 if provider.failures else 0)

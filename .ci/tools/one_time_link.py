#!/usr/bin/env python3
"""A new administrator's first minute: `kindling up` on a terminal prints a one-time link; Chromium, which trusts the lab's
CA alone, opens it and goes on, a password is set, and a relying party is signed in to. Then what must not work is tried:
the link in another browser once somebody went on, the link a second time, a link that a newer one has voided, and a log
that holds a link. Programs that only look at a link do not use it up.

Prints PASS or FAIL per check; screenshots of every page go to --shots. Exit code 1 when a check failed.
"""

import argparse
import base64
import fcntl
import hashlib
import http.server
import json
import os
import pathlib
import pty
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import termios
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from selenium.webdriver.common.by import By

import chromium

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--user', required=True)
parser.add_argument('--client', required=True, help='a public client with a loopback redirect URI')
parser.add_argument('--issuer', default='https://localhost:5556')
parser.add_argument('--shots', required=True)
options = parser.parse_args()

shots = pathlib.Path(options.shots)
shots.mkdir(parents=True, exist_ok=True)
home = pathlib.Path(tempfile.mkdtemp(prefix='kindling-link.'))
failures = 0


def check(name, good, detail=''):
    global failures
    if good:
        print(f'PASS {name}', flush=True)
    else:
        failures += 1
        print(f'FAIL {name} -- {str(detail)[:300]}', flush=True)
    return good


def kindling(*arguments):
    return subprocess.run(
        [options.binary, *arguments, '--lab', options.lab], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


# A link is an address of the issuer that ends in at least 256 bits of base64url.
LINK = re.compile(re.escape(options.issuer) + r'/[\w./?=&-]*[\w-]{43}')


class Terminal:
    """`kindling up` on a terminal of its own, and what it printed there so far."""

    def __init__(self):
        master, slave = pty.openpty()
        environment = {**os.environ, 'NO_COLOR': '1', 'TERM': 'dumb', 'COLUMNS': '200'}
        self.process = subprocess.Popen(
            [options.binary, 'up', '--lab', options.lab], stdin=slave, stdout=slave, stderr=slave, env=environment,
            # A session of its own, with this terminal as the controlling one, so that Ctrl-C reaches it.
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.master, self.text = master, ''
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            while data := os.read(self.master, 65536):
                self.text += data.decode('utf-8', 'replace').replace('\r\n', '\n')
        except OSError:
            pass  # the other end is closed

    def wait(self, form, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if found := form.search(self.text):
                return found
            time.sleep(0.1)
        return form.search(self.text)

    def stop(self):
        if self.process.poll() is None:
            # Ctrl-C as the terminal sends it.
            os.write(self.master, b'\x03')
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()


class RelyingParty(http.server.BaseHTTPRequestHandler):
    got = {}

    def do_GET(self):
        if self.path.startswith('/cb'):
            RelyingParty.got = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(b'<!doctype html><title>relying party</title><p>Back at the relying party.</p>')

    def log_message(self, *_):
        pass


def passwords(driver):
    return driver.find_elements(By.CSS_SELECTOR, 'input[type=password]')


def buttons(driver):
    return driver.find_elements(By.CSS_SELECTOR, 'form button, form input[type=submit]')


def go_on(driver, link):
    """Opens a link and goes on, if there is a button for it; the fields for a password, if it comes to that."""
    driver.get(link)
    if buttons(driver) and not passwords(driver):
        submit(driver)
    return passwords(driver)


def looked_at(opener, link):
    """What a program sees that opens a link without any cookie: the status, and whether there is a form."""
    try:
        with opener.open(link, timeout=10) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode('utf-8', 'replace')
    return status, '<form' in text


def submit(driver):
    """Presses the button of the form and waits for the next page."""
    page = driver.find_element(By.TAG_NAME, 'html')
    driver.find_element(By.CSS_SELECTOR, 'form button, form input[type=submit]').click()
    for _ in range(100):
        time.sleep(0.1)
        try:
            page.is_enabled()
        except Exception:
            break


def authorize(port):
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b'=').decode()
    query = urllib.parse.urlencode(
        dict(
            response_type='code',
            client_id=options.client,
            redirect_uri=f'http://127.0.0.1:{port}/cb',
            scope='openid profile email groups',
            state='st-1',
            nonce='n-1',
            code_challenge=challenge,
            code_challenge_method='S256',
        )
    )
    return f'{options.issuer}/auth?{query}', verifier


def main():
    terminal = Terminal()
    driver = None
    try:
        link = terminal.wait(LINK)
        printed = re.sub(r'[\w-]{43}', '<token>', terminal.text)
        (shots / 'up.txt').write_text(printed)
        if not check('up on a terminal prints a one-time link', link, printed[-600:]):
            return
        link = link.group(0)
        check('up names the issuer', options.issuer in terminal.text)
        authority = home / 'ca.crt'
        exported = kindling('ca', 'export', '--to', str(authority))
        if not check('ca export beside a running server', exported.returncode == 0, exported.stderr):
            return

        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), RelyingParty)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url, verifier = authorize(server.server_port)
        driver = chromium.start(home, authority)
        trust = ssl.create_default_context(cafile=str(authority))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust)
        )
        for _ in range(100):
            try:
                opener.open(f'{options.issuer}/healthz', timeout=2).read()
                break
            except OSError:
                time.sleep(0.2)

        # A link that a newer one voids.
        driver.get(link)
        driver.save_screenshot(str(shots / '1-link.png'))
        check('the page of the link loads with the lab CA alone', buttons(driver), driver.page_source[:300])
        check('it asks for no password before one goes on', not passwords(driver), driver.page_source[:300])
        invited = kindling('user', 'invite', options.user)
        newer = LINK.search(invited.stdout + invited.stderr)
        if check('user invite makes a new link', invited.returncode == 0 and newer, invited.stdout + invited.stderr):
            newer = newer.group(0)
            fields = go_on(driver, link)
            driver.save_screenshot(str(shots / '2-voided.png'))
            check('the new link voids the last one', not fields and not buttons(driver), driver.page_source[:300])
        else:
            newer = link
        seen = [looked_at(opener, newer) for _ in range(3)]
        check('to look at the link does not use it up', seen == [(200, True)] * 3, seen)
        fields = go_on(driver, newer)
        driver.save_screenshot(str(shots / '3-set-password.png'))
        check('going on leads to the form', fields, driver.page_source[:300])
        status, form = looked_at(opener, newer)
        check('then another browser is refused', 400 <= status < 500 and not form, (status, form))
        check('the same browser may open the link again', go_on(driver, newer), driver.page_source[:300])

        fields = passwords(driver)
        check(
            'the fields are for a new password',
            fields and all(f.get_attribute('autocomplete') == 'new-password' for f in fields),
            [f.get_attribute('outerHTML') for f in fields],
        )
        for field in fields:
            field.send_keys('short')
        submit(driver)
        driver.save_screenshot(str(shots / '4-too-short.png'))
        check('a password that is too short is refused', passwords(driver), driver.page_source[:300])
        for number, field in enumerate(passwords(driver)):
            field.clear()
            field.send_keys(f'two different passwords, {number}')
        submit(driver)
        driver.save_screenshot(str(shots / '4-not-the-same.png'))
        alerts = [alert.text for alert in driver.find_elements(By.CSS_SELECTOR, '[role=alert]') if alert.text.strip()]
        check('two different passwords are refused, with a message', passwords(driver) and alerts, alerts)
        password = secrets.token_urlsafe(12)
        for field in passwords(driver):
            field.clear()
            field.send_keys(password)
        submit(driver)
        driver.save_screenshot(str(shots / '5-password-set.png'))
        alerts = [alert.text for alert in driver.find_elements(By.CSS_SELECTOR, '[role=alert]') if alert.text.strip()]
        check('the password is set', not alerts, alerts)
        fields = go_on(driver, newer)
        driver.save_screenshot(str(shots / '6-used.png'))
        check('the link died at its first use', not fields and not buttons(driver), driver.page_source[:300])

        # A fresh browser session: nothing but the password helps.
        driver.get(options.issuer + '/healthz')
        driver.delete_all_cookies()
        driver.get(url)
        driver.save_screenshot(str(shots / '7-sign-in.png'))
        check('the relying party leads to the sign-in page', len(passwords(driver)) == 1, driver.page_source[:300])
        name = driver.find_element(By.CSS_SELECTOR, 'form input[autocomplete~=username]')
        name.clear()
        name.send_keys(options.user)
        passwords(driver)[0].send_keys(password)
        submit(driver)
        time.sleep(0.5)
        driver.save_screenshot(str(shots / '8-signed-in.png'))
        got = RelyingParty.got
        check('signed in: the relying party has a code', got.get('code') and got.get('state') == 'st-1', driver.current_url)

        form = dict(
            grant_type='authorization_code',
            code=got.get('code', ''),
            client_id=options.client,
            redirect_uri=f'http://127.0.0.1:{server.server_port}/cb',
            code_verifier=verifier,
        )
        answer = json.load(opener.open(f'{options.issuer}/token', urllib.parse.urlencode(form).encode(), timeout=10))
        part = answer['id_token'].split('.')[1]
        claims = json.loads(base64.urlsafe_b64decode(part + '=' * (-len(part) % 4)))
        check('the ID token is the administrator\'s', claims.get('email') == options.user, claims)
        check('the ID token has groups', claims.get('groups'), claims)
        severe = [
            entry['message']
            for entry in driver.get_log('browser')
            if entry['level'] == 'SEVERE' and 'favicon' not in entry['message'] and 'a status of 4' not in entry['message']
        ]
        check('the pages caused no severe message in the console', not severe, severe)
        check('no password stands in what up printed', password not in terminal.text)
        tokens = [re.search(r'[\w-]{43}$', address).group(0) for address in (link, newer)]
        printed = [terminal.text.count(token) for token in tokens]
        check('up printed its link once and logged none', printed == [1, 0] or tokens[0] == tokens[1], printed)
    finally:
        if driver:
            driver.quit()
        code = terminal.stop()
        check('Ctrl-C ends up cleanly', code == 0, f'exit code {code}: {terminal.text[-300:]}')

    # A log is no place for a link: up prints the command instead.
    folder = home / 'second'
    folder.mkdir()
    shutil.copy(options.lab, folder / 'lab.yaml')
    log = folder / 'up.log'
    with open(log, 'w') as stream:
        process = subprocess.Popen(
            [options.binary, 'up', '--lab', str(folder / 'lab.yaml')],
            stdout=stream, stderr=stream, stdin=subprocess.DEVNULL,
        )
    wanted = f'user invite {options.user}'
    for _ in range(100):
        if wanted in log.read_text() or process.poll() is not None:
            break
        time.sleep(0.1)
    check('up into a log prints the command that makes a link', wanted in log.read_text(), log.read_text()[-600:])
    check('up into a log prints no link', not LINK.search(log.read_text()))
    process.send_signal(signal.SIGTERM)
    check('SIGTERM ends up cleanly', process.wait(20) == 0, f'exit code {process.returncode}')


try:
    main()
except Exception as error:
    check('no exception', False, f'{type(error).__name__}: {error}')
finally:
    shutil.rmtree(home, ignore_errors=True)
sys.exit(1 if failures else 0)

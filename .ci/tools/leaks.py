#!/usr/bin/env python3
"""Looks for every secret of a lab where none may be: leaks.py --binary FILE --lab FILE

Makes a state, serves it, and uses it as an operator would, while a thread reads the argument vectors of all processes.
Then searches for each secret (and its base64, base64url, hex and percent-encoded forms) in

- what the commands printed, other than those told to reveal; the log of the server
- every argument vector that was seen
- every file that its group or others may read, below the lab's folder and the home
- the database and its log, where secrets stand sealed or hashed, never plain

Prints PASS or FAIL per place; a FAIL names the kind of secret, never the secret. Exit code 1 when something leaked.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import secrets
import ssl
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
options = parser.parse_args()

lab = yaml.safe_load(open(options.lab))
folder = pathlib.Path(options.lab).parent
home = pathlib.Path(os.environ['HOME'])
issuer = lab['identity']['issuer']
known = {}  # kind of secret -> the secret
argument_vectors = set()
printed = {}  # command -> what it printed
failures = 0
watching = True


def check(name, good, detail=''):
    global failures
    if good:
        print(f'PASS {name}', flush=True)
    else:
        failures += 1
        print(f'FAIL {name} -- {str(detail)[:300]}', flush=True)


def watch():
    """Collects argument vectors; the title of a process shows there too."""
    own = str(os.getpid())
    while watching:
        for process in os.listdir('/proc'):
            if process.isdigit() and process != own:
                try:
                    vector = pathlib.Path('/proc', process, 'cmdline').read_bytes()
                except OSError:
                    continue
                argument_vectors.add(vector)
        time.sleep(0.02)


def kindling(*arguments, text=None, reveals=False):
    run = subprocess.run(
        [options.binary, *arguments, '--lab', options.lab], input=text or '', capture_output=True, text=True
    )
    if not reveals:
        printed[' '.join(arguments)] = run.stdout + run.stderr
    if run.returncode != 0:
        check(f'kindling {" ".join(arguments)}', False, run.stderr)
    return run.stdout


def forms(secret):
    raw = secret.encode()
    yield from (
        raw,
        base64.b64encode(raw).rstrip(b'='),
        base64.urlsafe_b64encode(raw).rstrip(b'='),
        raw.hex().encode(),
        urllib.parse.quote(secret, safe='').encode(),
    )


def leaks(data):
    return sorted(kind for kind, secret in known.items() if any(form in data for form in forms(secret)))


def remember(kind, secret):
    # Shorter ones would be found by chance.
    if isinstance(secret, str) and len(secret) >= 12:
        known[kind] = secret


def private_keys():
    """Private keys stand in files of mode 0600 below out/; a line from the middle of each serves as its mark."""
    for path in sorted((folder / 'out').rglob('*')):
        if not path.is_file():
            continue
        text = path.read_text(errors='replace')
        for number, body in enumerate(re.findall(r'PRIVATE KEY-----\s+(.*?)-----END', text, re.S)):
            lines = [line.strip() for line in body.splitlines() if len(line.strip()) >= 48]
            if len(lines) > 1:
                remember(f'private key {number} in {path.name}', lines[1])


def sign_in(password):
    """A token request and a sign-in that fail, both with a secret in them, so that the server has something to log."""
    trust = ssl.create_default_context(cafile=str(folder / 'ca.crt'))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    for _ in range(150):
        try:
            opener.open(f'{issuer}/healthz', timeout=2).read()
            break
        except OSError:
            time.sleep(0.2)
    code = 'code-' + secrets.token_urlsafe(32)
    remember('authorization code', code)
    basic = base64.b64encode(f'web:{known["client web"]}'.encode()).decode()
    bearer = 'bearer-' + secrets.token_urlsafe(32)
    remember('bearer token', bearer)
    requests = [
        (f'{issuer}/token', dict(grant_type='authorization_code', code=code, redirect_uri='https://rp.test/cb'),
         {'Authorization': 'Basic ' + basic}),
        (f'{issuer}/token', dict(grant_type='refresh_token', refresh_token=bearer, client_id='web',
                                 client_secret=known['client web']), {}),
        (f'{issuer}/userinfo', None, {'Authorization': 'Bearer ' + bearer}),
        (f'{issuer}/auth?client_id=web&code={code}&password={urllib.parse.quote(password)}', None, {}),
        (f'{issuer}/auth', dict(username=lab['users'][0]['email'], password=password), {}),
    ]
    for url, body, headers in requests:
        data = urllib.parse.urlencode(body).encode() if body else None
        try:
            opener.open(urllib.request.Request(url, data, headers), timeout=10).read()
        except urllib.error.HTTPError:
            pass


def main():
    global watching
    user = lab['users'][0]['email']
    threading.Thread(target=watch, daemon=True).start()

    kindling('up', '--once')
    password = secrets.token_urlsafe(18)
    remember('password', password)
    kindling('user', 'passwd', user, text=password + '\n')
    own = secrets.token_urlsafe(32)
    remember('client web', own)
    kindling('client', 'set', 'web', text=own)
    kindling('up', '--once')
    for client in json.loads(kindling('client', 'list', '--output', 'json')):
        shown = kindling('client', 'show', client['id'], '--reveal', '--yes', '--output', 'json', reveals=True)
        remember(f'client {client["id"]}', (json.loads(shown) or {}).get('secret'))
        kindling('client', 'show', client['id'])
        kindling('client', 'show', client['id'], '--output', 'json')
    for secret in json.loads(kindling('secret', 'list', '--output', 'json')):
        shown = kindling('secret', 'show', secret['name'], '--reveal', '--yes', '--output', 'json', reveals=True)
        value = json.loads(shown)
        remember(f'secret {secret["name"]}', value.get('value') or value.get('secret'))
        kindling('secret', 'show', secret['name'])
    for key in home.rglob('*.key'):
        remember('master key', key.read_text(errors='replace').split()[-1])
    kindling('cert', 'issue', 'probe', '--host', f'probe.{lab["domain"]}', '--to', str(folder / 'probe'))
    for line in (folder / 'probe/tls.key').read_text().splitlines()[1:2]:
        remember('private key of a leaf', line)
    private_keys()
    kindling('cert', 'list')
    kindling('key', 'list')
    kindling('user', 'list')
    kindling('ca', 'show')
    (folder / 'ca.crt').write_text(kindling('ca', 'export'))

    log = folder / 'server.log'
    with open(log, 'wb') as stream:
        server = subprocess.Popen(
            [options.binary, 'up', '--lab', options.lab], stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )
    try:
        sign_in(password)
    finally:
        server.terminate()
        server.wait(30)
    watching = False
    log.chmod(0o600)

    check(f'secrets to look for: {len(known)}', len(known) >= 5, sorted(known))
    found = leaks(log.read_bytes())
    check('no secret in the log of the server', not found, found)
    for command, text in printed.items():
        found = leaks(text.encode())
        if found:
            check(f'no secret printed by {command}', False, found)
    check(f'no secret printed by {len(printed)} commands', not any(leaks(text.encode()) for text in printed.values()))
    found = sorted({kind for vector in argument_vectors for kind in leaks(vector)})
    check(f'no secret in {len(argument_vectors)} argument vectors', not found, found)
    open_files = 0
    for root in (folder, home):
        for path in sorted(root.rglob('*')):
            if not path.is_file() or path.is_symlink():
                continue
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                open_files += 1
                found = leaks(path.read_bytes())
                if found:
                    check(f'no secret in {path.relative_to(root)}, which others may read', False, found)
    check(f'{open_files} files that others may read were searched', True)
    for path in sorted((folder / 'state').rglob('*')):
        if path.is_file():
            found = leaks(path.read_bytes())
            check(f'no secret in plain text in state/{path.name}', not found, found)
    mode = stat.S_IMODE((folder / 'state').stat().st_mode)
    check('state/ is 0700', mode == 0o700, oct(mode))
    for name in ('state', 'out'):
        ignore = folder / name / '.gitignore'
        check(f'{name}/.gitignore ignores all', ignore.exists() and ignore.read_text().strip() == '*')


try:
    main()
except Exception as error:
    check('no exception', False, f'{type(error).__name__}: {error}')
finally:
    watching = False
sys.exit(1 if failures else 0)

"""What the tools share that drive a running provider: a lab of its own on ports of its own, the server's process, and a
browser without a screen. Of kindling it knows the command line, discovery, and that a page has one form.
"""

import base64
import dataclasses
import hashlib
import html.parser
import http.client
import json
import os
import pathlib
import random
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.parse

import yaml

failures = 0


def check(name, good, detail='', limit=300):
    global failures
    if good:
        print(f'PASS {name}', flush=True)
    else:
        failures += 1
        print(f'FAIL {name} -- {" ".join(str(detail).split())[:limit]}', flush=True)
    return bool(good)


def free_ports(count):
    """Ports that nobody listens on, below those that the kernel gives to outgoing connections."""
    found = []
    while len(found) < count:
        port = random.SystemRandom().randrange(15000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(('127.0.0.1', port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


class Lab:
    """A copy of a lab.yaml, changed, in a folder that ends with the run.

    The issuer gets a free port of the loopback. `change` is a function that is given the file as a dictionary.
    """

    def __init__(self, binary, lab, change=None, log=None):
        self.binary = str(pathlib.Path(binary).resolve())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='kindling-lab.'))
        self.file = self.folder / 'lab.yaml'
        self.home = self.folder / 'home'
        self.home.mkdir()
        self.log = pathlib.Path(log) if log else self.folder / 'server.log'
        self.log.write_bytes(b'')
        self.port, self.metrics = free_ports(2)
        self.issuer = f'https://localhost:{self.port}'
        self.data = yaml.safe_load(pathlib.Path(lab).read_text())
        self.data['identity'] |= {'issuer': self.issuer}
        self.data['identity'].pop('listen', None)
        if change:
            change(self.data)
        self.write()
        self.user = self.data['users'][0]['email']
        self.password = secrets.token_urlsafe(18)
        self.secrets = {}
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith('KINDLING_')
        } | {'HOME': str(self.home), 'NO_COLOR': '1'}

    def write(self):
        """lab.yaml as it stands in `data`; whoever reads meanwhile sees the old or the new one."""
        draft = self.file.with_suffix('.draft')
        draft.write_text(yaml.safe_dump(self.data, sort_keys=False))
        draft.replace(self.file)

    def run(self, *arguments, text=''):
        return subprocess.run(
            [self.binary, *arguments, '--lab', str(self.file)],
            input=text, text=True, capture_output=True, env=self.environment,
        )

    def kindling(self, *arguments, text=''):
        """Output of a command that has to succeed."""
        run = self.run(*arguments, text=text)
        if run.returncode != 0:
            raise RuntimeError(f'kindling {" ".join(arguments)} ended with {run.returncode}: {run.stderr.strip()}')
        return run.stdout

    def make(self):
        """State, CA, the first user's password, and a secret that is known here for each confidential client."""
        self.kindling('up', '--once')
        self.kindling('user', 'passwd', self.user, text=self.password + '\n')
        for client in self.data.get('clients', []):
            if 'app' not in client and not client.get('public'):
                self.set_secret(client['id'])
        self.authority = self.folder / 'ca.pem'
        self.authority.write_text(self.kindling('ca', 'export'))
        self.trust = ssl.create_default_context(cafile=str(self.authority))
        return self

    def set_secret(self, client):
        self.secrets[client] = secrets.token_urlsafe(32)
        self.kindling('client', 'set', client, text=self.secrets[client])

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """`kindling idp serve` on a lab, or another command that serves."""

    def __init__(self, lab, command=('idp', 'serve'), environment=None):
        self.lab = lab
        # What it says to a person goes to standard output, the log to standard error.
        with open(lab.log, 'ab') as log, open(lab.folder / 'said', 'ab') as said:
            self.process = subprocess.Popen(
                [lab.binary, *command, '--lab', str(lab.file)], env=lab.environment | (environment or {}),
                stdin=subprocess.DEVNULL, stdout=said, stderr=log,
            )

    def wait(self, seconds=30):
        """Until /healthz answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f'the server ended with {self.process.returncode}: {self.tail()}')
            try:
                if Browser(self.lab).get('/healthz').status == 200:
                    return self
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
        raise RuntimeError(f'the server does not answer: {self.tail()}')

    def tail(self, size=600):
        return self.lab.log.read_bytes()[-size:].decode('utf-8', 'replace')

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ends it as a service manager does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode


class Page(html.parser.HTMLParser):
    """The first form of a page: where it goes, and what it carries."""

    def __init__(self, text):
        super().__init__()
        self.action, self.method, self.fields, self.buttons, self.open = None, 'POST', {}, [], False
        self.password = self.user = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == 'form' and self.action is None:
            self.action, self.open = attributes.get('action') or '', True
            self.method = (attributes.get('method') or 'get').upper()
        elif self.open and tag == 'input' and attributes.get('name'):
            name = attributes['name']
            self.fields[name] = attributes.get('value') or ''
            if attributes.get('type') == 'password':
                self.password = name
            elif 'username' in (attributes.get('autocomplete') or ''):
                self.user = name
        elif self.open and tag == 'button' and attributes.get('name'):
            self.buttons.append((attributes['name'], attributes.get('value') or ''))

    def handle_endtag(self, tag):
        if tag == 'form':
            self.open = False


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode('utf-8', 'replace')

    @property
    def location(self):
        return self.headers.get('Location') or ''

    @property
    def query(self):
        """The parameters that a redirect carries."""
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.location).query))

    def json(self):
        return json.loads(self.body)


REDIRECT = 'http://127.0.0.1:8123/cb'
SCOPE = 'openid profile email groups offline_access'
SESSION = '__Host-kindling-session'


class Browser:
    """One keep-alive connection and one jar of cookies; follows nothing by itself."""

    def __init__(self, lab, timeout=10):
        self.lab, self.cookies = lab, {}
        self.connection = http.client.HTTPSConnection('localhost', lab.port, context=lab.trust, timeout=timeout)

    def close(self):
        self.connection.close()

    def request(self, method, path, form=None, headers=None):
        headers = dict(headers or {})
        if self.cookies:
            headers['Cookie'] = '; '.join(f'{name}={value}' for name, value in self.cookies.items())
        body = None
        if form is not None:
            headers |= {'Content-Type': 'application/x-www-form-urlencoded'}
            body = urllib.parse.urlencode(form)
        path = path.removeprefix(self.lab.issuer)
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except BaseException:
            self.connection.close()
            raise
        for cookie in answer.headers.get_all('Set-Cookie') or []:
            name, _, value = cookie.split(';', 1)[0].partition('=')
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return Answer(answer.status, answer.headers, content)

    def get(self, path, **headers):
        return self.request('GET', path, headers={name.replace('_', '-'): value for name, value in headers.items()})

    def post(self, path, form, headers=None):
        """As a program posts, without an origin."""
        return self.request('POST', path, form, headers)

    def submit(self, page, path, headers=None, **fields):
        """The form of a page, as a browser posts it."""
        page = Page(page.text)
        if page.action is None:
            raise RuntimeError(f'there is no form at {path}')
        target = urllib.parse.urljoin(path, page.action)
        if page.method == 'GET':
            return self.get(target.split('?')[0] + '?' + urllib.parse.urlencode(page.fields | fields))
        return self.request('POST', target, page.fields | fields, {'Origin': self.lab.issuer} | (headers or {}))

    def follow(self, answer, path):
        """Through redirects that stay here; the last answer and its path."""
        while answer.status in (302, 303):
            target = urllib.parse.urljoin(self.lab.issuer + path, answer.location)
            if not target.startswith(self.lab.issuer + '/'):
                break
            path = target.removeprefix(self.lab.issuer)
            answer = self.get(path)
        return answer, path

    def authorize(self, client='cli', redirect=REDIRECT, scope=SCOPE, **more):
        """An authorization request with a verifier of its own; its path, the verifier."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b'=').decode()
        query = dict(
            response_type='code', client_id=client, redirect_uri=redirect, scope=scope, state='st', nonce='no',
            code_challenge=challenge, code_challenge_method='S256',
        )
        return '/auth?' + urllib.parse.urlencode(query | more), verifier

    def sign_in(self, user=None, password=None, headers=None, **more):
        """By password, or without a page where the session does; the answer that leads back, and the verifier."""
        path, verifier = self.authorize(**more)
        answer = self.get(path)
        if answer.status == 200:
            answer = self.submit(
                answer, path, headers, login=user or self.lab.user, password=password or self.lab.password, do='sign-in'
            )
        return answer, verifier

    def code(self, **more):
        """A code by the session alone; an answer without one when there is no session."""
        path, verifier = self.authorize(prompt='none', **more)
        return self.get(path), verifier

    def token(self, client='cli', **form):
        """A request to the token endpoint; parameters that are None are left out."""
        form = {name: value for name, value in form.items() if value is not None} | {'client_id': client}
        if client in self.lab.secrets:
            form['client_secret'] = self.lab.secrets[client]
        return self.post('/token', form)

    def redeem(self, code, verifier, client='cli', redirect=REDIRECT):
        return self.token(
            client, grant_type='authorization_code', code=code, redirect_uri=redirect, code_verifier=verifier
        )

    def refresh(self, token, client='cli'):
        return self.token(client, grant_type='refresh_token', refresh_token=token)

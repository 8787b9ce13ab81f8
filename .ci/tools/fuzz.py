#!/usr/bin/env python3
"""Sends what nobody should: fuzz.py --binary FILE --lab FILE [--seconds N] [--only TARGET] [--seed S]

For each target, a server of its own gets right requests and wrong ones made from them: parameters, forms, headers,
cookies and tokens changed by their grammar, then by their bytes, over several keep-alive connections. The same seed gives
the same changes. It is a fault when

- a status is 500 or above, an answer takes more than 5 s, is no HTTP, or the server ends or says it is not well
- a redirect or a form leads to an address that is not registered
- a header or a tag that was sent in comes back as one
- a token that nobody signed is taken for good

The lab.yaml is only read. Prints PASS or FAIL per target, with the number of requests. Exit code 1 when a check failed.
"""

import argparse
import base64
import collections
import dataclasses
import html
import http.client
import itertools
import random
import re
import subprocess
import sys
import time
import urllib.parse

import mutate
import provider
from provider import REDIRECT, SCOPE, Browser, Lab, Page, Server, check
from wire import Fault, Request, Wire

TARGETS = ('authorize', 'token', 'device', 'logout', 'cookies', 'jwt')
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--seconds', type=float, default=60, help='for each target')
parser.add_argument('--only', choices=TARGETS)
parser.add_argument('--seed', default='kindling')
parser.add_argument('--jobs', type=int, default=2, help='targets at the same time')
parser.add_argument('--log', help='where the servers\' logs go; the target\'s name is appended')
options = parser.parse_args()

CONNECTIONS = 4
RENEW = 300  # requests after which codes, tokens and sessions are made anew
FORM = (b'Content-Type', b'application/x-www-form-urlencoded')
DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
NAMES = {
    'authorize': (
        'response_type client_id redirect_uri scope state nonce prompt max_age code_challenge code_challenge_method login_hint '
        'id_token_hint response_mode request request_uri registration acr_values claims ui_locales display resource form login '
        'password do'
    ),
    'token': (
        'grant_type code redirect_uri code_verifier client_id client_secret refresh_token device_code scope token '
        'token_type_hint username password assertion client_assertion client_assertion_type resource audience subject_token'
    ),
    'device': 'client_id client_secret scope user_code device_code form do login password grant_type',
    'logout': 'id_token_hint client_id post_logout_redirect_uri state logout_hint ui_locales form do sid iss',
    'cookies': 'prompt client_id redirect_uri',
    'jwt': 'token access_token id_token_hint token_type_hint client_id client_secret',
}
CLIENTS = [
    {'id': 'web', 'name': 'Web', 'redirectURIs': ['https://rp.test/cb'], 'postLogoutRedirectURIs': ['https://rp.test/bye'],
     'grants': ['authorization_code', 'refresh_token']},
    {'id': 'cli', 'name': 'Command line', 'public': True, 'redirectURIs': ['http://127.0.0.1/cb'],
     'grants': ['authorization_code', 'refresh_token']},
    {'id': 'asks', 'name': 'Asks <first> & "more"', 'consent': 'ask', 'algorithm': 'ES256',
     'redirectURIs': ['https://asks.test/cb?x=1'], 'grants': ['authorization_code', 'refresh_token']},
    {'id': 'tv', 'name': 'Television', 'public': True, 'grants': ['device_code', 'refresh_token']},
    {'id': 'robot', 'name': 'Robot', 'grants': ['client_credentials']},
]


# Those who type codes of devices: each is throttled after a few wrong ones, so that the next one takes over.
TYPISTS = [f'typist{number}' for number in range(20)]


def change(data):
    data['clients'] = CLIENTS
    data['certificates'] = []
    data['users'] += [
        {'email': f'{name}@localhost', 'username': name, 'groups': ['developers']} for name in TYPISTS
    ]
    # Every sign-in of the run comes from an address of its own, so that none is throttled by the others.
    data['identity'] |= {'proxied': True, 'trustedProxies': ['127.0.0.1/32'], 'lifetimes': {'code': '10m'}}


@dataclasses.dataclass
class Seed:
    """A right request: its parameters stand in the query of a GET, in the body of a POST."""

    name: str
    method: str
    path: str
    pairs: list
    cookies: dict = dataclasses.field(default_factory=dict)
    headers: list = dataclasses.field(default_factory=list)
    expect: tuple = (200,)
    weight: float = 1
    # From another address each time, so that throttling does not keep it from what is behind.
    apart: bool = False


def pairs(**values):
    return [(name.encode(), str(value).encode()) for name, value in values.items()]


def basic(client, secret):
    return (b'Authorization', b'Basic ' + base64.b64encode(f'{client}:{secret}'.encode()))


class World:
    """What right requests are made of: a session, codes, tokens, pages. Made anew now and then."""

    def __init__(self, lab):
        self.lab, self.addresses, self.renewals = lab, itertools.count(1), itertools.count()
        self.browser, self.stranger = Browser(lab), Browser(lab)
        self.keys = self.browser.get('/keys').json()['keys']

    def address(self):
        number = next(self.addresses)
        return f'10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}'

    def renew(self, user=None):
        for browser in (self.browser, self.stranger):
            browser.close()
        answer, _ = self.browser.code()
        if 'code' not in answer.query or user:
            self.browser.cookies = {}
            answer, _ = self.browser.sign_in(user, headers={'X-Forwarded-For': self.address()})
        self.stranger.cookies = {}
        self.cookies = dict(self.browser.cookies)
        self.tokens, self.codes = {}, []
        for client, redirect in (('cli', REDIRECT), ('web', 'https://rp.test/cb')):
            for _ in range(6):
                answer, verifier = self.browser.code(client=client, redirect=redirect)
                self.codes.append((client, redirect, answer.query.get('code', ''), verifier))
            answer, verifier = self.browser.code(client=client, redirect=redirect)
            answer = self.browser.redeem(answer.query.get('code', ''), verifier, client, redirect)
            if answer.status != 200:
                raise RuntimeError(f'no tokens for {client}: {answer.status} {answer.text[:200]}')
            self.tokens[client] = answer.json()

    def page(self, browser, path):
        """The form of a page, its address, and the cookies that go with it."""
        answer, path = browser.follow(browser.get(path), path)
        return Page(answer.text), dict(browser.cookies)


def authorization(world, client='cli', redirect=REDIRECT, **more):
    path, _ = world.browser.authorize(client, redirect, **more)
    return [tuple(part.encode() for part in pair) for pair in urllib.parse.parse_qsl(path.split('?', 1)[1])]


def form(page):
    return [(name.encode(), value.encode()) for name, value in page.fields.items()]


def authorize_seeds(world):
    asked = authorization(world, 'asks', 'https://asks.test/cb?x=1')
    login, login_cookies = world.page(world.stranger, world.stranger.authorize()[0])
    consent, cookies = world.page(world.browser, world.browser.authorize('asks', 'https://asks.test/cb?x=1')[0])
    origin = (b'Origin', world.lab.issuer.encode())
    hint = world.tokens['cli']['id_token']
    return [
        Seed('none', 'GET', '/auth', authorization(world, prompt='none'), world.cookies, expect=(303,), weight=3),
        Seed('session', 'GET', '/auth', authorization(world, login_hint='admin', max_age=600), world.cookies, expect=(303,)),
        Seed('confidential', 'GET', '/auth', authorization(world, 'web', 'https://rp.test/cb'), world.cookies, expect=(303,)),
        Seed('form_post', 'GET', '/auth', authorization(world, response_mode='form_post'), world.cookies),
        Seed('hint', 'GET', '/auth', authorization(world, id_token_hint=hint), world.cookies, expect=(303,)),
        Seed('sign-in page', 'GET', '/auth', authorization(world, login_hint='alice@localhost', ui_locales='de en'), weight=2),
        Seed('by form', 'POST', '/auth', authorization(world), world.cookies, expect=(303,), weight=2),
        Seed('consent page', 'GET', '/auth', asked, world.cookies),
        Seed('cancel', 'POST', login.action, form(login) + pairs(do='cancel'), login_cookies, [origin], (303,), 2),
        Seed('deny', 'POST', consent.action, form(consent) + pairs(do='deny'), cookies, [origin], (303,)),
        Seed('allow', 'POST', consent.action, form(consent) + pairs(do='allow'), cookies, [origin], (303,)),
        # A fifth of a second each: rare.
        Seed('wrong password', 'POST', login.action, form(login) + pairs(login='alice', password='not hers', do='sign-in'),
             login_cookies, [origin, (b'X-Forwarded-For', world.address().encode())], (200, 400, 401), 0.03),
    ]


def token_seeds(world):
    secret = world.lab.secrets
    seeds = []
    for client, redirect, code, verifier in world.codes:
        values = dict(grant_type='authorization_code', code=code, redirect_uri=redirect, code_verifier=verifier)
        if client in secret:
            seeds.append(Seed('code, basic', 'POST', '/token', pairs(**values), headers=[basic(client, secret[client])]))
        else:
            seeds.append(Seed('code', 'POST', '/token', pairs(**values, client_id=client)))
    for client, tokens in world.tokens.items():
        values = pairs(grant_type='refresh_token', refresh_token=tokens['refresh_token'], client_id=client)
        if client in secret:
            values += pairs(client_secret=secret[client])
        seeds.append(Seed('refresh', 'POST', '/token', values, weight=6))
    robot, web = basic('robot', secret['robot']), basic('web', secret['web'])
    access = world.tokens['web']['access_token']
    device = world.browser.post('/device/code', {'client_id': 'tv', 'scope': 'openid'})
    device = device.json().get('device_code', '') if device.status == 200 else ''
    return seeds + [
        Seed('credentials', 'POST', '/token', pairs(grant_type='client_credentials', scope='groups'), headers=[robot], weight=4),
        Seed('device', 'POST', '/token', pairs(grant_type=DEVICE, device_code=device, client_id='tv'), expect=(400,), weight=4),
        Seed('exchange', 'POST', '/token', pairs(
            grant_type='urn:ietf:params:oauth:grant-type:token-exchange', subject_token=access,
            subject_token_type='urn:ietf:params:oauth:token-type:access_token'), headers=[web], expect=(400,)),
        Seed('password', 'POST', '/token', pairs(grant_type='password', username='admin', password='x', client_id='cli'),
             expect=(400,)),
        Seed('introspect', 'POST', '/token/introspect', pairs(token=access), headers=[web], weight=4),
        Seed('introspect a stranger\'s', 'POST', '/token/introspect', pairs(token=access), headers=[robot], weight=2),
        Seed('revoke', 'POST', '/token/revoke', pairs(token='x' * 43, token_type_hint='refresh_token'), headers=[web], weight=3),
        Seed('get', 'GET', '/token', pairs(grant_type='refresh_token'), expect=(405,), weight=0.5),
    ]


def device_seeds(world):
    asked = world.browser.post('/device/code', {'client_id': 'tv', 'scope': SCOPE})
    codes = asked.json() if asked.status == 200 else {'user_code': 'BCDF-GHJK', 'device_code': 'x' * 43}
    entry, entry_cookies = world.page(world.browser, '/device')
    stranger, stranger_cookies = world.page(world.stranger, '/device')
    typed, _ = world.browser.follow(
        world.browser.submit(world.browser.get('/device'), '/device', user_code=codes['user_code'])
        if entry.action is not None else world.browser.get('/device'), '/device'
    )
    confirm, cookies = Page(typed.text), dict(world.browser.cookies)
    origin = (b'Origin', world.lab.issuer.encode())
    poll = pairs(grant_type=DEVICE, device_code=codes['device_code'], client_id='tv')
    seeds = [
        Seed('code', 'POST', '/device/code', pairs(client_id='tv', scope=SCOPE), weight=2),
        Seed('code for another', 'POST', '/device/code', pairs(client_id='cli', scope='openid'), expect=(400, 401, 403)),
        Seed('page', 'GET', '/device', [], world.cookies),
        Seed('page, complete', 'GET', '/device', pairs(user_code=codes['user_code']), world.cookies, expect=(200, 303), weight=2,
             apart=True),
        Seed('page of a stranger', 'GET', '/device', pairs(user_code=codes['user_code']), expect=(200, 303)),
        Seed('poll', 'POST', '/token', poll, expect=(400,)),
    ]
    for name, page, jar in (
        ('enter', entry, entry_cookies), ('enter, a stranger', stranger, stranger_cookies), ('confirm', confirm, cookies),
    ):
        values = form(page)
        if 'user_code' in page.fields:
            values = [(key, value) for key, value in values if key != b'user_code'] + pairs(user_code=codes['user_code'])
        action = page.action or '/device'
        if name == 'confirm':
            values += pairs(do='allow' if next(world.renewals) % 2 else 'deny')
        # One of these may be answered first and settle the code for the others.
        # Where it leads to the sign-in page, each is a fifth of a second: rare.
        seeds.append(Seed(name, page.method, action, values, jar, [origin], (200, 303, 400, 401, 403, 410),
                          0.03 if page.password else 3, apart=True))
    return seeds


def logout_seeds(world):
    hints = {client: tokens['id_token'] for client, tokens in world.tokens.items()}
    bye = 'https://rp.test/bye'
    page, cookies = world.page(world.browser, '/logout')
    origin = (b'Origin', world.lab.issuer.encode())
    full = pairs(id_token_hint=hints['web'], client_id='web', post_logout_redirect_uri=bye, state='st', logout_hint='x')
    return [
        Seed('stranger', 'GET', '/logout', full, expect=(303,), weight=2),
        Seed('by form', 'POST', '/logout', full, expect=(303,), weight=2),
        Seed('ask', 'GET', '/logout', [], world.cookies),
        Seed('ask, no hint', 'GET', '/logout', pairs(client_id='web', post_logout_redirect_uri=bye), world.cookies),
        Seed('hint', 'GET', '/logout', pairs(id_token_hint=hints['cli']), expect=(200,)),
        Seed('confirm', 'POST', page.action or '/logout', form(page) + pairs(do='sign-out'), cookies, [origin], (200, 303)),
        Seed('session', 'GET', '/logout', full, world.cookies, expect=(303,), weight=0.3),
    ]


def cookie_seeds(world):
    login, login_cookies = world.page(world.stranger, world.stranger.authorize()[0])
    origin = (b'Origin', world.lab.issuer.encode())
    return [
        Seed('authorize', 'GET', '/auth', authorization(world, prompt='none'), world.cookies, expect=(303,), weight=3),
        Seed('sign-in page', 'GET', '/auth', authorization(world, prompt='login'), world.cookies),
        Seed('front page', 'GET', '/', [], world.cookies),
        Seed('account', 'GET', '/account', [], world.cookies, expect=(200,)),
        Seed('sign-in', 'GET', '/login', [], world.cookies, expect=(200, 303)),
        Seed('device', 'GET', '/device', [], world.cookies),
        Seed('logout', 'GET', '/logout', [], world.cookies),
        Seed('form', 'POST', login.action, form(login) + pairs(do='cancel'), login_cookies, [origin], (303,), 3),
    ]


def jwt_seeds(world):
    web = basic('web', world.lab.secrets['web'])
    tokens = world.tokens['web']
    access, identity = tokens['access_token'], tokens['id_token']
    return [
        Seed('userinfo', 'GET', '/userinfo', [], headers=[(b'Authorization', b'Bearer ' + access.encode())], weight=3),
        Seed('userinfo, form', 'POST', '/userinfo', pairs(access_token=access), weight=2),
        Seed('authorize', 'GET', '/auth', authorization(world, prompt='none', id_token_hint=identity), world.cookies,
             expect=(303,), weight=2),
        Seed('logout', 'GET', '/logout', pairs(id_token_hint=identity, post_logout_redirect_uri='https://rp.test/bye'),
             expect=(303,), weight=2),
        Seed('introspect', 'POST', '/token/introspect', pairs(token=access), headers=[web], weight=3),
        Seed('revoke', 'POST', '/token/revoke', pairs(token='x.y.z'), headers=[web], weight=2),
        Seed('refresh', 'POST', '/token', pairs(grant_type='refresh_token', refresh_token='x.y.z', client_id='cli'),
             expect=(400,)),
    ]


MAKE = {
    'authorize': authorize_seeds, 'token': token_seeds, 'device': device_seeds, 'logout': logout_seeds,
    'cookies': cookie_seeds, 'jwt': jwt_seeds,
}


def plain(seed):
    """The request of a seed as it should be."""
    return build(random.Random(0), seed, seed.pairs, exact=True)


def build(chance, seed, values, exact=False):
    target, body, headers = seed.path.encode(), None, list(seed.headers)
    if exact:
        text = urllib.parse.urlencode(values).encode()
    else:
        text = mutate.encode(chance, values)
        if b'?' in target and chance.random() < 0.2:
            target = mutate.in_target(mutate.bytewise(chance, target))
    if seed.method == 'GET':
        target += (b'?' + mutate.in_target(text)) if text else b''
    else:
        body = text
        headers.append(FORM)
    if seed.apart and not exact:
        headers.append((b'X-Forwarded-For', b'10.%d.%d.%d' % tuple(chance.randrange(256) for _ in range(3))))
    if seed.cookies:
        headers.append((b'Cookie', '; '.join(f'{name}={value}' for name, value in seed.cookies.items()).encode()))
    return Request(seed.method.encode(), target, headers, body)


JAR = [
    '__Host-kindling-session', '__Host-kindling-form', '__Host-KINDLING-session', '__Secure-kindling-session',
    'kindling-session', ' __Host-kindling-session', '\u2000__Host-kindling-session', '__Host-kindling-session ',
]


def cookies(chance, seed, request):
    """Other cookies in the place of the right ones."""
    jar = [(name.encode(), value.encode()) for name, value in seed.cookies.items()]
    for _ in range(chance.choice((1, 1, 2, 4))):
        match chance.randrange(6):
            case 0:
                jar = mutate.parameters(chance, jar)
            case 1 if jar:
                at = chance.randrange(len(jar))
                jar[at] = (jar[at][0], mutate.bytewise(chance, jar[at][1]))
            case 2:
                jar.insert(0, (chance.choice(JAR).encode(), chance.choice(mutate.WORDS)))
            case 3 if jar:
                jar.append(chance.choice(jar))
            case 4:
                jar.append((chance.choice(JAR).encode(), chance.choice(list(seed.cookies.values()) or ['']).encode()))
            case 5:
                jar += [(b'c%d' % number, b'v' * 20) for number in range(chance.choice((10, 60, 400)))]
    between = chance.choice((b'; ', b'; ', b';', b' ; ', b', ', b';;', b'\t;', b'&'))
    text = between.join(name + b'=' + value for name, value in jar)
    if chance.random() < 0.2:
        text = mutate.bytewise(chance, text)
    headers = [header for header in request.headers if header[0] != b'Cookie']
    pieces = text.split(between) if chance.random() < 0.1 else [text]
    request.headers = headers + [(b'Cookie', mutate.in_header(piece)) for piece in pieces[:90]]


HEADERS = [
    (b'Origin', (b'null', b'https://evil.test', b'https://localhost', b'', b'https://localhost:5556\0')),
    (b'Sec-Fetch-Site', (b'cross-site', b'same-site', b'none', b'same-origin', b'\xff')),
    (b'Accept-Language', (b'de', b'de-AT;q=0.9,en;q=x', b'*', b'de,' * 2000, b';q=1', b'\xff', b'en;q=1e400', b'zz-' * 500)),
    (b'Content-Type', (
        b'application/json', b'multipart/form-data', b'application/x-www-form-urlencoded; charset=utf-16', b'', b';', b'text/plain',
        b'APPLICATION/X-WWW-FORM-URLENCODED',
    )),
    (b'X-Forwarded-For', (
        b'1.2.3.4', b'::1', b'1.2.3.4, 5.6.7.8', b'x' * 3000, b'999.1.1.1', b',,,', b'[::1]:80', b'fe80::1%eth0',
    )),
    (b'Forwarded', (b'for=1.2.3.4', b'for="[::1]:80";proto=http', b'for=_x, for="')),
    (b'X-Forwarded-Host', (b'evil.test',)), (b'X-Forwarded-Proto', (b'http',)),
    (b'Host', (b'evil.test', b'', b'localhost', b'localhost:1', b'[::1]:443', b'a' * 2000, b'evil.test\tx')),
    (b'Authorization', (
        b'Basic', b'Basic ', b'Basic Og==', b'Basic d2ViOg==', b'Basic %%%', b'Bearer', b'Bearer x', b'bearer  x', b'Negotiate x',
        b'Basic ' + b'QUJD' * 3000, b'Basic //79', b'Basic d2ViOiUwMA==', b'\xff', b'Bearer ' + b'x' * 15000,
    )),
    (b'Accept', (b'application/json', b'*/*;q=0', b'\xff')),
    (b'Accept-Encoding', (b'gzip', b'br;q=1.0', b'identity;q=0')),
    (b'Connection', (b'close', b'keep-alive', b'Upgrade', b'x, y')),
    (b'Upgrade', (b'h2c', b'websocket')), (b'Expect', (b'100-continue', b'nothing')), (b'Range', (b'bytes=0-1',)),
    (b'X-Request-ID', (b'a b', b'"', b'x' * 4000)), (b'If-None-Match', (b'*', b'"x"')),
]


def header(chance, request):
    match chance.randrange(4):
        case 0 | 1:
            name, values = chance.choice(HEADERS)
            value = chance.choice(values)
            if chance.random() < 0.5 and not name == b'Host':
                request.headers.append((name, value))
            else:
                request.headers = [(other, was) for other, was in request.headers if other != name] + [(name, value)]
        case 2 if request.headers:
            at = chance.randrange(len(request.headers))
            name, value = request.headers[at]
            request.headers[at] = (name, mutate.in_header(mutate.bytewise(chance, value)))
        case 3 if request.headers:
            request.headers.append(chance.choice(request.headers))
    if chance.random() < 0.03:
        count, size = chance.choice((3, 40, 120)), chance.choice((1, 400, 4000))
        request.headers += [(b'X-%d' % number, b'v' * size) for number in range(count)]


def frame(chance, request, host):
    """Another method, or a head and body that do not go together."""
    match chance.randrange(6):
        case 0 | 1:
            request.method = chance.choice((b'HEAD', b'PUT', b'DELETE', b'OPTIONS', b'PATCH', b'TRACE', b'get', b'POST', b'GET'))
            if request.method == b'HEAD':
                request.body = None
        case 2:
            request.raw = mutate.bytewise(chance, request.encoded(host))
        case 3:
            whole = request.encoded(host)
            request.raw = whole[:chance.randrange(len(whole))]
        case 4:
            head = [(name, value) for name, value in request.headers]
            wrong = chance.choice((
                [(b'Content-Length', b'5'), (b'Content-Length', b'6')], [(b'Content-Length', b'-1')],
                [(b'Content-Length', b'99999999999999999999')], [(b'Transfer-Encoding', b'chunked'), (b'Content-Length', b'3')],
                [(b'Transfer-Encoding', b'xchunked')], [(b'Transfer-Encoding', b'chunked')],
            ))
            request.raw = dataclasses.replace(request, headers=head + wrong).encoded(host)
        case 5:
            body = request.body or b''
            cut = chance.randrange(len(body) + 1)
            chunks = b''.join(b'%x\r\n%s\r\n' % (len(piece), piece) for piece in (body[:cut], body[cut:]) if piece)
            headers = request.headers + [(b'Transfer-Encoding', b'chunked')]
            request.headers, request.body = headers, chunks + b'0\r\n\r\n'


def forged(chance, seed, request, world):
    """Puts a forged token into the place of the right one."""
    tokens = mutate.Tokens([world.tokens[client][kind] for client in world.tokens for kind in ('access_token', 'id_token')],
                           world.keys)
    token = tokens.forge(chance)
    request.sought = token
    if seed.name == 'userinfo':
        # Blanks at the end of a header are none of its value.
        request.sought = mutate.in_header(token).strip(b' \t')
        request.headers = [(b'Authorization', b'Bearer ' + request.sought)]
        return
    names = {b'token', b'access_token', b'id_token_hint', b'refresh_token'}
    values = [(name, token if name in names else value) for name, value in seed.pairs]
    text = urllib.parse.urlencode(values).encode()
    if request.method == b'GET':
        request.target = seed.path.encode() + b'?' + text
    else:
        request.body = text


class Target:
    def __init__(self, name, lab):
        self.name, self.lab = name, lab
        self.chance = random.Random(f'{options.seed}/{name}')
        self.names = [word.encode() for word in NAMES[name].split()]
        self.faults, self.statuses = collections.OrderedDict(), collections.Counter()
        self.sent, self.typists = 0, itertools.cycle(TYPISTS)
        places = [uri for client in CLIENTS for key in ('redirectURIs', 'postLogoutRedirectURIs') for uri in client.get(key, [])]
        self.registered = re.compile(
            '|'.join(re.escape(place).replace(re.escape('127.0.0.1/'), r'127\.0\.0\.1(:\d{1,5})?/') for place in places).encode()
        )

    def fault(self, kind, request, detail=''):
        sample = f'request {self.sent}: {detail} for {request.encoded(b"localhost")[:900]!r}'
        self.faults.setdefault(kind, []).append(sample)

    def request(self, seeds, world):
        chance = self.chance
        seed = chance.choices(seeds, [seed.weight for seed in seeds])[0]
        request = build(chance, seed, mutate.parameters(chance, seed.pairs, self.names))
        if self.name == 'jwt' and chance.random() < 0.9:
            forged(chance, seed, request, world)
        if self.name == 'cookies' and chance.random() < 0.9 or seed.cookies and chance.random() < 0.03:
            cookies(chance, seed, request)
        if chance.random() < 0.15:
            header(chance, request)
        if chance.random() < 0.04:
            frame(chance, request, f'localhost:{self.lab.port}'.encode())
        return seed, request

    def place(self, location):
        """Whether a browser may be sent there."""
        if re.fullmatch(rb'/(?![/\\])[!-~]*', location):
            return True
        found = self.registered.match(location)
        return bool(found) and (found.end() == len(location) or location[found.end():found.end() + 1] in b'?&#')

    def judge(self, seed, request, reply):
        self.statuses[reply.status] += 1
        if reply.status >= 500:
            self.fault(f'status {reply.status}', request, reply.body[:120])
        if reply.seconds > 5:
            self.fault('an answer after 5 s', request, f'{reply.seconds:.1f} s')
        for name, value in reply.headers:
            if name.lower() == b'x-injected' or (name.lower() == b'set-cookie' and not value.startswith(b'__Host-')):
                self.fault('a header that was sent in', request, f'{name}: {value[:80]}')
        if 300 <= reply.status < 400 and not self.place(reply.get(b'location')):
            self.fault('a redirect to an address that is not registered', request, reply.get(b'location')[:200])
        if reply.get(b'content-type').startswith(b'text/html'):
            if b'<' + mutate.MARK.encode() in reply.body:
                self.fault('a tag that was sent in', request)
            for action in re.findall(rb'<form[^>]*\saction="([^"]*)"', reply.body):
                action = html.unescape(action.decode('utf-8', 'replace')).encode()
                if not self.place(action):
                    self.fault('a form to an address that is not registered', request, action[:200])
        if request.sought is not None and reply.status == 200 and request.sought not in self.genuine:
            if seed.name.startswith('userinfo') and request.method in (b'GET', b'POST'):
                self.fault('a forged token opens userinfo', request, reply.body[:120])
            if seed.name == 'introspect' and reply.body.replace(b' ', b'') != b'{"active":false}':
                self.fault('a forged token is said to be active', request, reply.body[:120])

    def begin(self):
        self.server = Server(self.lab).wait()
        self.world = World(self.lab)

    def renew(self):
        self.world.renew(next(self.typists) if self.name == 'device' else None)
        self.genuine = [
            tokens[kind].encode() for tokens in self.world.tokens.values() for kind in ('access_token', 'id_token')
        ]
        return MAKE[self.name](self.world)

    def well(self):
        try:
            return self.server.process.poll() is None and Browser(self.lab, timeout=5).get('/healthz').status == 200
        except (OSError, http.client.HTTPException):
            return False

    def run(self):
        self.begin()
        wires = [Wire(self.lab) for _ in range(CONNECTIONS)]
        # Right requests first: a target whose seeds are refused looks at nothing.
        wrong = []
        for seed in self.renew():
            try:
                wires[0].send(plain(seed))
                reply = wires[0].receive()
            except Fault as fault:
                reply = fault
            if getattr(reply, 'status', None) not in seed.expect:
                wrong.append(f'{seed.name}: {getattr(reply, "status", reply)}, not {seed.expect}')
        check(f'{self.name}: its right requests are answered as such', not wrong, '; '.join(wrong), 1500)
        seeds, end = self.renew(), time.monotonic() + options.seconds
        looked = time.monotonic()
        while time.monotonic() < end and len(self.faults) < 20:
            flying = []
            for wire in wires:
                seed, request = self.request(seeds, self.world)
                self.sent += 1
                try:
                    wire.send(request)
                    flying.append((wire, seed, request))
                except Fault as fault:
                    self.fault(f'the server {fault}', request)
            for wire, seed, request in flying:
                try:
                    reply = wire.receive()
                except Fault as fault:
                    self.fault(re.sub(r':.*', '', str(fault)), request, fault)
                    continue
                if reply:
                    self.judge(seed, request, reply)
                else:
                    self.statuses['closed'] += 1
            if self.server.process.poll() is not None or time.monotonic() - looked > 1:
                looked = time.monotonic()
                if not self.well():
                    for _, _, request in flying:
                        self.fault('the server ended or is not well', request, f'exit code {self.server.process.poll()}')
                    self.server.kill()
                    self.begin()
                    seeds = self.renew()
            if self.sent % RENEW < CONNECTIONS:
                seeds = self.renew()
        for wire in wires:
            wire.close()
        code = self.server.stop()
        check(f'{self.name}: the server ends cleanly', code == 0, f'exit code {code}: {self.server.tail()}')
        for kind, samples in self.faults.items():
            check(f'{self.name}: {kind}', False, f'{len(samples)} times: {samples[0]}', 1500)
        check(f'{self.name}: {self.sent} requests', self.sent > 10 * options.seconds, 'too few')
        print(f'{self.name}: ' + ', '.join(f'{status}: {count}' for status, count in self.statuses.most_common()))


def alone(name):
    lab = Lab(options.binary, options.lab, change, f'{options.log}.{name}' if options.log else None)
    try:
        lab.make()
        for typist in TYPISTS if name == 'device' else ():
            lab.kindling('user', 'passwd', typist, text=lab.password + '\n')
        Target(name, lab).run()
    except Exception as error:
        check(f'{name}: no exception', False, f'{type(error).__name__}: {error}', 900)
    finally:
        lab.close()
    return 1 if provider.failures else 0


def all_targets():
    """Each target in a process of its own, some at the same time; what they print comes in order."""
    waiting, running, code = list(TARGETS), [], 0
    while waiting or running:
        while waiting and len(running) < options.jobs:
            name = waiting.pop(0)
            running.append(subprocess.Popen(
                [sys.executable, __file__, '--binary', options.binary, '--lab', options.lab, '--only', name,
                 '--seconds', str(options.seconds), '--seed', options.seed, *(['--log', options.log] if options.log else [])],
                stdout=subprocess.PIPE, text=True,
            ))
        process = running.pop(0)
        print(process.communicate()[0], end='', flush=True)
        code = max(code, process.returncode)
    return code


sys.exit(alone(options.only) if options.only else all_targets())

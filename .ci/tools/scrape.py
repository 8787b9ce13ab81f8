#!/usr/bin/env python3
"""Are the metrics what Prometheus and the dashboard want? scrape.py --binary FILE --lab FILE

Serves with `identity.metrics`, signs in, refreshes, does some things wrong, and reads /metrics before and after with a
parser that takes the text format 0.0.4 and nothing else.

- every metric is there, with its labels, and counts what was done
- the listener of the metrics has nothing else, and the provider's own listener has no metrics
- what people send does not become a label, and nobody's name or secret stands in there
- every metric that the dashboard asks for exists

The lab.yaml is only read. Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import collections
import http.client
import http.server
import json
import math
import pathlib
import re
import ssl
import subprocess
import sys
import threading
import time

import provider
from provider import Browser, Lab, Server, check, free_ports

root = pathlib.Path(__file__).resolve().parents[2]
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--dashboard', default=str(root / 'bootstrap/grafana/kindling-dashboard.json'))
parser.add_argument('--log', help='where the server\'s log goes')
options = parser.parse_args()
hears, deaf = free_ports(2)

BUCKETS = ['0.001', '0.0025', '0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '+Inf']
# Name -> type, labels.
METRICS = {
    'kindling_build_info': ('gauge', {'version'}),
    'kindling_logins_total': ('counter', {'result'}),
    'kindling_tokens_issued_total': ('counter', {'grant', 'client'}),
    'kindling_token_errors_total': ('counter', {'grant', 'error'}),
    'kindling_refresh_reuse_total': ('counter', {'client'}),
    'kindling_code_replays_total': ('counter', {'client'}),
    'kindling_logout_notices_total': ('counter', {'result'}),
    'kindling_signing_keys': ('gauge', {'algorithm', 'state'}),
    'kindling_certificate_expiry_seconds': ('gauge', set()),
    'kindling_certificate_expiry_timestamp_seconds': ('gauge', {'name', 'kind'}),
    'kindling_certificates_due': ('gauge', {'kind'}),
    'kindling_signing_key_age_seconds': ('gauge', {'algorithm'}),
    'kindling_sessions': ('gauge', set()),
    'kindling_grants': ('gauge', set()),
    'kindling_http_requests_total': ('counter', {'route', 'method', 'code'}),
    'kindling_http_request_duration_seconds': ('histogram', {'route'}),
    'kindling_password_checks_waiting': ('gauge', set()),
    'process_resident_memory_bytes': ('gauge', set()),
    'process_cpu_seconds_total': ('counter', set()),
    'process_start_time_seconds': ('gauge', set()),
    'process_open_fds': ('gauge', set()),
}
# Labels whose values are settled.
VALUES = {
    ('kindling_logins_total', 'result'): {'success', 'refused', 'throttled', 'busy'},
    ('kindling_tokens_issued_total', 'grant'): {
        'authorization_code', 'refresh_token', 'device_code', 'client_credentials',
    },
    ('kindling_logout_notices_total', 'result'): {'delivered', 'failed', 'abandoned'},
    ('kindling_signing_keys', 'state'): {'next', 'current', 'retired'},
    ('kindling_certificate_expiry_timestamp_seconds', 'kind'): {'root', 'issuing', 'cluster', 'leaf', 'crl'},
    ('kindling_certificates_due', 'kind'): {'root', 'issuing', 'cluster', 'leaf', 'crl'},
}
NAME = r'[a-zA-Z_:][a-zA-Z0-9_:]*'
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf'({NAME})(?:\{{({LABEL}(?:,{LABEL})*)?,?\}})? (\S+)(?: (-?\d+))?')
NUMBER = re.compile(r'[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN')


class Metrics:
    """The text format, read strictly. Faults are collected, so that all are seen at once."""

    def __init__(self, text):
        self.types, self.helps, self.samples, self.faults = {}, {}, {}, []
        self.families = collections.defaultdict(list)
        if not text.endswith('\n'):
            self.faults.append('the last line has no end')
        if '\r' in text:
            self.faults.append('a carriage return')
        current, done = None, set()
        for number, line in enumerate(text.split('\n')[:-1], 1):
            family = self.line(number, line)
            if family is not None and family != current:
                if family in done:
                    self.faults.append(f'line {number}: {family} stands in two places')
                done.add(family)
                current = family
        for name, kind in self.types.items():
            if kind == 'histogram':
                self.histogram(name)

    def line(self, number, line):
        if not line:
            return None
        if line.startswith('#'):
            words = line.split(' ', 3)
            if len(words) < 4 or words[0] != '#' or words[1] not in ('HELP', 'TYPE') or not re.fullmatch(NAME, words[2]):
                self.faults.append(f'line {number}: neither HELP nor TYPE: {line[:80]}')
                return None
            kind, name, rest = words[1:]
            known = self.helps if kind == 'HELP' else self.types
            if name in known:
                self.faults.append(f'line {number}: a second {kind} of {name}')
            if kind == 'HELP' and '\\' in re.sub(r'\\[\\n]', '', rest):
                self.faults.append(f'line {number}: a backslash that escapes nothing')
            if kind == 'TYPE' and rest not in ('counter', 'gauge', 'histogram', 'summary', 'untyped'):
                self.faults.append(f'line {number}: the type {rest}')
            if self.families[name]:
                self.faults.append(f'line {number}: the {kind} of {name} comes after its samples')
            known[name] = rest
            return name
        found = SAMPLE.fullmatch(line)
        if not found or not NUMBER.fullmatch(found.group(7)):
            self.faults.append(f'line {number}: no sample: {line[:100]}')
            return None
        name, labels, value = found.group(1), found.group(2) or '', found.group(7)
        pairs = re.findall(LABEL, labels)
        if len({label for label, _ in pairs}) != len(pairs):
            self.faults.append(f'line {number}: a label stands twice')
        escapes = {'\\\\': '\\', '\\"': '"', '\\n': '\n'}
        labels = {label: re.sub(r'\\.', lambda part: escapes[part.group()], text) for label, text in pairs}
        key = (name, tuple(sorted(labels.items())))
        if key in self.samples:
            self.faults.append(f'line {number}: the same sample twice: {line[:80]}')
        value = float(value.replace('Inf', 'inf'))
        self.samples[key] = value
        family = name
        for ending in ('_bucket', '_sum', '_count'):
            base = name.removesuffix(ending)
            if base != name and self.types.get(base) in ('histogram', 'summary'):
                family = base
        if family not in self.types:
            self.faults.append(f'line {number}: {name} has no TYPE before it')
        if self.types.get(family) == 'counter':
            if not name.endswith('_total'):
                self.faults.append(f'{name} counts and does not end in _total')
            if not 0 <= value < math.inf:
                self.faults.append(f'line {number}: a counter of {value}')
        self.families[family].append((name, labels, value))
        return family

    def histogram(self, name):
        series = collections.defaultdict(lambda: {'buckets': []})
        for sample, labels, value in self.families[name]:
            labels = dict(labels)
            bound = labels.pop('le', None)
            one = series[tuple(sorted(labels.items()))]
            part = sample.removeprefix(name + '_')
            if part == 'bucket' and bound is not None:
                one['buckets'].append((bound, value))
            elif part in ('sum', 'count') and bound is None:
                one[part] = value
            else:
                self.faults.append(f'{sample} is no part of a histogram')
        for labels, one in series.items():
            bounds = [float(bound.replace('Inf', 'inf')) for bound, _ in one['buckets']]
            counts = [count for _, count in one['buckets']]
            where = f'{name} {dict(labels)}'
            if bounds != sorted(set(bounds)) or not bounds or bounds[-1] != math.inf:
                self.faults.append(f'{where}: its buckets are {bounds}')
            if counts != sorted(counts):
                self.faults.append(f'{where}: its buckets are not cumulative: {counts}')
            if 'sum' not in one or one.get('count') != (counts or [None])[-1]:
                self.faults.append(f'{where}: _sum is missing or _count is not the last bucket')
            if one.get('sum', 0) < 0:
                self.faults.append(f'{where}: a negative sum')

    def value(self, name, **labels):
        """The sum of all samples that have these labels."""
        return sum(
            value for sample, has, value in self.families.get(name, [])
            if sample == name and all(has.get(label) == text for label, text in labels.items())
        )


def plain(lab, path, method='GET'):
    """A request to the listener of the metrics, which has no TLS."""
    connection = http.client.HTTPConnection('127.0.0.1', lab.metrics, timeout=5)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def scrape(lab):
    status, headers, body = plain(lab, '/metrics')
    if status != 200:
        raise RuntimeError(f'/metrics answers {status}')
    return headers, Metrics(body.decode('utf-8')), body.decode('utf-8')


def change(data):
    data['clients'] = [
        {'id': 'cli', 'name': 'Command line', 'public': True, 'redirectURIs': ['http://127.0.0.1/cb']},
        {'id': 'robot', 'name': 'Robot', 'grants': ['client_credentials']},
        {'id': 'hears', 'name': 'Is told of logouts', 'public': True, 'redirectURIs': ['http://127.0.0.1/cb'],
         'backchannelLogoutURI': f'https://localhost:{hears}/logout'},
        {'id': 'deaf', 'name': 'Does not answer', 'public': True, 'redirectURIs': ['http://127.0.0.1/cb'],
         'backchannelLogoutURI': f'https://localhost:{deaf}/logout'},
    ]
    data['certificates'] = [{'name': 'rp', 'hosts': ['localhost']}]


class Told(http.server.BaseHTTPRequestHandler):
    """A relying party that is told of logouts."""

    heard = []

    def do_POST(self):
        Told.heard.append(self.rfile.read(int(self.headers['Content-Length'])).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def relying_party(lab):
    lab.kindling('cert', 'issue', 'rp', '--to', str(lab.folder / 'rp'))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(lab.folder / 'rp/tls.crt', lab.folder / 'rp/tls.key')
    server = http.server.ThreadingHTTPServer(('127.0.0.1', hears), Told)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def sign_out(lab):
    """Signs in, to two relying parties, and out again; one of them does not answer."""
    browser = Browser(lab)
    answer, verifier = browser.sign_in(client='hears')
    hint = browser.redeem(answer.query['code'], verifier, 'hears').json()['id_token']
    answer, verifier = browser.code(client='deaf')
    browser.redeem(answer.query['code'], verifier, 'deaf')
    browser.get(f'/logout?id_token_hint={hint}')
    end = time.monotonic() + 10
    while not Told.heard and time.monotonic() < end:
        time.sleep(0.05)
    check('a relying party is told of the logout', Told.heard and Told.heard[0].startswith('logout_token='), Told.heard)


def wrong(browser, lab, login):
    path, _ = browser.authorize()
    return browser.submit(browser.get(path), path, login=login, password='a wrong password', do='sign-in').status


def use(lab):
    """Everything that is to be counted; how often each was done."""
    browser = Browser(lab)
    done = collections.Counter()
    answer, verifier = browser.sign_in()
    done['kindling_logins_total', 'result', 'success'] += 2
    done['kindling_logout_notices_total', 'result', 'delivered'] += 1
    sign_out(lab)
    first = answer.query['code']
    token = browser.redeem(first, verifier).json()
    answer, second = browser.code()
    other = browser.redeem(answer.query['code'], second).json()
    done['kindling_tokens_issued_total', 'grant', 'authorization_code'] += 4
    fresh = browser.refresh(token['refresh_token'])
    done['kindling_tokens_issued_total', 'grant', 'refresh_token'] += 1
    if fresh.status != 200:
        raise RuntimeError(f'a refresh answers {fresh.status}')
    # Each on a family of its own: the first replay ends it.
    browser.refresh(token['refresh_token'])
    done['kindling_refresh_reuse_total', 'client', 'cli'] += 1
    browser.redeem(answer.query['code'], second)
    done['kindling_code_replays_total', 'client', 'cli'] += 1
    browser.redeem('x' * 43, second)
    done['kindling_token_errors_total', 'error', 'invalid_grant'] += 3
    robot = browser.token('robot', grant_type='client_credentials', scope='groups')
    if robot.status == 200:
        done['kindling_tokens_issued_total', 'grant', 'client_credentials'] += 1
    check('client_credentials gives a token', robot.status == 200, f'{robot.status} {robot.text[:200]}')
    stranger = Browser(lab)
    wrong(stranger, lab, lab.user)
    done['kindling_logins_total', 'result', 'refused'] += 1
    for _ in range(20):
        if wrong(stranger, lab, 'nobody@localhost') == 429:
            done['kindling_logins_total', 'result', 'throttled'] += 1
            break
        done['kindling_logins_total', 'result', 'refused'] += 1
    check('guessing is throttled', done['kindling_logins_total', 'result', 'throttled'] == 1, done)
    for _ in range(3):
        browser.get('/nowhere-to-be-found-4711')
    browser.request('BREW', '/auth')
    browser.get('/password/' + 'secret-of-a-link'.ljust(43, 'x'))
    browser.get('/auth?client_id=unheard-of-client')
    browser.token('unheard-of-client', grant_type='made-up-grant', refresh_token='x')
    browser.token('unheard-of-client', grant_type='refresh_token', refresh_token='x')
    return done, [token['refresh_token'], other['access_token'], first, lab.password]


def queries(dashboard):
    """Every expression in a dashboard, those of variables too."""
    if isinstance(dashboard, dict):
        for key, value in dashboard.items():
            if key in ('expr', 'query', 'definition') and isinstance(value, str):
                yield value
            else:
                yield from queries(value)
    elif isinstance(dashboard, list):
        for value in dashboard:
            yield from queries(value)


def dashboard(metrics):
    path = pathlib.Path(options.dashboard)
    wanted = set()
    for expression in queries(json.loads(path.read_text())):
        wanted |= set(re.findall(r'\b(?:kindling|process)_[a-z_]+\b', re.sub(r'"[^"]*"', '""', expression)))
    known = set(metrics.types) | {
        name + ending for name, kind in metrics.types.items() if kind == 'histogram'
        for ending in ('_bucket', '_sum', '_count')
    }
    check(f'{path.name}: its {len(wanted)} metrics exist', wanted and wanted <= known, sorted(wanted - known))
    left = {name for name in METRICS if not any(query.startswith(name) for query in wanted)}
    check(f'{path.name}: it shows every metric of kindling', not {n for n in left if n.startswith('kindling')}, sorted(left))


def main():
    lab = Lab(options.binary, options.lab, change, options.log)
    lab.data['identity']['metrics'] = f'127.0.0.1:{lab.metrics}'
    lab.write()
    server = None
    try:
        lab.make()
        relying_party(lab)
        server = Server(lab).wait()
        headers, before, text = scrape(lab)
        kind = headers.get('Content-Type', '').replace(' ', '')
        check('the answer is text/plain; version=0.0.4', kind.startswith('text/plain;version=0.0.4'), kind)
        check('the text format is kept', not before.faults, '; '.join(before.faults))
        done, hidden = use(lab)
        time.sleep(0.2)
        _, after, text = scrape(lab)
        check('the text format is kept after use', not after.faults, '; '.join(after.faults))
        for name, (kind, labels) in METRICS.items():
            found = after.types.get(name)
            samples = [(set(has) - {'le'}, has) for sample, has, _ in after.families.get(name, [])]
            good = found == kind and name in after.helps and all(has == labels for has, _ in samples)
            good = good and samples
            check(f'{name} is there', good, f'type {found}, {len(samples)} samples, labels {[has for _, has in samples][:2]}')
        for (name, label), values in VALUES.items():
            seen = {has[label] for _, has, _ in after.families.get(name, []) if label in has}
            check(f'{name}: {label} is one of {len(values)}', seen <= values, sorted(seen - values))
        for (name, label, value), count in sorted(done.items()):
            grown = after.value(name, **{label: value}) - before.value(name, **{label: value})
            check(f'{name}{{{label}="{value}"}} counts', grown == count, f'{grown} more, not {count}')
        bounds = {has['le'] for _, has, _ in after.families.get('kindling_http_request_duration_seconds', []) if 'le' in has}
        wanted = {float(bound.replace('Inf', 'inf')) for bound in BUCKETS}
        check('the buckets of the duration', {float(b.replace('Inf', 'inf')) for b in bounds} == wanted, sorted(bounds))
        requests, timed = (
            after.value('kindling_http_requests_total'),
            sum(v for s, _, v in after.families.get('kindling_http_request_duration_seconds', []) if s.endswith('_count')),
        )
        check('requests are counted and timed alike', requests == timed > 20, f'{requests} counted, {timed} timed')
        end = time.monotonic() + 30
        while not (failed := scrape(lab)[1].value('kindling_logout_notices_total', result='failed')):
            if time.monotonic() > end:
                break
            time.sleep(0.5)
        check('a notice that did not arrive is counted', failed >= 1, 'none after 30 s')
        token = after.value('kindling_http_requests_total', method='POST', code='200') - before.value(
            'kindling_http_requests_total', method='POST', code='200'
        )
        check('POST with 200 is counted', token >= 4, token)
        check('a signing key is current', after.value('kindling_signing_keys', state='current') >= 1)
        ages = [value for _, _, value in after.families.get('kindling_signing_key_age_seconds', [])]
        check('its age is that of this run', ages and all(0 <= age < 300 for age in ages), ages)
        check('sessions are counted', after.value('kindling_sessions') == 1, after.value('kindling_sessions'))
        check('grants are counted', after.value('kindling_grants') >= 1, after.value('kindling_grants'))
        version = subprocess.run([lab.binary, '--version'], capture_output=True, text=True).stdout.strip()
        builds = [has.get('version') for _, has, _ in after.families.get('kindling_build_info', [])]
        check('kindling_build_info is one, of this version', builds == [version] and after.value('kindling_build_info') == 1,
              (builds, version))
        started = after.value('process_start_time_seconds')
        check('the process began in this minute', abs(time.time() - started) < 300, started)
        resident = int(re.search(r'VmRSS:\s+(\d+)', pathlib.Path(f'/proc/{server.process.pid}/status').read_text()).group(1))
        told = after.value('process_resident_memory_bytes')
        check('resident memory is that of the process', 0.5 < told / (resident * 1024) < 2, (told, resident * 1024))
        check('open files are those of the process', 5 < after.value('process_open_fds') < 500)

        sent = ['nowhere-to-be-found', 'BREW', 'secret-of-a-link', 'unheard-of-client', 'made-up-grant', *hidden]
        sent += [user['email'] for user in lab.data['users']]
        found = [what if number < 5 else 'a name or secret' for number, what in enumerate(sent) if what in text]
        check('nothing that people send becomes a label', not found, found)
        dashboard(after)

        for path in ('/healthz', '/readyz'):
            check(f'the metrics\' listener answers {path}', plain(lab, path)[0] == 200, plain(lab, path)[0])
            answer = Browser(lab).get(path)
            check(f'the provider answers {path}', answer.status == 200, answer.status)
        others = ['/', '/auth', '/token', '/keys', '/userinfo', '/login', '/account', '/device', '/logout',
                  '/.well-known/openid-configuration', '/static/kindling.css', '/metrics/../keys', '/debug/pprof/']
        seen = {path: plain(lab, path)[0] for path in others}
        check('the metrics\' listener has nothing else', set(seen.values()) == {404}, seen)
        status = plain(lab, '/metrics', 'POST')[0]
        check('the metrics cannot be posted to', status in (404, 405), status)
        answer = Browser(lab).get('/metrics')
        check('the provider\'s listener has no metrics', answer.status == 404, answer.status)
        code, server = server.stop(), None
        check('SIGTERM ends it cleanly with both listeners', code == 0, f'exit code {code}')

        # Without the key there is no such listener.
        del lab.data['identity']['metrics']
        lab.write()
        server = Server(lab).wait()
        try:
            plain(lab, '/metrics')
            check('without identity.metrics nothing listens there', False)
        except OSError:
            check('without identity.metrics nothing listens there', True)
    finally:
        if server:
            server.stop()
        lab.close()


try:
    main()
except Exception as error:
    check('no exception', False, f'{type(error).__name__}: {error}')
sys.exit(1 if provider.failures else 0)

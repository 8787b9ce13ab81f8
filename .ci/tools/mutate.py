"""Wrong inputs made from right ones: of bytes, of parameters, of JSON Web Tokens. All chance comes from the generator that
is handed in, so that a seed gives the same inputs again.
"""

import base64
import hashlib
import hmac
import json
import urllib.parse

# What a value may be replaced by, joined with, or broken up by.
MARK = 'kfz7'
WORDS = [
    b'', b' ', b'0', b'-1', b'1', b'true', b'null', b'undefined', b'[]', b'{}', b'99999999999999999999', b'1e400', b'0x7f',
    b'-9223372036854775808', b'NaN', b'\0', b'a\0b', b'\r\nX-Injected: 1', b'%0d%0aX-Injected:%201', b'\nX-Injected: 1',
    b'\rSet-Cookie: injected=1', b'\xe5\x98\x8a\xe5\x98\x8dX-Injected:1', b'%', b'%%', b'%zz', b'%u0041', b'%00', b'+',
    b'&', b'=', b'&&==', b';', b'\\', b'"', b"'", b'`', b'\xff\xfe', b'\xc0\xaf', b'\xed\xa0\x80', b'\xf4\x90\x80\x80',
    b'\xf0\x9f\x94\xa5', b'\xe2\x80\xae', b'\xef\xbb\xbf', b'e\xcc\x81' * 40, b'../' * 12, b'..%2f..%2f', b'/etc/passwd',
    b"' OR 1=1 --", b'"; DROP TABLE sessions; --', b'{{7*7}}', b'{{{site}}}', b'{{>pages/head.mustache}}', b'${7*7}',
    b'<kfz7>', b'"><kfz7>', b"'><kfz7 a='", b'</title><kfz7>', b'javascript:kfz7', b'data:text/html,<kfz7>',
    b'openid', b'none', b'login', b'S256', b'plain', b'code', b'token', b'form_post', b'query', b'fragment', b'a' * 43,
    b'a' * 300, b'b' * 5000, b'%41' * 700, b'c' * 70000, b'openid ' * 400, b'\t', b'\x0b', b'\x7f', b'\xc2\xa0',
]
PLACES = [
    b'https://evil.test/', b'//evil.test/', b'/\\evil.test', b'https:evil.test', b'http://127.0.0.1:99999/cb',
    b'http://127.0.0.1:8123/cb', b'http://127.0.0.1:8123@evil.test/cb', b'http://127.0.0.1.evil.test/cb',
    b'http://127.0.0.1:8123/cb#x', b'http://127.0.0.1:8123/cb?x=1', b'http://127.0.0.1:8123/cb/../evil',
    b'http://127.0.0.1:-1/cb', b'http://127.0.0.1:0x50/cb', b'http://127.0.0.1:\xd9\xa1/cb', b'http://[::1]/cb',
    b'http://[::1', b'http://localhost/cb', b'https://rp.test/cb', b'https://rp.test/cb/', b'https://RP.test/cb',
    b'https://rp.test/cb?next=//evil.test', b'https://rp.test@evil.test/cb', b'https://rp.test:443/cb', b'https://rp.test/bye',
    b'https://rp.test/cb\\@evil.test', b'https://rp.test/c%62', b'javascript:alert(1)', b'http://127.0.0.1:8123/cb\r\nX-Injected: 1',
]


def bytewise(chance, data, rounds=None):
    """A few bytes turned, taken out, put in, doubled or moved."""
    data = bytearray(data)
    for _ in range(rounds or chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(data):
                data[at] = chance.randrange(256)
            case 2:
                data[at:at] = bytes(chance.randrange(256) for _ in range(chance.choice((1, 1, 2, 5))))
            case 3:
                del data[at:at + chance.choice((1, 1, 2, 8, 40))]
            case 4:
                data[at:at] = data[at:at + chance.choice((1, 4, 30))] * chance.choice((1, 2, 20))
            case 5:
                data[at:at] = chance.choice(WORDS)
            case 6:
                other = chance.randrange(len(data) + 1)
                piece = data[other:other + chance.choice((1, 3, 16))]
                data[at:at + len(piece)] = piece
    return bytes(data)


def parameters(chance, pairs, names=()):
    """Pairs of bytes, some of them changed, doubled, left out, renamed, or new."""
    pairs = [list(pair) for pair in pairs]
    for _ in range(chance.choice((0, 1, 1, 1, 1, 2, 2, 3, 5))):
        if not pairs:
            pairs.append([b'x', b'1'])
        at = chance.randrange(len(pairs))
        value = pairs[at][1]
        match chance.randrange(10):
            case 0:
                del pairs[at]
            case 1:
                pairs.insert(chance.randrange(len(pairs) + 1), list(pairs[at]))
            case 2 | 3:
                pairs[at][1] = chance.choice(WORDS)
            case 4:
                pairs[at][1] = chance.choice((value + chance.choice(WORDS), chance.choice(WORDS) + value))
            case 5:
                pairs[at][1] = bytewise(chance, value)
            case 6:
                pairs[at][1] = chance.choice(PLACES)
            case 7:
                pairs[at][1] = chance.choice(pairs)[1]
            case 8:
                name = chance.choice(names) if names else pairs[at][0]
                pairs.append([name, chance.choice(WORDS + PLACES)])
            case 9:
                pairs[at][0] = chance.choice(
                    (pairs[at][0].upper(), pairs[at][0] + b'[]', b' ' + pairs[at][0], bytewise(chance, pairs[at][0]), b'')
                )
    if chance.random() < 0.01:
        pairs += [[b'p%d' % number, b'v'] for number in range(chance.choice((90, 101, 3000)))]
    if chance.random() < 0.2:
        chance.shuffle(pairs)
    return pairs


SAFE = b'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~'


def encode(chance, pairs):
    """Form encoding, in one of the ways in which programs do it, now and then a wrong one."""
    way = chance.choices(('plain', 'percent', 'lower', 'raw', 'double'), (70, 10, 10, 6, 4))[0]

    def quote(data):
        if way == 'plain':
            return urllib.parse.quote_plus(data).encode()
        if way == 'percent':
            return b''.join(b'%%%02X' % byte for byte in data)
        if way == 'lower':
            return b''.join(bytes((byte,)) if byte in SAFE else b'%%%02x' % byte for byte in data)
        if way == 'raw':
            return b''.join(b'%%%02X' % byte if byte in b'\r\n &#%+' else bytes((byte,)) for byte in data)
        return urllib.parse.quote(urllib.parse.quote(data, safe=''), safe='').encode()

    text = b'&'.join(quote(name) + b'=' + quote(value) for name, value in pairs)
    if chance.random() < 0.06:
        text = bytewise(chance, text)
    return text


def in_target(data):
    """Bytes that may stand in a request line without ending it."""
    return b''.join(b'%%%02X' % byte if byte in b'\r\n ' else bytes((byte,)) for byte in data)


def in_header(data):
    return data.replace(b'\r', b'').replace(b'\n', b'')


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=')


def part(text):
    return json.loads(base64.urlsafe_b64decode(text + b'=' * (-len(text) % 4)))


def deep(chance, depth):
    return chance.choice((b'[' * depth + b']' * depth, b'{"a":' * depth + b'1' + b'}' * depth, b'[' * depth))


VALUES = [
    None, True, False, 0, -1, 2**31, 2**63, 2**64, -2**63 - 1, 10**400, 1e308, 0.1, '', ' ', '0', 'a' * 5000, '\u0000',
    '\ud800', '\U0001f525', [], {}, [None], ['web', 'cli'], [[[]]], {'a': {}}, 'cli', 'web', 'admin@localhost',
    'https://evil.test', '../../keys', "' OR 1=1 --", 'none', 'HS256', 'RS256', 'ES256', 'at+jwt', 'JWT', 'JOSE',
]
ALGORITHMS = [
    'none', 'None', 'NONE', 'nOnE', 'HS256', 'HS384', 'HS512', 'RS1', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512',
    'EdDSA', 'RSA1_5', 'dir', 'A128KW', '', ' RS256', 'RS256 ', 'rs256', 'RS256\u0000', None, 0, [], ['RS256'], {'alg': 'RS256'},
]
HEADER = [
    'alg', 'kid', 'typ', 'cty', 'crit', 'jku', 'jwk', 'x5u', 'x5c', 'x5t', 'b64', 'zip', 'enc', 'epk', 'p2c', 'p2s', 'nonce',
]
CLAIMS = [
    'iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'sid', 'azp', 'nonce', 'scope', 'client_id', 'groups', 'email', 'auth_time',
    'at_hash', 'events',
]


def public_key(key):
    """The SubjectPublicKeyInfo of an RSA JWK as PEM: what a verifier that takes any algorithm would use as a secret."""

    def element(tag, data):
        size = len(data)
        length = bytes((size,)) if size < 128 else bytes((0x82,)) + size.to_bytes(2, 'big')
        return bytes((tag,)) + length + data

    def number(text):
        data = base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
        return element(2, (b'\0' if data[0] > 127 else b'') + data)

    rsa = element(0x30, number(key['n']) + number(key['e']))
    algorithm = element(0x30, bytes.fromhex('06092a864886f70d0101010500'))
    body = base64.encodebytes(element(0x30, algorithm + element(3, b'\0' + rsa)))
    text = body.replace(b'\n', b'')
    lines = b'\n'.join(text[at:at + 64] for at in range(0, len(text), 64))
    return b'-----BEGIN PUBLIC KEY-----\n' + lines + b'\n-----END PUBLIC KEY-----\n'


class Tokens:
    """Forgeries of genuine tokens of a provider whose key set is known."""

    def __init__(self, genuine, keys):
        self.genuine = [token.encode() for token in genuine]
        self.kids = [key['kid'] for key in keys]
        self.keys = keys
        self.secrets = [b'', b'secret', json.dumps(keys[0]).encode()] + [
            form for key in keys if key['kty'] == 'RSA'
            for form in (public_key(key), public_key(key).strip(), key['n'].encode())
        ]

    def forge(self, chance):
        """A token that nobody signed."""
        token = chance.choice(self.genuine)
        head, body, signature = token.split(b'.')
        match chance.randrange(9):
            case 0:
                return bytewise(chance, token)
            case 1:
                return self.sealed(chance, self.header(chance, part(head)), body, signature)
            case 2:
                return self.sealed(chance, head, self.claims(chance, part(body)), signature)
            case 3:
                return head + b'.' + body + b'.' + self.signature(chance, signature)
            case 4:
                return self.shape(chance, head, body, signature)
            case 5:
                return self.digits(chance, token)
            case 6:
                where = chance.choice((head, body))
                text = bytewise(chance, base64.urlsafe_b64decode(where + b'=' * (-len(where) % 4)))
                text = base64url(text)
                return b'.'.join((text, body, signature) if where is head else (head, text, signature))
            case 7:
                text = base64url(deep(chance, chance.choice((10, 200, 3000, 20000))))
                return b'.'.join((text, body, signature) if chance.random() < 0.5 else (head, text, signature))
            case 8:
                other = chance.choice(self.genuine).split(b'.')
                return b'.'.join(chance.choice(pair) for pair in zip((head, body, signature), other))

    def header(self, chance, header):
        for _ in range(chance.choice((1, 1, 2, 3))):
            match chance.randrange(7):
                case 0 | 1:
                    header['alg'] = chance.choice(ALGORITHMS)
                case 2:
                    header['kid'] = chance.choice(
                        [*self.kids, '', '../../../../dev/null', "x' UNION SELECT 'k", 'k' * 9000, None, 0, ['a'], {}]
                    )
                case 3:
                    header[chance.choice(HEADER)] = chance.choice(VALUES)
                case 4:
                    header |= {'jwk': chance.choice(self.keys)}
                case 5:
                    header |= {'jku': 'https://evil.test/keys', 'x5u': 'https://evil.test/x5u'}
                case 6:
                    header.pop(chance.choice(list(header)), None) if header else None
        return self.json(chance, header)

    def claims(self, chance, claims):
        for _ in range(chance.choice((1, 1, 2, 4))):
            claims[chance.choice(CLAIMS)] = chance.choice(VALUES)
        return self.json(chance, claims)

    def json(self, chance, value):
        text = json.dumps(value, ensure_ascii=chance.random() < 0.7).encode('utf-8', 'surrogatepass')
        match chance.randrange(12):
            case 0:
                text = text[:-1] + b',"alg":"none","sub":"x","aud":"web"}'
            case 1:
                text = b' \t\r\n' * chance.choice((1, 200)) + text
            case 2:
                text = b'\xef\xbb\xbf' + text
            case 3:
                text = text.decode('utf-8', 'replace').encode(chance.choice(('utf-16', 'utf-32', 'utf-7')))
            case 4:
                text = text[:-1] + b',"x":' + chance.choice((b'1e9999', b'-0', b'1' * 2000, b'"\\ud800"', b'"\\u0000"')) + b'}'
        return base64url(text)

    def sealed(self, chance, head, body, signature):
        match chance.randrange(4):
            case 0:
                signature = b''
            case 1 | 2:
                digest = chance.choice((hashlib.sha256, hashlib.sha384, hashlib.sha512))
                signature = base64url(hmac.new(chance.choice(self.secrets), head + b'.' + body, digest).digest())
        return head + b'.' + body + b'.' + signature

    def signature(self, chance, signature):
        raw = base64.urlsafe_b64decode(signature + b'=' * (-len(signature) % 4))
        return chance.choice(
            (
                lambda: b'',
                lambda: signature[:-chance.choice((1, 2, 40))],
                lambda: signature + signature,
                lambda: signature + b'A' * chance.choice((1, 2, 3, 4, 5000)),
                lambda: signature + b'=' * chance.choice((1, 2, 3)),
                lambda: base64url(bytes(len(raw))),
                lambda: base64url(b'\xff' * len(raw)),
                lambda: base64url(raw[::-1]),
                lambda: base64url(raw + b'\0'),
                lambda: base64url(b'\0' + raw),
                lambda: base64url(bytewise(chance, raw, 1)),
                # The bits that stand for nothing in the last digit.
                lambda: signature[:-1] + bytes((chance.choice(SAFE[:-2]),)),
                # An ES256 signature that old verifiers take for anything: r and s are nought.
                lambda: base64url(bytes(64)),
                lambda: base64url(bytes.fromhex('3006020100020100')),
            )
        )()

    def shape(self, chance, head, body, signature):
        return chance.choice(
            (
                b'', b'.', b'..', b'...', b'.' * 5000, head, head + b'.', head + b'.' + body, head + b'..' + signature,
                b'.' + body + b'.' + signature, b'.'.join((head, body, signature, b'')),
                b'.'.join((b'', head, body, signature)), b'.'.join((head, body, signature, signature, signature)),
                b'.'.join((head, b'', b'', body, signature)), b' ' + b'.'.join((head, body, signature)),
                json.dumps(dict(protected=head.decode(), payload=body.decode(), signature=signature.decode())).encode(),
                b'.'.join((base64url(b'{"alg":"none"}'), body, b'')),
                b'.'.join((base64url(b'{"alg":"RS256","cty":"JWT"}'), base64url(b'.'.join((head, body, signature))), signature)),
                b'A' * chance.choice((1, 43, 8000, 30000, 64000)),
            )
        )

    def digits(self, chance, token):
        """Base64 that is not base64url without padding."""
        at = chance.randrange(len(token))
        return chance.choice(
            (
                lambda: token.replace(b'-', b'+').replace(b'_', b'/'),
                lambda: b'.'.join(piece + b'=' * (-len(piece) % 4) for piece in token.split(b'.')),
                lambda: token[:at] + chance.choice((b'\n', b' ', b'\0', b'%', b'\xc3\xa9', b'=', b'*')) + token[at:],
                lambda: token + chance.choice((b' ', b'\t', b'\n', b'\0', b'.')),
                lambda: token[:at],
                lambda: token.swapcase(),
                lambda: token.hex().encode(),
                lambda: base64.b64encode(token),
            )
        )()

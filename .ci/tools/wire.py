"""HTTP as bytes over one TLS connection: what is sent may be anything, what comes back has to be HTTP."""

import dataclasses
import re
import socket
import time


class Fault(Exception):
    """The server did what no server may."""


class Closed(Exception):
    """The server closed the connection and said nothing."""


@dataclasses.dataclass
class Request:
    method: bytes
    target: bytes
    headers: list = dataclasses.field(default_factory=list)  # pairs of bytes
    body: bytes = None
    # Bytes that stand for all of the above, where the framing itself is wrong: the server may wait for more.
    raw: bytes = None
    # What was sought with it; given to the target when the answer is there.
    sought: object = None

    def encoded(self, host):
        if self.raw is not None:
            return self.raw
        lines = [b'%s %s HTTP/1.1' % (self.method, self.target)]
        headers = list(self.headers)
        names = {name.lower() for name, _ in headers}
        if b'host' not in names:
            headers.insert(0, (b'Host', host))
        if self.body is not None and not names & {b'content-length', b'transfer-encoding'}:
            headers.append((b'Content-Length', b'%d' % len(self.body)))
        lines += [b'%s: %s' % header for header in headers]
        return b'\r\n'.join(lines) + b'\r\n\r\n' + (self.body or b'')


@dataclasses.dataclass
class Reply:
    status: int
    headers: list
    body: bytes
    seconds: float

    def all(self, name):
        return [value for other, value in self.headers if other.lower() == name]

    def get(self, name):
        return next(iter(self.all(name)), b'')


class Wire:
    """One connection, opened again when it is closed."""

    def __init__(self, lab, patience=5):
        self.lab, self.patience = lab, patience
        self.host = f'localhost:{lab.port}'.encode()
        self.socket, self.buffer = None, b''

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket, self.buffer = None, b''

    def send(self, request):
        self.request = request
        self.buffer = b''
        data = request.encoded(self.host)
        for last in (False, True):
            try:
                if not self.socket:
                    plain = socket.create_connection(('127.0.0.1', self.lab.port), self.patience)
                    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self.socket = self.lab.trust.wrap_socket(plain, server_hostname='localhost')
                    last = True
                self.socket.settimeout(self.patience)
                self.began = time.monotonic()
                self.socket.sendall(data)
                return
            except TimeoutError:
                self.close()
                raise Fault(f'took nothing for {self.patience} s') from None
            except ConnectionRefusedError:
                raise Fault('refuses connections') from None
            except OSError:
                # Closed since the last answer, or in the middle of a large body: an answer may have come first.
                if last:
                    return
                self.close()

    def receive(self):
        """The answer to what was sent; None when there is none and none is due."""
        framed = self.request.raw is None
        try:
            return self.reply(self.patience if framed else 0.25)
        except TimeoutError:
            self.close()
            if framed:
                raise Fault(f'no answer within {self.patience} s') from None
        except (OSError, Closed):
            self.close()
        except Fault:
            self.close()
            raise
        finally:
            if not framed:
                self.close()

    def more(self):
        data = self.socket.recv(65536) if self.socket else b''
        if not data:
            raise Closed
        self.buffer += data

    def until(self, mark):
        while mark not in self.buffer:
            if len(self.buffer) > 1 << 20:
                raise Fault('the head of the answer has no end')
            self.more()
        found, self.buffer = self.buffer.split(mark, 1)
        return found

    def exactly(self, count):
        while len(self.buffer) < count:
            self.more()
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    def stray(self):
        """What follows an answer that has no body: the next answer would begin with it."""
        try:
            self.socket.settimeout(0.02)
            self.more()
        except (OSError, Closed):
            pass
        if self.buffer:
            raise Fault(f'an answer to {self.request.method.decode()} has a body: {self.buffer[:40]!r}')
        return b''

    def reply(self, patience):
        if self.socket:
            self.socket.settimeout(patience)
        while True:
            status, headers = parse(self.until(b'\r\n\r\n'))
            if status >= 200:
                break
        names = {name.lower(): value for name, value in headers}
        if self.request.method == b'HEAD' or status in (204, 304):
            body = self.stray()
        elif b'transfer-encoding' in names:
            body = b''
            while size := int(self.until(b'\r\n').split(b';')[0], 16):
                body += self.exactly(size)
                self.until(b'\r\n')
            self.until(b'\r\n')
        else:
            body = self.exactly(int(names.get(b'content-length', b'0')))
        seconds = time.monotonic() - self.began
        if names.get(b'connection', b'').lower() == b'close':
            self.close()
        return Reply(status, headers, body, seconds)


def parse(head):
    lines = head.split(b'\r\n')
    first = re.fullmatch(rb'HTTP/1\.[01] (\d{3}) ?[ -~]*', lines[0])
    if not first:
        raise Fault(f'the answer is no HTTP: {lines[0][:80]!r}')
    headers = []
    for line in lines[1:]:
        header = re.fullmatch(rb'([!#$%&\'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*', line, re.S)
        if not header or re.search(rb'[\x00-\x08\x0a-\x1f\x7f]', header.group(2)):
            raise Fault(f'a header of the answer is broken: {line[:120]!r}')
        headers.append((header.group(1), header.group(2)))
    return int(first.group(1)), headers

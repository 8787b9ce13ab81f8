"""TLS as others make it: servers that show a file, and clients of five libraries that trust a file."""

import pathlib
import shutil
import socket
import ssl
import subprocess
import threading
import time


class Shown:
    """A TLS server on a free port of the loopback that shows what a certificate and a key file hold at each connection."""

    def __init__(self, certificate, key):
        self.certificate, self.key = str(certificate), str(key)
        self.socket = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.faults = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain):
        plain.settimeout(5)
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            self.faults.append(str(error))
            plain.close()
            return
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.recv(4096)
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
                connection.unwrap()
        except (OSError, ssl.SSLError):
            pass

    def close(self):
        self.socket.close()


class Trust:
    """Roots that a client trusts, in the forms that the clients read."""

    def __init__(self, folder, name, pem, pkcs12=None):
        self.name = name
        self.pem = pathlib.Path(folder) / f'{name}.pem'
        self.pem.write_text(pem)
        self.pkcs12 = pathlib.Path(folder) / f'{name}.p12'
        if pkcs12:
            self.pkcs12.write_bytes(pkcs12)
        elif shutil.which('keytool'):
            for number, block in enumerate(blocks(pem)):
                single = pathlib.Path(folder) / f'{name}-{number}.pem'
                single.write_text(block)
                subprocess.run(
                    ['keytool', '-importcert', '-noprompt', '-alias', f'root{number}', '-file', str(single),
                     '-keystore', str(self.pkcs12), '-storetype', 'PKCS12', '-storepass', 'changeit'],
                    check=True, capture_output=True,
                )


def blocks(pem):
    """The certificates of a PEM text, each as a text."""
    end = '-----END CERTIFICATE-----'
    return [part.strip() + f'\n{end}\n' for part in pem.split(end)[:-1]]


class Curl:
    def one(self, port, name, trust):
        run = subprocess.run(
            ['curl', '-sS', '--noproxy', '*', '--max-time', '10', '-o', '/dev/null', '--cacert', str(trust.pem),
             '--resolve', f'{name}:{port}:127.0.0.1', f'https://{name}:{port}/'],
            capture_output=True, text=True,
        )
        # 52 and the like come after the handshake.
        return '' if run.returncode in (0, 52, 56) else f'curl {run.returncode} {run.stderr.strip()}'


class GnuTLS:
    def one(self, port, name, trust):
        run = subprocess.run(
            ['gnutls-cli', '--x509cafile', str(trust.pem), '--sni-hostname', name, '--verify-hostname', name,
             '--port', str(port), '127.0.0.1'],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20,
        )
        good = 'Handshake was completed' in run.stdout
        return '' if good else (run.stdout + run.stderr).strip()[-200:] or f'gnutls-cli {run.returncode}'


class Python:
    """The flags of Python 3.13 and later."""

    def one(self, port, name, trust):
        context = ssl.create_default_context(cafile=str(trust.pem))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        try:
            with socket.create_connection(('127.0.0.1', port), timeout=5) as plain:
                with context.wrap_socket(plain, server_hostname=name):
                    return ''
        except (OSError, ssl.SSLError) as error:
            return str(error) or type(error).__name__


class Lines:
    """A program that takes a line per handshake and answers with one; it runs as long as the check."""

    def __init__(self, command, file):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.file = file

    def one(self, port, name, trust):
        self.process.stdin.write(f'{port} {name} {self.file(trust)}\n')
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        return '' if answer == 'ok' else answer or 'no answer'


def clients(folder):
    """Those that this machine has, by name."""
    here = pathlib.Path(__file__).parent
    found = {'python': Python()}
    if shutil.which('curl'):
        found['curl'] = Curl()
    if shutil.which('gnutls-cli'):
        found['gnutls'] = GnuTLS()
    if shutil.which('javac') and shutil.which('keytool'):
        subprocess.run(['javac', '-d', str(folder), str(here / 'Handshakes.java')], check=True, capture_output=True)
        found['java'] = Lines(['java', '-cp', str(folder), 'Handshakes'], lambda trust: trust.pkcs12)
    if shutil.which('go'):
        program = pathlib.Path(folder) / 'handshakes'
        subprocess.run(['go', 'build', '-o', str(program), str(here / 'handshakes.go')], check=True, capture_output=True)
        found['go'] = Lines([str(program)], lambda trust: trust.pem)
    return found


def judge(found, server, name, trust, wanted):
    """One handshake of each client; what went otherwise than it should, by client."""
    faults = []
    for client, peer in found.items():
        fault = peer.one(server, name, trust)
        if wanted and fault:
            faults.append(f'{client}: {fault}')
        elif not wanted and not fault:
            faults.append(f'{client} accepts it')
        elif not wanted and not refused(fault):
            faults.append(f'{client} fails for another reason: {fault}')
    return faults


def refused(fault):
    """Whether a client turned the certificate away, and did not merely fail to connect."""
    fault = fault.lower()
    return any(word in fault for word in ('certificat', 'verif', 'pkix', 'x509', 'unknown authority', 'curl 60'))


def within(seconds, good, interval=0.1):
    """Whether it becomes so in time; how long it took."""
    began = time.monotonic()
    while not good():
        if time.monotonic() - began > seconds:
            return None
        time.sleep(interval)
    return time.monotonic() - began

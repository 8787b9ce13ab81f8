#!/usr/bin/env python3
"""Revocation lists before others: revocation.py --binary FILE --lab FILE

- pkilint finds no error in any list, for authorities of four key types, before and after a rotation of the root
- OpenSSL and Python refuse a revoked leaf and take a good one, with the lists of the whole chain
- lists and issuers are found at the addresses in the leaves, on the listener of a server that runs, and what another process
  revokes is listed there within seconds

The lab.yaml is only read. Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import concurrent.futures
import datetime
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

import peers
from lifecycle import LifecycleLab, conclude, openssl
from peers import Shown, within
from provider import Server, check

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--log', help='where the server\'s log goes')
options = parser.parse_args()

LINT = pathlib.Path(sys.executable).with_name('lint_crl')
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def lint(file, kind):
    """What pkilint has against a list, of the severities ERROR and FATAL."""
    run = subprocess.run(
        [str(LINT), 'lint', '-t', kind, '-p', 'PKIX', '-s', 'ERROR', '-f', 'JSON', str(file)],
        capture_output=True, text=True,
    )
    try:
        found = json.loads(run.stdout).get('results', None)
    except ValueError:
        return f'it does not run: {run.stderr[-300:]}'
    return '' if run.returncode == 0 and found == [] else run.stdout


def sharpness():
    """Whether pkilint finds what a list must not lack: its number, and the key that signs it."""
    now = datetime.datetime(2026, 1, 1)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'blunt')])
    builder = x509.CertificateRevocationListBuilder(name, now, now + datetime.timedelta(7))
    with tempfile.NamedTemporaryFile() as file:
        crl = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
        file.write(crl.public_bytes(serialization.Encoding.PEM))
        file.flush()
        check('pkilint finds a list without its number', 'crl_number' in lint(file.name, 'CRL'), lint(file.name, 'CRL'))


def lists(lab):
    """Every list, in a file each, by its issuer's id."""
    files = {}
    for name in lab.authorities():
        files[name] = lab.folder / f'{name}.crl'
        lab.kindling('crl', '--issuer', name, '--format', 'pem', '--to', str(files[name]))
    return files


def lint_all(lab, what):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = {
            name: pool.submit(lint, file, 'ARL' if name.startswith('root') else 'CRL')
            for name, file in lists(lab).items()
        }
        for name, job in jobs.items():
            check(f'{what}: pkilint on the list of {name}', not job.result(), job.result(), 900)


def key_type(name):
    """Lists of an authority of a key type, with something in them."""
    lab = LifecycleLab(options.binary, options.lab, key_type=name)
    try:
        lab.kindling('ca', 'create')
        for leaf in ('one', 'two', 'three'):
            lab.kindling('cert', 'issue', leaf, '--host', f'{leaf}.lab.test', '--key-type', 'p256')
        lab.kindling('cert', 'revoke', 'one', '--reason', 'keyCompromise')
        lab.kindling('cert', 'revoke', 'two')
        lab.kindling('ca', 'rotate', 'intermediate', 'cluster', '--reason', 'cACompromise')
        lint_all(lab, name)
        if name == 'p256':
            for step in ('prepare', 'switch', 'finish'):
                lab.kindling('ca', 'rotate', step, *(['--force'] if step == 'finish' else []))
            lint_all(lab, f'{name}, rotated')
    finally:
        lab.close()


def single(file):
    """The certificates of a chain, each in a file."""
    parts = []
    for number, block in enumerate(peers.blocks(file.read_text())):
        part = file.with_name(f'{file.name}.{number}')
        part.write_text(block)
        parts.append(part)
    return parts


def handshake(port, roots, crl, flag):
    """A handshake of Python that looks into lists; what was said against it."""
    context = ssl.create_default_context(cafile=str(roots))
    context.verify_flags |= ssl.VERIFY_X509_STRICT | flag
    context.load_verify_locations(str(crl))
    try:
        with socket.create_connection(('127.0.0.1', port), timeout=5) as plain:
            with context.wrap_socket(plain, server_hostname='nas.lab.test'):
                return ''
    except (OSError, ssl.SSLError) as error:
        return str(error)


def get(url):
    with DIRECT.open(url, timeout=5) as answer:
        return answer.read(), answer.headers.get('Content-Type')


def addresses(file):
    """Where a certificate says that its list and its issuer are."""
    extensions = x509.load_pem_x509_certificate(file.read_bytes()).extensions
    points = extensions.get_extension_for_oid(ExtensionOID.CRL_DISTRIBUTION_POINTS).value
    access = extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    issuers = [item.access_location.value for item in access if item.access_method == AuthorityInformationAccessOID.CA_ISSUERS]
    return [name.value for point in points for name in point.full_name], issuers


def chain_lists(lab, folder):
    """The lists that the certificates of a chain name, fetched from the listener, in one PEM file."""
    pem = ''
    for part in single(folder / 'tls.crt')[:2]:
        points, issuers = addresses(part)
        der, kind = get(points[0])
        check(f'{part.name}: the list at {points[0].rpartition("/")[2]}', kind == 'application/pkix-crl', kind)
        issuer, kind = get(issuers[0])
        check(f'{part.name}: its issuer\'s type', kind == 'application/pkix-cert', kind)
        certificate, leaf = x509.load_der_x509_certificate(issuer), x509.load_pem_x509_certificate(part.read_bytes())
        leaf.verify_directly_issued_by(certificate)
        crl = x509.load_der_x509_crl(der)
        check(f'{part.name}: the list is signed by that issuer', crl.is_signature_valid(certificate.public_key()))
        pem += openssl_pem(der)
    file = lab.folder / f'{folder.name}.crls'
    file.write_text(pem)
    return file


def openssl_pem(der):
    return subprocess.run(['openssl', 'crl', '-inform', 'DER'], input=der, capture_output=True).stdout.decode()


def verdict(folder, crls):
    run = openssl('verify', '-x509_strict', '-crl_check_all', '-no-CApath', '-no-CAstore', '-CAfile', folder / 'ca.crt',
                  '-CRLfile', crls, '-untrusted', folder / 'tls.crt', folder / 'tls.crt')
    return run.returncode, run.stdout + run.stderr


def verifiers(lab):
    folders = {}
    for name in ('good', 'bad'):
        folders[name] = lab.folder / name
        lab.kindling('cert', 'issue', name, '--host', 'nas.lab.test', '--to', str(folders[name]))
    serial = x509.load_pem_x509_certificate((folders['bad'] / 'tls.crt').read_bytes()).serial_number
    point = addresses(single(folders['bad'] / 'tls.crt')[0])[0][0]

    def listed():
        return x509.load_der_x509_crl(get(point)[0]).get_revoked_certificate_by_serial_number(serial)

    check('before: the leaf is not listed', listed() is None)
    lab.kindling('cert', 'revoke', 'bad', '--reason', 'keyCompromise')
    took = within(10, lambda: listed() is not None)
    check('what another process revokes is listed within seconds', took is not None, took)
    crls = chain_lists(lab, folders['good'])
    root = folders['good'] / 'ca.crt'
    code, said = verdict(folders['good'], crls)
    check('OpenSSL accepts the good leaf', code == 0, said)
    code, said = verdict(folders['bad'], crls)
    check('OpenSSL refuses the revoked leaf', code != 0 and 'certificate revoked' in said, said)
    for flag, name in ((ssl.VERIFY_CRL_CHECK_LEAF, 'leaf'), (ssl.VERIFY_CRL_CHECK_CHAIN, 'chain')):
        said = handshake(Shown(folders['good'] / 'tls.crt', folders['good'] / 'tls.key').port, root, crls, flag)
        check(f'Python accepts the good leaf, lists of the {name}', not said, said)
        said = handshake(Shown(folders['bad'] / 'tls.crt', folders['bad'] / 'tls.key').port, root, crls, flag)
        check(f'Python refuses the revoked leaf, lists of the {name}', 'revoked' in said, said)
    return folders


def intermediate(lab, folders):
    """An intermediate is revoked: what hangs on it goes with it, and what is reissued is good."""
    folder = folders['good']
    before = lab.folder / 'before'
    before.mkdir()
    for name in ('tls.crt', 'tls.key', 'ca.crt'):
        (before / name).write_text((folder / name).read_text())
    points = addresses(single(before / 'tls.crt')[1])[0]
    number = x509.load_der_x509_crl(get(points[0])[0]).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    lab.kindling('ca', 'rotate', 'intermediate', 'issuing', '--reason', 'cACompromise')

    def following():
        crl = x509.load_der_x509_crl(get(points[0])[0])
        return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number > number

    check('the root\'s list follows within seconds', within(10, following) is not None)
    code, said = verdict(before, chain_lists(lab, before))
    check('OpenSSL refuses a leaf of a revoked intermediate', code != 0 and 'certificate revoked' in said, said)
    code, said = verdict(folder, chain_lists(lab, folder))
    check('OpenSSL accepts the leaf that was reissued', code == 0, said)


def rotated(lab, folders):
    """During a rotation every certificate of the chain has its list, the cross certificate too."""
    folder = folders['good']
    old = lab.folder / 'old.pem'
    old.write_text(lab.kindling('bundle'))
    for step in ('prepare', 'switch'):
        lab.kindling('ca', 'rotate', step)
    crls = lab.folder / 'all.crls'
    crls.write_text(lab.kindling('crl'))
    run = openssl('verify', '-x509_strict', '-crl_check_all', '-no-CApath', '-no-CAstore', '-CAfile', old, '-CRLfile', crls,
                  '-untrusted', folder / 'tls.crt', folder / 'tls.crt')
    check('OpenSSL with lists and the old root alone accepts a leaf of the new', run.returncode == 0, run.stdout + run.stderr)
    code, said = verdict(folder, crls)
    check('OpenSSL with lists and both roots accepts it', code == 0, said)


def main():
    sharpness()
    for name in ('p256', 'p384', 'rsa3072', 'ed25519'):
        key_type(name)
    lab = LifecycleLab(options.binary, options.lab, log=options.log)
    server = None
    try:
        lab.up()
        lab.authority = lab.folder / 'ca.pem'
        lab.authority.write_text(lab.kindling('bundle'))
        lab.trust = ssl.create_default_context(cafile=str(lab.authority))
        server = Server(lab, ('up',)).wait()
        folders = verifiers(lab)
        intermediate(lab, folders)
        rotated(lab, folders)
        check('the server ends cleanly', server.stop() == 0, server.tail())
    finally:
        if server:
            server.stop()
        lab.close()


conclude(main)

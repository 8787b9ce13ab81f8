"""What the tools share that rotate, renew and revoke: a lab with a cluster and addresses for its lists, and the cluster's
part, done as cert-manager and kubectl do it.
"""

import base64
import gzip
import json
import os
import pathlib
import subprocess
import sys
import time

import yaml

import provider
from provider import Lab, check, free_ports

CLUSTER = {
    'name': 'ainur', 'distribution': 'k3s', 'version': 'v1.33.6+k3s1', 'endpoint': '127.0.0.1',
    'components': {'cert-manager': 'v1.19.4', 'trust-manager': 'v0.24.0'},
    'trust': {'configMap': 'lab-ca', 'key': 'ca.crt', 'namespaceLabel': 'lab.test/ca=inject'},
}


class LifecycleLab(Lab):
    """The lab of the certificate judges with a cluster, an address for lists, and ports on the loopback."""

    def __init__(self, binary, lab, key_type='p256', log=None, change=None):
        def adapt(data):
            self.listener = free_ports(1)[0]
            self.url = f'http://localhost:{self.listener}/pki'
            data['authority'] |= {
                'keyType': key_type, 'permitted': ['lab.test', 'localhost', '127.0.0.0/8', '192.0.2.0/24'],
                'url': self.url, 'listen': f'127.0.0.1:{self.listener}',
            }
            data['identity'] = {'issuer': self.issuer, 'administrators': ['admins']}
            data['cluster'] = CLUSTER
            if change:
                change(data)

        super().__init__(binary, lab, adapt, log)

    def up(self):
        """What `kindling up --once` writes."""
        return self.kindling('up', '--once')

    def phase(self):
        """What `ca show` says of a rotation: its phase, or None."""
        notes = self.run('ca', 'show').stderr.split()
        return notes[notes.index('is') + 1] if 'rotation' in notes else None

    def authorities(self):
        """`ca show --all`, by id."""
        return {row['id']: row for row in json.loads(self.kindling('ca', 'show', '--all', '--output', 'json'))}

    def inventory(self):
        """`cert list`, the newest first."""
        return json.loads(self.kindling('cert', 'list', '--output', 'json'))

    def cluster_secret(self):
        """cert-manager's Secret `local-ca` among the outputs; its entries."""
        for file in sorted((self.folder / 'out').rglob('*.yaml')):
            for document in yaml.safe_load_all(file.read_text()):
                if document and document.get('kind') == 'Secret' and document['metadata']['name'] == 'local-ca':
                    return document['stringData']
        raise RuntimeError('no Secret local-ca among the outputs')


def openssl(*arguments, text=None):
    return subprocess.run(['openssl', *map(str, arguments)], input=text, text=True, capture_output=True)


def fields(certificate, *options):
    """What `openssl x509` prints of the first certificate of a file."""
    return openssl('x509', '-in', certificate, '-noout', *options).stdout.strip()


def pair_matches(folder):
    """Whether tls.key is the key of tls.crt."""
    return fields(folder / 'tls.crt', '-pubkey') == openssl('pkey', '-in', folder / 'tls.key', '-pubout').stdout.strip()


def verifies(folder, *options):
    """Whether OpenSSL accepts tls.crt with its chain by ca.crt; what it says where it does not."""
    run = openssl(
        'verify', '-x509_strict', '-no-CApath', '-no-CAstore', '-CAfile', folder / 'ca.crt', '-untrusted',
        folder / 'tls.crt', *options, folder / 'tls.crt',
    )
    return '' if run.returncode == 0 else (run.stdout + run.stderr).strip()


def issue_in_cluster(secret, folder, host, days=30):
    """A leaf as cert-manager issues it: signed with the Secret's key, followed by the Secret's chain."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ('tls.crt', 'tls.key'):
        descriptor = os.open(folder / f'issuer-{name}', os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, 'w') as file:
            file.write(secret[name])
    (folder / 'extensions').write_text(
        f'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n'
        f'subjectAltName=DNS:{host}\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n'
    )
    for arguments in (
        ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-subj', f'/CN={host}',
         '-keyout', folder / 'tls.key', '-out', folder / 'request'],
        ['x509', '-req', '-in', folder / 'request', '-CA', folder / 'issuer-tls.crt', '-CAkey', folder / 'issuer-tls.key',
         '-days', days, '-extfile', folder / 'extensions', '-out', folder / 'leaf'],
    ):
        run = openssl(*arguments)
        if run.returncode != 0:
            raise RuntimeError(f'openssl {arguments[0]}: {run.stderr}')
    (folder / 'tls.crt').write_text((folder / 'leaf').read_text() + secret['tls.crt'])
    return folder


def encoded(values):
    return {name: base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()
            for name, value in values.items()}


def secret(namespace, name, kind, values, applied=False):
    """A Secret as the API server gives it; `applied` with what `kubectl apply` keeps of its own."""
    metadata = {
        'creationTimestamp': '2026-01-02T03:04:05Z', 'name': name, 'namespace': namespace,
        'resourceVersion': '1234', 'uid': '01234567-89ab-cdef-0123-456789abcdef',
    }
    if applied:
        metadata['annotations'] = {
            'kubectl.kubernetes.io/last-applied-configuration': json.dumps({
                'apiVersion': 'v1', 'kind': 'Secret', 'metadata': {'name': name, 'namespace': namespace},
                'stringData': values, 'type': kind,
            }) + '\n'
        }
    return {'apiVersion': 'v1', 'data': encoded(values), 'kind': 'Secret', 'metadata': metadata, 'type': kind}


def cluster_secrets(local_ca, leaves):
    """What `kubectl get secrets -A -o yaml` prints of a cluster with these TLS Secrets, and with what else lies there."""
    release = json.dumps({
        'name': 'cert-manager', 'manifest': 'kind: ConfigMap\ndata:\n  ca.crt: |\n' + 'x' * 20000, 'version': 1,
    }).encode()
    foreign = openssl(
        'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', '/dev/null',
        '-subj', '/CN=k3s-server-ca', '-days', '365',
    ).stdout
    items = [
        secret('cert-manager', 'local-ca', 'kubernetes.io/tls', local_ca, applied=True),
        secret('cert-manager', 'sh.helm.release.v1.cert-manager.v1', 'helm.sh/release.v1',
               {'release': base64.b64encode(gzip.compress(release))}),
        secret('kube-system', 'ca', 'Opaque', {'ca.crt': foreign, 'token': 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln'}),
        secret('default', 'noise', 'Opaque', {'blob': os.urandom(3000), 'empty': '', 'password': 'not a certificate'}),
        secret('default', 'registry', 'kubernetes.io/dockerconfigjson',
               {'.dockerconfigjson': json.dumps({'auths': {'registry.lab.test': {'auth': 'YTpi'}}})}),
    ]
    for name, folder in leaves.items():
        items.append(secret(
            'apps', name, 'kubernetes.io/tls',
            {'tls.crt': (folder / 'tls.crt').read_text(), 'tls.key': (folder / 'tls.key').read_text(),
             'ca.crt': local_ca['tls.crt']},
        ))
    return yaml.safe_dump(
        {'apiVersion': 'v1', 'items': items, 'kind': 'List', 'metadata': {'resourceVersion': ''}}, sort_keys=False,
    )


def conclude(main, counts=None):
    """Runs a tool, tells how long it took and what it counted, and ends with 1 when a check failed."""
    began = time.monotonic()
    try:
        main()
    except Exception as error:
        check('no exception', False, f'{type(error).__name__}: {error}')
    counted = ''.join(f'{name} {number}, ' for name, number in sorted((counts or {}).items()))
    print(f'{counted}{time.monotonic() - began:.0f} s')
    sys.exit(1 if provider.failures else 0)

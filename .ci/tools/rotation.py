#!/usr/bin/env python3
"""The root changes, and clients notice nothing: rotation.py --binary FILE --lab FILE

Runs `ca rotate prepare`, `switch` and `finish` on a lab with a cluster beside a server that runs, and makes handshakes at
every step: clients of five libraries, each trusting the old root alone, the new one alone, or both; before servers that
show a folder of `cert issue --to`, `kindling up`, what a server has not reloaded, and leaves of the cluster. Then what keeps
`finish` from its end.

The lab.yaml is only read. Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import json
import pathlib
import shutil

import peers
import provider
from lifecycle import LifecycleLab, cluster_secrets, conclude, issue_in_cluster, openssl
from peers import Shown, Trust, within
from provider import Server, check

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
parser.add_argument('--lab', required=True)
parser.add_argument('--log', help='where the server\'s log goes')
options = parser.parse_args()

NAS, WIKI, UP = 'nas.lab.test', 'wiki.lab.test', 'localhost'


class Rotation:
    """The lab, its servers and its clients, from the first phase to the last."""

    def __init__(self, lab):
        self.lab = lab
        self.scratch = lab.folder / 'scratch'
        self.scratch.mkdir()
        self.clients = peers.clients(self.scratch)
        self.nas = lab.folder / 'nas'
        self.shown = {}
        self.trusts = {}

    def show(self, name, folder, host):
        """A server that shows what a folder has at each connection."""
        self.shown[name] = (Shown(folder / 'tls.crt', folder / 'tls.key').port, host)

    def keep(self, name):
        """A server that shows what the folder of nas has now, and is not reloaded later."""
        folder = self.scratch / name.replace(' ', '-')
        shutil.copytree(self.nas, folder)
        self.show(name, folder, NAS)

    def reissue(self, name):
        """A leaf of the cluster, issued from the Secret as it is among the outputs now."""
        folder = issue_in_cluster(self.lab.cluster_secret(), self.scratch / name.replace(' ', '-'), WIKI)
        self.show(name, folder, WIKI)
        return folder

    def trust(self, name, pem, pkcs12=None):
        self.trusts[name] = Trust(self.scratch, name, pem, pkcs12)

    def bundle(self):
        """The trust bundle as PEM and PKCS#12."""
        file = self.scratch / 'bundle.p12'
        self.lab.kindling('bundle', '--format', 'pkcs12', '--to', str(file))
        return self.lab.kindling('bundle'), file.read_bytes()

    def judge(self, phase, accepted):
        """Every server before clients of every trust; `accepted` has the trusts that each server is good for."""
        for name, good in accepted.items():
            port, host = self.shown[name]
            for trust in self.trusts.values():
                wanted = trust.name in good
                faults = peers.judge(self.clients, port, host, trust, wanted)
                verb = 'accept' if wanted else 'refuse'
                check(f'{phase}: clients that trust {trust.name} {verb} {name}', not faults, '; '.join(faults), 900)


def serial(lab, name):
    """The serial of the newest certificate of a name."""
    return next(row['serial'] for row in lab.inventory() if row['name'] == name)


def finish(lab, *arguments, secrets=None):
    """`ca rotate finish`: exit code, and what it says hangs on the old root."""
    run = lab.run('ca', 'rotate', 'finish', '--output', 'json', *arguments, text=secrets or '')
    rows = json.loads(run.stdout) if run.stdout.startswith('[') else []
    return run.returncode, rows, run.stderr


def kinds(rows):
    return sorted({row['kind'] for row in rows})


def before(rotation):
    lab = rotation.lab
    lab.kindling('cert', 'issue', 'nas', '--to', str(rotation.nas))
    rotation.show('the folder', rotation.nas, NAS)
    rotation.shown['kindling up'] = (lab.port, UP)
    rotation.first = rotation.reissue('a leaf of the cluster from before')
    rotation.trust('the-old-root', *rotation.bundle())
    stranger = openssl(
        'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', '/dev/null',
        '-subj', '/CN=Judged Lab Root CA', '-days', '30', '-addext', 'keyUsage=critical,keyCertSign,cRLSign',
    ).stdout
    rotation.trust('a-stranger', stranger)
    rotation.judge('before', {
        name: {'the-old-root'} for name in ('the folder', 'kindling up', 'a leaf of the cluster from before')
    })
    del rotation.trusts['a-stranger']
    check('before: there is no phase', lab.phase() is None)
    for step in ('switch', 'finish'):
        run = lab.run('ca', 'rotate', step)
        check(f'before: {step} is refused', run.returncode == 1 and 'ca rotate prepare' in run.stderr, run.stderr)
    rotation.keep('what nas showed before')


def prepared(rotation):
    lab = rotation.lab
    state = lab.run('ca', 'rotate', 'prepare', '--dry-run')
    check('prepare --dry-run makes no root', state.returncode == 0 and len(lab.authorities()) == 3, state.stderr)
    places = json.loads(lab.kindling('ca', 'rotate', 'prepare', '--output', 'json'))
    check('prepare lists outputs that lack the new root', any(place['kind'] == 'output' for place in places), places)
    check('prepare repeated makes no other root', lab.run('ca', 'rotate', 'prepare').returncode == 0
          and [row for row in lab.authorities() if row.startswith('root')] == ['root-1', 'root-2'])
    # What the API server has meanwhile: the Secret's chain has no certificate for the new root yet.
    lab.up()
    places = json.loads(lab.kindling('ca', 'rotate', 'prepare', '--output', 'json'))
    check('after up --once nothing lacks it', places == [], places)
    rotation.reissue('a leaf of the cluster, prepared')
    pem, pkcs12 = rotation.bundle()
    old, new = peers.blocks(pem)
    check('the bundle has both roots', old == rotation.trusts['the-old-root'].pem.read_text() and new != old)
    rotation.trust('the-new-root', new)
    rotation.trust('both-roots', pem, pkcs12)
    everybody = set(rotation.trusts)
    took = within(10, lambda: not peers.judge(
        {'python': rotation.clients['python']}, lab.port, UP, rotation.trusts['the-new-root'], True
    ))
    check('prepared: kindling up shows the new chain within seconds', took is not None)
    rotation.judge('prepared', {
        'the folder': everybody, 'kindling up': everybody, 'a leaf of the cluster, prepared': everybody,
        'what nas showed before': {'the-old-root', 'both-roots'},
        'a leaf of the cluster from before': {'the-old-root', 'both-roots'},
    })
    check('ca show: prepared', lab.phase() == 'prepared')
    run = lab.run('ca', 'rotate', 'finish')
    check('prepared: finish is refused', run.returncode == 1 and 'ca rotate switch' in run.stderr, run.stderr)
    rotation.keep('what nas showed when prepared')


def switched(rotation):
    lab = rotation.lab
    everybody = set(rotation.trusts)
    old = {name: serial(lab, name) for name in ('nas', 'issuer')}
    check('switch --dry-run changes nothing', lab.run('ca', 'rotate', 'switch', '--dry-run').returncode == 0
          and lab.phase() == 'prepared' and serial(lab, 'nas') == old['nas'])
    renewed = json.loads(lab.kindling('ca', 'rotate', 'switch', '--output', 'json'))
    check('switch reissues what kindling keeps', sorted(row['name'] for row in renewed) == ['issuer', 'nas'], renewed)
    check('ca show: switched', lab.phase() == 'switched')
    new = int(serial(lab, 'issuer'), 16)
    took = within(10, lambda: shown_serial(lab) == new)
    check('switched: kindling up shows the new certificate within seconds', took is not None)
    inventory = json.loads(lab.kindling('cert', 'list', '--output', 'json'))
    made = [row['serial'] for row in inventory if row['name'] == 'issuer' and row['issuer'] == 'issuing-2']
    check('switched: the command and the server made one certificate between them', len(made) == 1, made)
    rotation.judge('switched, old leaves', {
        'what nas showed when prepared': everybody, 'a leaf of the cluster, prepared': everybody,
    })
    lab.up()
    rotation.moved = rotation.reissue('a leaf of the cluster, switched')
    rotation.judge('switched, new leaves', {
        'the folder': everybody, 'kindling up': everybody, 'a leaf of the cluster, switched': everybody,
    })
    check('switch repeated reissues nothing', json.loads(lab.kindling('ca', 'rotate', 'switch', '--output', 'json')) == []
          and len(lab.authorities()) == 6)


def shown_serial(lab):
    shown = openssl('s_client', '-connect', f'localhost:{lab.port}', text='').stdout
    return int(openssl('x509', '-noout', '-serial', text=shown).stdout.strip().partition('=')[2] or '0', 16)


def refusals(rotation):
    """What keeps `finish` from its end, one by one, until nothing does."""
    lab = rotation.lab
    new, old = lab.cluster_secret(), rotation.old_secret
    good = cluster_secrets(new, {'wiki-tls': rotation.moved})
    code, rows, _ = finish(lab)
    check('finish is refused while old leaves are valid', code == 2 and kinds(rows) == ['certificate', 'cluster'], rows)
    left = [row['what'].split() for row in rows if row['kind'] == 'certificate']
    superseded = {row['serial'] for row in lab.inventory() if row['issuer'] == 'issuing-1'}
    check('finish names superseded ones too', {number for _, number in left} == superseded and len(left) >= 3, left)
    code, rows, _ = finish(lab, '--cluster-secrets', '-', secrets=good)
    check('a cluster that has moved is no reason', code == 2 and kinds(rows) == ['certificate'], rows)
    lab.kindling('cert', 'revoke', '--reason', 'superseded', *superseded)
    code, rows, _ = finish(lab)
    check('finish is refused without the secrets of the cluster', code == 2 and kinds(rows) == ['cluster'], rows)
    roots = {**new, 'tls.crt': new['ca.crt']}
    for name, secrets, wanted in (
        ('a leaf of the old intermediate', cluster_secrets(new, {'wiki-tls': rotation.first}), ['secret']),
        ('the old intermediate', cluster_secrets(old, {'wiki-tls': rotation.moved}), ['secret']),
        ('the old intermediate alone', cluster_secrets(old, {}), ['cluster', 'secret']),
        ('no new intermediate', cluster_secrets(roots, {}), ['cluster']),
        ('nothing', 'apiVersion: v1\nitems: []\nkind: List\n', ['cluster']),
    ):
        code, rows, errors = finish(lab, '--cluster-secrets', '-', secrets=secrets)
        check(f'finish is refused while the cluster has {name}', code == 2 and kinds(rows) == wanted, f'{rows} {errors}')
    code, rows, errors = finish(lab, '--cluster-secrets', str(lab.folder / 'nothing'))
    check('finish is refused where the file is missing', code not in (0, 2), f'{code} {errors}')
    file = lab.folder / 'secrets.yaml'
    file.write_text(good)
    code, rows, errors = finish(lab, '--cluster-secrets', str(file), '--dry-run')
    check('finish --dry-run finds nothing left', code == 0 and rows == [], f'{rows} {errors}')
    check('finish reads the secrets of a cluster without complaint', 'warning' not in errors, errors)
    check('finish --dry-run ends nothing', lab.phase() == 'switched')
    return file


def finished(rotation, file):
    lab = rotation.lab
    code, _, errors = finish(lab, '--cluster-secrets', str(file))
    check('finish ends the rotation', code == 0 and lab.phase() is None, errors)
    file.unlink()
    lab.up()
    pem, pkcs12 = rotation.bundle()
    check('the bundle has the new root alone', pem == rotation.trusts['the-new-root'].pem.read_text())
    rotation.trust('the-new-root', pem, pkcs12)
    folder = issue_in_cluster(lab.cluster_secret(), rotation.scratch / 'finished', WIKI)
    rotation.show('a leaf of the cluster, finished', folder, WIKI)
    took = within(10, lambda: bool(peers.judge(
        {'python': rotation.clients['python']}, lab.port, UP, rotation.trusts['the-old-root'], True
    )))
    check('finished: kindling up drops the old chain within seconds', took is not None)
    good = {'the-new-root', 'both-roots'}
    rotation.judge('finished', {
        'the folder': good, 'kindling up': good, 'a leaf of the cluster, finished': good,
    })
    for path in (rotation.nas / 'ca.crt', lab.folder / 'out/certificates/nas/ca.crt', lab.folder / 'out/trust/ca.crt'):
        check(f'{path.relative_to(lab.folder)} has the new root alone', path.read_text() == pem)
    run = lab.run('ca', 'rotate', 'finish')
    check('finish repeated says that there is none', run.returncode == 1 and 'is finished' in run.stderr, run.stderr)
    rows = lab.authorities()
    check('the old intermediates are revoked, the old root retired', [
        rows[name]['status'] for name in ('root-1', 'issuing-1', 'cluster-ainur-1')
    ] == ['retired', 'revoked', 'revoked'], rows)


def forced(rotation):
    """The next rotation at once, and its end by force."""
    lab = rotation.lab
    for step in ('prepare', 'switch'):
        lab.kindling('ca', 'rotate', step)
    code, rows, _ = finish(lab, '--force', '--dry-run')
    check('finish --force --dry-run says what hangs on the old root, and ends nothing',
          code == 0 and kinds(rows) == ['certificate', 'cluster'] and lab.phase() == 'switched', rows)
    code, rows, errors = finish(lab, '--force')
    check('finish --force ends it all the same', code == 0 and rows and lab.phase() is None, errors)
    third = Trust(rotation.scratch, 'third', lab.kindling('bundle'))
    took = within(10, lambda: not peers.judge({'python': rotation.clients['python']}, lab.port, UP, third, True))
    check('a second rotation reaches kindling up', took is not None)


def main():
    lab = LifecycleLab(options.binary, options.lab, log=options.log)
    server = None
    try:
        lab.up()
        rotation = Rotation(lab)
        rotation.old_secret = lab.cluster_secret()
        check('clients: curl, GnuTLS, Python, Java and Go', len(rotation.clients) == 5, list(rotation.clients))
        lab.authority = lab.folder / 'ca.pem'
        lab.authority.write_text(lab.kindling('bundle'))
        lab.trust = provider.ssl.create_default_context(cafile=str(lab.authority))
        server = Server(lab, ('up',)).wait()
        for phase in (before, prepared, switched):
            phase(rotation)
        finished(rotation, refusals(rotation))
        forced(rotation)
        check('the server ends cleanly', server.stop() == 0, server.tail())
    finally:
        if server:
            server.stop()
        lab.close()


conclude(main)

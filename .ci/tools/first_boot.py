#!/usr/bin/env python3
"""Do the scripts that user-data writes do what they say? first_boot.py KINDLING WORK

For each distribution a lab is made by the binary KINDLING, and the files of its nodes are laid into a folder below WORK,
their paths turned to that folder. Every script goes through `shellcheck -s sh`, every unit through `systemd-analyze
verify`. Then the scripts run, with stand-ins for curl, systemctl, kubeadm, helm and the like that write down how they are
called, and with releases of programs that say their version and do nothing:

- the right digest is installed, a wrong one refused, and nothing is left of it
- a digest in lab.yaml wins over the one that the release publishes
- run twice, nothing is fetched, installed or begun the second time
- from a folder nothing is fetched at all, and images are laid where they are looked for
- the tokens of those who join pin the authority that the first server carries, as OpenSSL computes it
- a second `up` changes no byte

Prints PASS, FAIL or SKIP and a name for each of these; the exit code is 1 when one failed.
"""

import gzip
import hashlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

import yaml

KINDLING, WORK = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
VERSIONS = {'k3s': 'v1.33.6+k3s1', 'rke2': 'v1.33.6+rke2r1', 'kubeadm': 'v1.33.6'}
ARCH, HELM = 'amd64', 'v3.19.0'
MIRROR = 'https://mirror.lab.test/files'
failed = False

LAB = '''
lab: small
domain: lab.test
identity: {{issuer: "https://id.lab.test", address: 10.0.0.2}}
users: [{{email: admin@lab.test, username: admin, name: Admin, groups: [admins], id: "1"}}]
clients: [{{app: kubernetes}}]
cluster:
  name: small
  distribution: {distribution}
  version: {version}
  endpoint: 10.0.0.10
  components: {{cert-manager: v1.19.4{network}}}
  install: {install}
nodes:
  - {{name: one, role: server, arch: amd64, address: 10.0.0.10/24}}
  - {{name: two, role: server, arch: amd64, address: 10.0.0.11/24}}
  - {{name: three, role: agent, arch: amd64, address: 10.0.0.12/24}}
'''


def check(name, holds, detail=''):
    global failed
    failed = failed or not holds
    print(f'{"PASS" if holds else "FAIL"} {name}{"" if holds or not detail else f": {detail}"}', flush=True)


def program(body):
    return f'#!/bin/sh\n{body}\n'.encode()


def archive(files):
    """A gzipped tar file, the same bytes for the same files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode='w') as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def digest(content):
    return hashlib.sha256(content).hexdigest()


RECORD = 'printf \'%s\\n\' "${0##*/} $*" >>"$CALLS"'


def release(distribution):
    """The files of a release, and the one that a digest pins."""
    version = VERSIONS[distribution]
    files = {}
    if distribution == 'k3s':
        files['k3s'] = program(f'echo "k3s version {version} (0000000)"')
        files[f'k3s-airgap-images-{ARCH}.tar.zst'] = b'images'
        main = 'k3s'
    elif distribution == 'rke2':
        main = f'rke2.linux-{ARCH}.tar.gz'
        rke2 = program(f'echo "rke2 version {version} (0000000)"')
        files[main] = archive({'bin/rke2': rke2, 'bin/rke2-killall.sh': program(':'), 'share/rke2/LICENSE': b'x'})
        files[f'rke2-images.linux-{ARCH}.tar.zst'] = b'images'
    else:
        main = 'kubeadm'
        files['kubeadm'] = program(
            f'if [ "$1" = version ]; then echo {version}; exit; fi\n{RECORD}\n'
            'touch "$ROOT/etc/kubernetes/admin.conf" "$ROOT/etc/kubernetes/kubelet.conf"'
        )
        files['kubelet'] = program(f'echo "Kubernetes {version}"')
        files['kubectl'] = program(
            f'if [ "$1" = version ]; then echo "Client Version: {version}"; echo "Kustomize Version: v5.6.0"; exit; fi\n'
            + RECORD
        )
    if distribution == 'kubeadm':
        sums = {f'{name}.sha256': digest(content).encode() for name, content in files.items()}
        files[f'kubeadm-images-{ARCH}.tar'] = b'images'
        helm = archive({f'linux-{ARCH}/helm': program(HELM_BODY)})
        name = f'helm-{HELM}-linux-{ARCH}.tar.gz'
        files[name] = helm
        sums[f'{name}.sha256sum'] = f'{digest(helm)}  {name}\n'.encode()
    else:
        lines = ''.join(f'{digest(content)}  {name}\n' for name, content in files.items())
        sums = {f'sha256sum-{ARCH}.txt': f'{"0" * 64}  another\n{lines}'.encode()}
    return files | sums, main


HELM_BODY = f'''
if [ "$1" = version ]; then echo {HELM}+g0000000; exit; fi
kept=$ROOT/helm.$2
if [ "$1" = status ]; then cat "$kept"; exit; fi
{RECORD}
name=$3
while [ "$1" != --description ]; do shift; done
printf '{{"name":"%s","info":{{"description":"%s","status":"deployed"}}}}' "$name" "$2" >"$ROOT/helm.$name"
'''

CURL = f'''
{RECORD}
for word; do [ "$before" != --output ] || output=$word; before=$word; url=$word; done
[ -f "$WEB/${{url#https://}}" ] || {{ echo "curl: (22) 404" >&2; exit 22; }}
cp "$WEB/${{url#https://}}" "$output"
'''


class Machine:
    """A node's files in a folder of their own, and what its scripts called."""

    # What scripts and units name and the folder stands for.
    PATHS = re.compile(r'(?<![\w}.:/-])/(?=(?:usr/local|etc|var/lib|opt/cni|usr/lib/cni)(?:/|\b))')

    def __init__(self, name, user_data):
        self.root = WORK / 'machines' / name
        shutil.rmtree(self.root, ignore_errors=True)
        self.web, self.calls_file = self.root / 'web', self.root / 'calls'
        self.data = yaml.safe_load(user_data)
        for file in self.data['write_files']:
            self.write(file['path'], self.turned(file['content']).encode(), int(file['permissions'], 8))
        for name in ['systemctl', 'modprobe', 'sysctl', 'ctr', 'sleep']:
            self.write(f'/usr/local/bin/{name}', program(RECORD), 0o755)
        self.write('/usr/local/bin/curl', program(CURL), 0o755)
        self.write('/usr/lib/cni/loopback', b'', 0o755)

    def turned(self, text):
        return self.PATHS.sub(f'{self.root}/', text)

    def path(self, path):
        return self.root / path.lstrip('/')

    def write(self, path, content, mode=0o644):
        target = self.path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(mode)

    def content(self, path):
        return next((file['content'] for file in self.data['write_files'] if file['path'] == path), None)

    def publish(self, place, files):
        for name, content in files.items():
            self.write(f'web/{place}/{name}', content)

    def run(self, script):
        """Runs a script of the node: its result, and what it called."""
        self.calls_file.write_text('')
        environment = {
            'PATH': f'{self.root}/usr/local/bin:{os.environ["PATH"]}', 'CALLS': str(self.calls_file),
            'ROOT': str(self.root), 'WEB': str(self.web), 'LC_ALL': 'C.UTF-8',
        }
        result = subprocess.run([str(self.path(script))], env=environment, capture_output=True, text=True)
        return result, self.calls_file.read_text().splitlines()

    def leftovers(self):
        return [str(path) for path in self.root.rglob('.*')]

    def scripts(self):
        """Every script in user-data, as it is there."""
        for file in self.data['write_files']:
            if file['content'].startswith('#!'):
                yield file['path'], file['content']
        for number, command in enumerate(self.data.get('bootcmd', [])):
            yield f'bootcmd {number}', f'#!/bin/sh\n{command[2]}'


class Lab:
    """A lab of a distribution, by the binary."""

    def __init__(self, distribution):
        self.distribution = distribution
        self.folder = WORK / 'labs' / distribution
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write('{}')
        self.kindling('up', '--once')

    def write(self, install):
        network = ', flannel: v0.27.4' if self.distribution == 'kubeadm' else ''
        text = LAB.format(
            distribution=self.distribution, version=VERSIONS[self.distribution], network=network, install=install
        )
        (self.folder / 'lab.yaml').write_text(text)

    def kindling(self, *arguments):
        command = [KINDLING, *arguments, '--lab', str(self.folder / 'lab.yaml')]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def machine(self, name, node='one', install='{}'):
        self.write(install)
        target = self.folder / f'{name}.user-data'
        self.kindling('render', 'user-data', node, '--seed', 'inline', '--to', str(target))
        return Machine(f'{self.distribution}-{name}', target.read_text())

    @property
    def script(self):
        return f'/usr/local/lib/kindling/{self.distribution}-install'

    @property
    def places(self):
        """Where files of a release are on the web, with the encoded plus sign: of the release, and of Helm."""
        version = VERSIONS[self.distribution].replace('+', '%2B')
        base = f'{MIRROR.removeprefix("https://")}/{version}'
        return f'{base}/bin/linux/{ARCH}' if self.distribution == 'kubeadm' else base


def installed(lab, machine):
    """The programs of the distribution that stand in their place, with the time of their writing."""
    names = ['kubeadm', 'kubelet', 'kubectl'] if lab.distribution == 'kubeadm' else [lab.distribution]
    paths = [machine.path(f'/usr/local/bin/{name}') for name in names]
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_mode & 0o777) for path in paths if path.exists()}


def judge_files(lab):
    for node in ['one', 'two', 'three']:
        machine = lab.machine(f'files-{node}', node)
        for path, text in machine.scripts():
            result = subprocess.run(
                ['shellcheck', '-s', 'sh', '-'], input=text, capture_output=True, text=True
            )
            check(f'{lab.distribution} {node}: shellcheck {path}', result.returncode == 0, result.stdout)
        if shutil.which('systemd-analyze') is None:
            print(f'SKIP {lab.distribution} {node}: units -- there is no systemd-analyze')
            continue
        for name in ['k3s', 'rke2', 'kubelet']:
            machine.write(f'/usr/local/bin/{name}', program(':'), 0o755)
        for file in machine.data['write_files']:
            if not file['path'].endswith('.service'):
                continue
            unit = machine.path(file['path'])
            result = subprocess.run(
                ['systemd-analyze', 'verify', '--man=no', str(unit)], capture_output=True, text=True
            )
            said = [line for line in (result.stdout + result.stderr).splitlines() if unit.name in line]
            check(f'{lab.distribution} {node}: systemd takes {unit.name}', not said, '; '.join(said))


def judge_install(lab):
    distribution = lab.distribution
    files, main = release(distribution)
    source = f'{{source: "{MIRROR}"}}'
    machine = lab.machine('mirror', install=source)
    machine.publish(lab.places, files)
    result, calls = machine.run(lab.script)
    fetched = [call for call in calls if call.startswith('curl ')]
    before = installed(lab, machine)
    check(f'{distribution}: installs from a mirror', result.returncode == 0, result.stderr)
    check(f'{distribution}: programs are executable', before and all(mode == 0o755 for _, mode in before.values()))
    check(
        f'{distribution}: fetches by TLS alone, within limits',
        fetched and all(
            all(word in call for word in ['--fail', '--proto =https', '--tlsv1.2', '--max-time', '--retry', MIRROR])
            for call in fetched
        ), '; '.join(fetched)
    )
    unit = {'k3s': 'k3s.service', 'rke2': 'rke2-server.service', 'kubeadm': 'kindling-apply.service'}[distribution]
    check(
        f'{distribution}: enables and starts {unit}',
        calls[-2:] == [f'systemctl enable {unit}', f'systemctl start --no-block {unit}'], '; '.join(calls)
    )
    check(f'{distribution}: leaves nothing behind', not machine.leftovers(), str(machine.leftovers()))

    result, calls = machine.run(lab.script)
    check(f'{distribution}: the second run does well', result.returncode == 0, result.stderr)
    check(
        f'{distribution}: the second run fetches, installs and begins nothing',
        installed(lab, machine) == before and not [c for c in calls if c.startswith(('curl', 'kubeadm'))],
        '; '.join(calls)
    )

    spoilt = lab.machine('spoilt', install=source)
    spoilt.publish(lab.places, files | {main: files[main] + b'#'})
    refused(lab, spoilt, 'a wrong digest', 'it was not installed')
    absent = lab.machine('absent', install=source)
    refused(lab, absent, 'an absent release', 'cannot fetch')
    liar = lab.machine('liar', install=source)
    empty = {name: b'<html>' for name in files if 'sha256' in name}
    liar.publish(lab.places, files | empty)
    refused(lab, liar, 'a list of digests that is none', 'names no SHA-256')

    folder = WORK / 'machines' / f'{distribution}-folder-files'
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    offline = lab.machine('folder', install=f'{{folder: "{folder}"}}')
    result, calls = offline.run(lab.script)
    check(f'{distribution}: installs from a folder', result.returncode == 0, result.stderr)
    check(f'{distribution}: fetches nothing then', not [c for c in calls if c.startswith('curl')], '; '.join(calls))
    if distribution == 'kubeadm':
        imported = f'ctr --namespace k8s.io images import {folder}/kubeadm-images-{ARCH}.tar'
        check('kubeadm: imports the images of the folder', imported in calls, '; '.join(calls))
    else:
        images = list(offline.path(f'/var/lib/rancher/{distribution}/agent/images').iterdir())
        check(f'{distribution}: lays the images of the folder', [i.read_bytes() for i in images] == [b'images'])
    return files, main, source, folder


def refused(lab, machine, what, words):
    result, calls = machine.run(lab.script)
    name = f'{lab.distribution}: {what} is refused'
    check(name, result.returncode != 0 and words in result.stderr, f'{result.returncode} {result.stderr}')
    check(f'{name}, nothing is left and nothing started', not installed(lab, machine) and not machine.leftovers()
          and not [call for call in calls if 'systemctl' in call], f'{machine.leftovers()} {calls}')


def judge_pin(lab, files, main):
    """A digest in lab.yaml, where the release publishes another."""
    distribution = lab.distribution
    pin = f'{{source: "{MIRROR}", sha256: {{{ARCH}: "{digest(files[main])}"}}}}'
    machine = lab.machine('pinned', install=pin)
    machine.publish(lab.places, files | {f'sha256sum-{ARCH}.txt': f'{"0" * 64}  {main}\n'.encode()})
    result, _ = machine.run(lab.script)
    check(f'{distribution}: the digest of lab.yaml counts', result.returncode == 0, result.stderr)
    before = installed(lab, machine)
    _, calls = machine.run(lab.script)
    check(f'{distribution}: pinned, the second run fetches nothing',
          installed(lab, machine) == before and not [c for c in calls if c.startswith('curl')], '; '.join(calls))
    # The same version, another program.
    binary = machine.path(f'/usr/local/bin/{distribution}')
    binary.write_bytes(binary.read_bytes() + b'#')
    result, _ = machine.run(lab.script)
    check(f'{distribution}: another program of that version is replaced',
          result.returncode == 0 and not binary.read_bytes().endswith(b'#'), result.stderr)
    spoilt = lab.machine('pinned-spoilt', install=pin)
    content = files[main] + b'#'
    spoilt.publish(lab.places, files | {
        main: content, f'sha256sum-{ARCH}.txt': f'{digest(content)}  {main}\n'.encode(),
    })
    refused(lab, spoilt, 'a file that only its release vouches for', 'it was not installed')


def judge_kubeadm(lab, files, source):
    for node, command in [('one', 'init'), ('two', 'join'), ('three', 'join')]:
        machine = lab.machine(f'join-{node}', node, source)
        machine.publish(lab.places, files)
        result, calls = machine.run(lab.script)
        begun = [call for call in calls if call.startswith('kubeadm')]
        config = machine.path('/etc/kubernetes/kubeadm.yaml')
        check(f'kubeadm {node}: begins with {command}, its settings in a file',
              result.returncode == 0 and begun == [f'kubeadm {command} --config {config}'], f'{begun} {result.stderr}')
    patient = lab.machine('patient', 'three', source)
    slow = program(
        f'if [ "$1" = version ]; then echo {VERSIONS["kubeadm"]}; exit; fi\n{RECORD}\n'
        '[ "$(grep -c ^kubeadm "$CALLS")" -gt 2 ]'
    )
    patient.publish(lab.places, files | {'kubeadm': slow, 'kubeadm.sha256': digest(slow).encode()})
    result, calls = patient.run(lab.script)
    begun = [call for call in calls if call.startswith(('kubeadm', 'sleep'))]
    check('kubeadm: a node that is refused at first asks again', result.returncode == 0 and len(begun) == 5, str(begun))
    broken = lab.machine('broken', install=source)
    broken.publish(lab.places, files)
    broken.publish(lab.places, {
        'kubeadm': program(f'if [ "$1" = version ]; then echo {VERSIONS["kubeadm"]}; else exit 3; fi'),
    })
    broken.publish(lab.places, {'kubeadm.sha256': digest(broken.path(f'web/{lab.places}/kubeadm').read_bytes()).encode()})
    result, calls = broken.run(lab.script)
    check('kubeadm: a failure of kubeadm is told, and nothing is applied',
          result.returncode != 0 and 'kubeadm init failed' in result.stderr and 'kindling-apply' not in str(calls))


def judge_apply(lab, files, source, folder):
    machine = lab.machine('apply', install=source)
    machine.publish(lab.places, files)
    machine.publish('get.helm.sh', {name: files[name] for name in files if name.startswith('helm-')})
    machine.run(lab.script)
    apply = '/usr/local/lib/kindling/apply'
    result, calls = machine.run(apply)
    check('kubeadm: the unit applies', result.returncode == 0, result.stderr)
    order = [re.sub(r'.*(crd/\S+|manifests/\S+|--install \S+).*', r'\1', c) for c in calls if 'readyz' not in c]
    order = [step for step in order if not step.startswith('curl')]
    expected = []
    for line in machine.content('/etc/kindling/apply/steps').splitlines():
        words = line.split()
        expected.append({
            'manifest': f'manifests/{words[1]}.yaml', 'crd': f'crd/{words[1]}', 'chart': f'--install {words[2:3] and words[2]}',
        }[words[0]])
    check('kubeadm: charts, kinds and manifests come in the order of the steps', order == expected, f'{order}')
    chart = next((call for call in calls if '--install cert-manager' in call), '')
    for words in ['--version v1.19.4', '--repo https://charts.jetstack.io', '--namespace cert-manager', '--wait']:
        check(f'kubeadm: the chart is installed with {words}', words in chart, chart)
    check('kubeadm: manifests are applied by the server',
          all('--server-side' in call for call in calls if 'kubectl apply' in call))
    result, calls = machine.run(apply)
    check('kubeadm: applied twice, no chart is installed again and nothing fetched',
          result.returncode == 0 and not [c for c in calls if c.startswith(('helm', 'curl'))], '; '.join(calls))
    values = machine.path('/etc/kindling/apply/charts/10-cert-manager.yaml')
    values.write_text(values.read_text() + 'replicaCount: 2\n')
    _, calls = machine.run(apply)
    changed = [call for call in calls if call.startswith('helm')]
    check('kubeadm: a chart whose values changed is, alone', len(changed) == 1 and 'cert-manager' in changed[0])
    (folder / 'cert-manager-v1.19.4.tgz').write_bytes(b'chart')
    offline = lab.machine('apply-folder', install=f'{{folder: "{folder}"}}')
    offline.run(lab.script)
    result, calls = offline.run(apply)
    chart = next((call for call in calls if '--install cert-manager' in call), '')
    check('kubeadm: a chart of the folder needs no repository',
          f'{folder}/cert-manager-v1.19.4.tgz' in chart and '--repo' not in chart, f'{chart} {result.stderr}')
    check('kubeadm: Helm of the folder too', not [c for c in calls if c.startswith('curl')])


def openssl(command, content):
    return subprocess.run(['sh', '-c', command], input=content.encode(), capture_output=True, check=True).stdout


def judge_tokens(lab):
    one, two, three = (lab.machine(f'token-{node}', node) for node in ['one', 'two', 'three'])
    distribution = lab.distribution
    if distribution == 'kubeadm':
        command = 'openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r'
        pin = openssl(command, one.content('/etc/kubernetes/pki/ca.crt'))[:64].decode()
        for machine, node in [(two, 'two'), (three, 'three')]:
            join = yaml.safe_load(machine.content('/etc/kubernetes/kubeadm.yaml'))
            hashes = join['discovery']['bootstrapToken']['caCertHashes']
            check(f'kubeadm {node}: pins the key of the first server\'s authority', hashes == [f'sha256:{pin}'])
        authority, key = '/etc/kubernetes/pki/ca.crt', '/etc/kubernetes/pki/ca.key'
        same = all(two.content(path) == one.content(path) for path in [authority, key, '/etc/kubernetes/pki/sa.key'])
        check('kubeadm: further servers carry the same keys', same)
    else:
        folder = f'/var/lib/rancher/{distribution}/server/tls'
        authority, key = f'{folder}/server-ca.crt', f'{folder}/server-ca.key'
        pin = openssl('openssl dgst -sha256 -r', one.content(authority))[:64].decode()
        token = f'/etc/rancher/{distribution}/token'
        server, agent = one.content(token), one.content(f'/etc/rancher/{distribution}/agent-token')
        check(f'{distribution}: servers that join pin the authority', two.content(token) == f'K10{pin}::server:{server}')
        check(f'{distribution}: agents pin it', three.content(token) == f'K10{pin}::node:{agent}')
        check(f'{distribution}: its key is on the first server alone', not two.content(key) and not three.content(key))
    halves = [
        openssl('openssl x509 -noout -pubkey', one.content(authority)),
        openssl('openssl pkey -pubout', one.content(key)),
    ]
    check(f'{distribution}: the authority and its key belong together', halves[0] == halves[1])
    before = {node: (lab.folder / 'out' / 'nodes' / node / 'user-data').read_bytes() for node in ['one', 'two', 'three']}
    lab.write('{}')
    lab.kindling('up', '--once')
    after = {node: (lab.folder / 'out' / 'nodes' / node / 'user-data').read_bytes() for node in before}
    check(f'{distribution}: a second up changes no byte', before == after)


for distribution in VERSIONS:
    lab = Lab(distribution)
    judge_tokens(lab)
    judge_files(lab)
    files, main, source, folder = judge_install(lab)
    if distribution == 'kubeadm':
        judge_kubeadm(lab, files, source)
        judge_apply(lab, files, source, folder)
    else:
        judge_pin(lab, files, main)
sys.exit(1 if failed else 0)

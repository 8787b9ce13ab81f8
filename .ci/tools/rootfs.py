"""A Debian root made by debootstrap, entered as a machine that boots: what root.py runs cloud-init in.

The machine is a chroot with a name and processes of its own; what is mounted below it is seen in the namespace of its
caller alone. It has no device of the host, and may not write to /sys and /proc/sys. systemd does not run in it, so some
programs are stand-ins, first in PATH, which write down how they are called:

- systemctl, which hands `enable` of a unit that user-data wrote on to the real one: that needs no running systemd
- apt-get, modprobe, sysctl, ctr, and kubeadm, which have nothing to work on here, and sleep, which costs time alone
- k3s, rke2, kubelet, kubectl and kubeadm, which say the version that the lab pins
"""

import hashlib
import os
import pathlib
import platform
import re
import shutil
import stat
import subprocess

PACKAGES = (
    'ca-certificates', 'cloud-init', 'curl', 'iproute2', 'netplan.io', 'openssh-server', 'procps', 'sudo', 'systemd',
    'udev',
    # debootstrap does not find who provides a virtual package: cloud-init needs this one.
    'python3-cffi-backend',
)
STAGES = (('init', '--local'), ('init',), ('modules', '--mode=config'), ('modules', '--mode=final'))
PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
CALLS = '/run/stand-ins'

RECORD = f'printf \'%s\\n\' "${{0##*/}} $*" >>{CALLS}\n'
STAND_INS = {name: RECORD for name in ('apt-get', 'modprobe', 'sysctl', 'ctr', 'sleep')} | {
    'systemctl': RECORD + '[ "$1" != enable ] || [ ! -e "/etc/systemd/system/$2" ] || exec /usr/bin/systemctl "$@"\n',
}
PROGRAMS = {
    'k3s': 'echo "k3s version {version} (0000000)"\n',
    'rke2': 'echo "rke2 version {version} (0000000)"\n',
    'kubelet': 'echo "Kubernetes {version}"\n',
    'kubectl': 'echo "Client Version: {version}"\n',
    'kubeadm': 'if [ "$1" = version ]; then echo {version}; exit; fi\n' + RECORD
    + 'touch /etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf\n',
}

# What an image of Debian's has, and debootstrap leaves out or takes from the machine that it runs on.
IMAGE = {
    'etc/default/locale': 'LANG=C.UTF-8\n',
    'etc/hostname': 'localhost\n',
    'etc/hosts': '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n',
    'etc/resolv.conf': '',
}

# What differs from boot to boot by its nature, and why.
EXCLUDED = {
    'dev|proc|sys|run|tmp': 'made anew at each boot, by the kernel and by who boots',
    'var/log': 'logs',
    'var/cache': 'caches',
    'var/lib/cloud': "cloud-init's own notes: times, processes, boots",
    'etc/ssh/ssh_host_.*': 'keys that the machine makes for itself',
    'var/lib/systemd': 'times and seeds of systemd',
    r'etc/(passwd|shadow|group|gshadow|subuid|subgid)-': 'former versions of the files, kept by useradd',
    r'.*/__pycache__': "Python's caches, which hold times",
}
EXCLUSION = re.compile(f'(?:{"|".join(EXCLUDED)})(?:/|$)')


class Refused(Exception):
    """The machine that this runs on does not allow, or does not have, what is needed."""


def run(*command, **options):
    return subprocess.run([str(word) for word in command], text=True, capture_output=True, **options)


def mirror():
    """Where this machine's own apt gets Debian from."""
    machine = platform.freedesktop_os_release()
    if machine['ID'] != 'debian':
        raise Refused(f'this is {machine["ID"]}, whose mirror has no Debian')
    listed = run('apt-get', 'indextargets', '--format', '$(RELEASE) $(COMPONENT) $(REPO_URI)', 'Created-By: Packages')
    for line in listed.stdout.splitlines():
        release, component, url = line.split(' ', 2)
        if (release, component) == (machine.get('VERSION_CODENAME'), 'main'):
            return url
    raise Refused('the apt of this machine has no source of its own release')


def proxies():
    """The proxies of this machine's own apt, as variables."""
    found = {}
    for scheme in ('http', 'https'):
        said = run('apt-config', 'shell', 'value', f'Acquire::{scheme}::Proxy').stdout
        value = said.partition('=')[2].strip().strip("'")
        if value and value != 'DIRECT':
            found[f'{scheme}_proxy'] = value
    return found


def archive(cache, suite):
    """The root as debootstrap leaves it, packed; made when there is none for the suite and these packages."""
    digest = hashlib.sha256(' '.join((suite, *sorted(PACKAGES))).encode()).hexdigest()[:16]
    packed = cache / f'root-{suite}-{digest}.tar'
    if packed.exists():
        return packed
    if not shutil.which('debootstrap'):
        raise Refused('there is no debootstrap')
    url = mirror()
    cache.mkdir(parents=True, exist_ok=True)
    for former in cache.glob(f'root-{suite}-*'):
        shutil.rmtree(former) if former.is_dir() else former.unlink()
    folder = cache / f'root-{suite}-making'
    made = run(
        'unshare', '--mount', '--pid', '--fork', '--kill-child', 'debootstrap', '--variant=minbase',
        '--components=main',
        f'--include={",".join(PACKAGES)}', suite, folder, url, env=os.environ | proxies(),
    )
    if made.returncode:
        tail = ' '.join(made.stdout.splitlines()[-3:] + made.stderr.splitlines()[-3:])
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(f'debootstrap of {suite} from {url}: {tail}')
    shutil.rmtree(folder / 'var/cache/apt', ignore_errors=True)
    part = packed.with_suffix('.part')
    run('tar', '--numeric-owner', '--xattrs', '-cf', part, '-C', folder, '.', check=True)
    part.rename(packed)
    shutil.rmtree(folder)
    return packed


class Root:
    """A root in memory, unpacked from an archive."""

    def __init__(self, packed, folder, version):
        self.path = folder
        folder.mkdir(parents=True)
        self.mount('-t', 'tmpfs', '-o', 'mode=0755,size=2g', 'overlayroot', at='')
        run('tar', '--numeric-owner', '--xattrs', '-xpf', packed, '-C', folder, check=True)
        for name, body in (STAND_INS | PROGRAMS).items():
            file = folder / 'usr/local/bin' / name
            file.write_text(f'#!/bin/sh\n{body.replace("{version}", version)}')
            file.chmod(0o755)
        for path, text in IMAGE.items():
            (self.path / path).write_text(text)
        self.start()

    def mount(self, *words, at):
        (self.path / at).mkdir(parents=True, exist_ok=True)
        mounted = run('mount', *words, self.path / at)
        if mounted.returncode:
            raise Refused(' '.join(mounted.stderr.split()))

    def start(self):
        """Mounts what a kernel and systemd give a machine that boots."""
        self.mount('-t', 'sysfs', '-o', 'ro', 'sysfs', at='sys')
        self.mount('-t', 'tmpfs', '-o', 'mode=0755', 'dev', at='dev')
        for name in ('null', 'zero', 'full', 'random', 'urandom', 'tty'):
            (self.path / 'dev' / name).touch()
            run('mount', '--bind', f'/dev/{name}', self.path / 'dev' / name, check=True)
        (self.path / 'dev/fd').symlink_to('/proc/self/fd')
        for name in ('run', 'tmp'):
            self.mount('-t', 'tmpfs', '-o', 'mode=1777' if name == 'tmp' else 'mode=0755', name, at=name)
        (self.path / 'run/lock').mkdir()

    def stop(self):
        """Takes away what `start` mounted. What the machine mounted for itself stays: a root in memory boots once."""
        for name in ('sys', 'dev', 'run', 'tmp'):
            run('umount', '--recursive', self.path / name)

    def remove(self):
        self.stop()
        run('umount', '--recursive', self.path, check=True)
        self.path.rmdir()

    def enter(self, script, **options):
        """Runs a shell script in the root, with processes and a name of its own, and an empty kernel command line."""
        wrapped = (
            'set -eu; hostname "$(cat "$ROOT/etc/hostname")"; mount -t proc proc "$ROOT/proc"\n'
            'trap \'umount --recursive "$ROOT/proc"\' EXIT\n'
            'mount --bind "$ROOT/proc/sys" "$ROOT/proc/sys" && mount -o remount,ro,bind "$ROOT/proc/sys"\n'
            ': >"$ROOT/run/cmdline" && mount --bind "$ROOT/run/cmdline" "$ROOT/proc/cmdline"\n'
            'chroot "$ROOT" /bin/sh -c "$SCRIPT"\n'
        )
        environment = {
            'PATH': PATH, 'HOME': '/root', 'LC_ALL': 'C.UTF-8', 'ROOT': str(self.path), 'SCRIPT': script,
        }
        return run(
            'unshare', '--uts', '--pid', '--ipc', '--fork', '--kill-child', 'sh', '-c', wrapped, env=environment,
            stdin=subprocess.DEVNULL, **options,
        )

    def seed(self, node):
        """Lays a node's files where the NoCloud source looks for them."""
        folder = self.path / 'var/lib/cloud/seed/nocloud'
        folder.mkdir(parents=True)
        for name in ('meta-data', 'user-data', 'network-config'):
            shutil.copy(node / name, folder / name)

    def boot(self):
        """cloud-init's stages, one after the other: for each its words, exit code and output; and the host's name."""
        script = ''.join(
            f'cloud-init {" ".join(stage)} >/run/stage-{number} 2>&1; echo $? >/run/code-{number}\n'
            for number, stage in enumerate(STAGES)
        )
        booted = self.enter(f'{script}hostname >/run/name\n')
        if booted.returncode:
            raise Refused(f'the root cannot be entered: {" ".join(booted.stderr.split())}')
        return [
            (' '.join(stage), int(self.text(f'run/code-{number}')), self.text(f'run/stage-{number}'))
            for number, stage in enumerate(STAGES)
        ]

    def text(self, path):
        file = self.path / path.lstrip('/')
        return file.read_text(errors='replace') if file.exists() else ''

    def calls(self):
        """How the stand-ins were called since the root was started."""
        return self.text(CALLS).splitlines()

    def manifest(self):
        """Path to kind, mode, owner and content of everything that stays the same over boots; see EXCLUDED."""
        found = {}
        for folder, folders, names in os.walk(self.path):
            relative = os.path.relpath(folder, self.path)
            prefix = '' if relative == '.' else f'{relative}/'
            folders[:] = [name for name in folders if not EXCLUSION.match(prefix + name)]
            for name in folders + names:
                if not EXCLUSION.match(prefix + name):
                    found[prefix + name] = describe(pathlib.Path(folder, name), prefix + name)
        return found


# Lines that hold a time: the day of the last change of a password, and when cloud-init wrote a file.
TIMES = {
    'etc/shadow': (rb'(?m)^([^:]*:[^:]*):\d*:', rb'\1::'),
    'etc/sudoers.d/90-cloud-init-users': (rb'(?m)^# Created by cloud-init .*$', b''),
}


def describe(path, name):
    status = path.lstat()
    owner = f'{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}'
    if stat.S_ISLNK(status.st_mode):
        return f'{owner} -> {os.readlink(path)}'
    if not stat.S_ISREG(status.st_mode):
        return owner
    content = path.read_bytes()
    if name in TIMES:
        content = re.sub(*TIMES[name], content)
    return f'{owner} {hashlib.sha256(content).hexdigest()}'


def differences(one, other):
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))

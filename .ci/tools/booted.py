"""What is in a root that booted, beside the user-data that it was given: each function yields what is not as asked."""

import base64
import gzip
import re
import urllib.parse

import yaml

UNITS = re.compile(r'/etc/systemd/system/([\w@.-]+\.(?:service|path|timer|mount))')


def content_of(entry):
    content = entry.get('content', '').encode()
    encoding = entry.get('encoding', 'text/plain')
    if 'b64' in encoding or 'base64' in encoding:
        content = base64.b64decode(content)
    return gzip.decompress(content) if encoding.startswith('gz') else content


def wrong_files(data, root):
    """The files of write_files that are not what they should be."""
    entries, appended = {}, {}
    for entry in data.get('write_files') or []:
        if entry.get('append'):
            appended.setdefault(entry['path'], []).append(entry)
        else:
            entries[entry['path']] = entry
    for path, entry in (*entries.items(), *((path, each[-1]) for path, each in appended.items())):
        file = root.path / path.lstrip('/')
        if not file.is_file():
            yield f'{path} is not there'
            continue
        tail = b''.join(content_of(each) for each in appended.get(path, []))
        found, wanted = file.read_bytes(), content_of(entry) + tail
        if not (found == wanted if path in entries else found.endswith(tail) and found.count(tail) == 1):
            yield f'{path} has other content'
        mode, status = int(entry.get('permissions', '0644'), 8), file.stat()
        if status.st_mode & 0o7777 != mode:
            yield f'{path} has mode {status.st_mode & 0o7777:04o}'
        if f'{status.st_uid}:{status.st_gid}' != numbers(root, entry.get('owner', 'root:root')):
            yield f'{path} belongs to {status.st_uid}:{status.st_gid}'


def numbers(root, owner):
    user, _, group = owner.partition(':')
    ids = [
        next((line.split(':')[2] for line in root.text(file).splitlines() if line.startswith(f'{name}:')), name)
        for file, name in (('etc/passwd', user), ('etc/group', group or user))
    ]
    return ':'.join(ids)


def certificates(text):
    """The certificates in a text of PEM, each without its line breaks."""
    found = re.findall('-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----', text, re.S)
    return {''.join(block.split()) for block in found}


def missing_roots(data, root):
    """CAs that are not trusted, each by itself and in the bundle."""
    # cloud-init of Debian 12 writes to the folder of the distribution, later ones to the local one.
    sources = [
        file.read_text() for folder in ('usr/share', 'usr/local/share')
        for file in (root.path / folder / 'ca-certificates').glob('cloud-init-ca-cert*.crt')
    ]
    bundle = certificates(root.text('etc/ssl/certs/ca-certificates.crt'))
    for number, pem in enumerate((data.get('ca_certs') or {}).get('trusted') or []):
        if not certificates(pem) <= certificates(''.join(sources)):
            yield f'root {number} is in no folder of ca-certificates'
        if not certificates(pem) <= bundle:
            yield f'root {number} is not in ca-certificates.crt'


def wrong_accounts(data, root):
    """Accounts that are not as `users` and `ssh_authorized_keys` have them."""
    passwd = {line.split(':')[0]: line.split(':') for line in root.text('etc/passwd').splitlines()}
    shadow = {line.split(':')[0]: line.split(':')[1] for line in root.text('etc/shadow').splitlines()}
    groups = {line.split(':')[0]: line.split(':')[3].split(',') for line in root.text('etc/group').splitlines()}
    cloud = yaml.safe_load(root.text('etc/cloud/cloud.cfg'))
    standard = cloud['system_info']['default_user']['name']
    listed = data.get('users') or ['default']
    accounts = [user for user in listed if isinstance(user, dict)]
    if 'default' in listed:
        accounts.append({'name': standard, 'ssh_authorized_keys': data.get('ssh_authorized_keys') or []})
    for user in accounts:
        name, wanted = user['name'], user.get('passwd', user.get('hashed_passwd'))
        if name not in passwd:
            yield f'there is no {name}'
            continue
        if 'shell' in user and passwd[name][6] != user['shell']:
            yield f'{name} has the shell {passwd[name][6]}'
        # A password that is locked has a mark before it.
        if wanted and shadow[name].lstrip('!') != wanted:
            yield f'{name} has another hash'
        if user.get('lock_passwd', True) != shadow[name].startswith(('!', '*')):
            yield f'{name}: lock_passwd is not what /etc/shadow has'
        asked = user.get('groups') or []
        for group in asked if isinstance(asked, list) else re.split(r',\s*', asked):
            if name not in groups.get(group, []):
                yield f'{name} is not in {group}'
        if user.get('sudo') and f'{name} ' not in root.text('etc/sudoers.d/90-cloud-init-users'):
            yield f'{name} may not become root'
        keys = root.text(f'{passwd[name][5]}/.ssh/authorized_keys')
        for key in user.get('ssh_authorized_keys') or []:
            if key not in keys.splitlines():
                yield f'{name} has not the key {key}'


def wrong_passwords(passwords, root):
    """Accounts whose hash the root's own crypt does not make of the password that kindling shows."""
    shadow = {line.split(':')[0]: line.split(':')[1] for line in root.text('etc/shadow').splitlines()}
    for name, password in passwords.items():
        (root.path / 'run/password').write_text(password)
        (root.path / 'run/hash').write_text(shadow[name])
        made = root.enter("perl -e 'print crypt(`cat /run/password`, `cat /run/hash`)'")
        if made.stdout != shadow[name]:
            yield f'the password of {name} does not fit'


def wrong_sign_in(data, root):
    """What sudo and sshd think of their files, and whether SSH takes passwords."""
    checked = root.enter('visudo -c')
    if checked.returncode:
        yield checked.stderr
    settings = root.enter('mkdir -p /run/sshd && sshd -T')
    wanted = f'passwordauthentication {"yes" if data.get("ssh_pwauth") else "no"}'
    if wanted not in settings.stdout.splitlines():
        yield f'sshd does not say {wanted}: {settings.stderr}'


def wrong_network(config, root):
    """What netplan was given, and makes of it, beside what was rendered."""
    written = yaml.safe_load(root.text('etc/netplan/50-cloud-init.yaml') or 'null')
    if not written or written['network'].get('ethernets') != config.get('network', config).get('ethernets'):
        yield f'netplan was given {written}'
    generated = root.enter('netplan generate && cat /run/systemd/network/*.network')
    if generated.returncode:
        yield f'netplan refuses it: {generated.stderr}'
    for interface in config.get('network', config)['ethernets'].values():
        for address in interface.get('addresses', []):
            if f'Address={address}' not in generated.stdout.splitlines():
                yield f'systemd-networkd is not told {address}'


def wrong_runs(data, root):
    """Commands of runcmd that did not do what they are for: units that are enabled and started, packages asked for."""
    calls = root.calls()
    for entry in data.get('write_files') or []:
        unit = UNITS.fullmatch(entry['path'])
        if not unit or '[Install]' not in entry['content']:
            continue
        name = unit.group(1)
        if name not in [link.name for link in (root.path / 'etc/systemd/system').glob('*.wants/*')]:
            yield f'{name} is not enabled'
        if name != 'kubelet.service' and not any(
            re.fullmatch(rf'systemctl (start|restart)( --no-block)? {name}', call) for call in calls
        ):
            yield f'{name} was not started'
        if 'systemctl daemon-reload' not in calls:
            yield 'systemd was not told of new units'
    asked = ' '.join(call for call in calls if call.startswith('apt-get') and ' install ' in call).split()
    for package in data.get('packages') or []:
        if package not in asked:
            yield f'{package} was not asked for'
    if data.get('runcmd') and not calls:
        yield 'runcmd called nothing'


def faulty_units(data, root):
    """What systemd says of the units, where the programs that they name are at their places."""
    units = [path for path in (entry['path'] for entry in data.get('write_files') or []) if UNITS.fullmatch(path)]
    if units:
        verified = root.enter(f'systemd-analyze verify --man=no --recursive-errors=no {" ".join(units)}')
        yield from (line for line in (verified.stdout + verified.stderr).splitlines() if line)


def wrong_names(lab, node, root):
    name, hosts = root.text('run/name').strip(), root.text('etc/hosts').split('\n')
    if name != node or root.text('etc/hostname').strip() != node:
        yield f'the host calls itself {name}'
    issuer = urllib.parse.urlsplit(lab['identity']['issuer']).hostname
    lines = [line.split('#')[0].split() for line in hosts if issuer in line.split('#')[0].split()]
    if lines != [[lab['identity']['address'], issuer]]:
        yield f'/etc/hosts has {lines}'

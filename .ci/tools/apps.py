#!/usr/bin/env python3
"""Do the apps' outputs mean to their readers what lab.yaml says? apps.py LAB OUT

OUT is what was rendered of LAB, its apps not installed by a cluster, with the templates of `apps.py --templates DIR`.
Reads as the apps do: Argo CD's policy by a reader of CSV, Grafana's role expression by JMESPath after its way through
the INI file that the chart makes, Zot's files by a reader of JSON.

Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import configparser
import csv
import json
import pathlib
import random
import sys

import jmespath
import yaml

PIECES = ['`', '"', "'", '\\', '$', '${x}', '$__env{HOME}', '{', '}', '%', '%(x)s', '#', ';', ' # ', ',', '=', '[', ']',
          ' ', 'a', 'Z', '0', 'é', '😀', '||', '&&', '\t', '\u2028', '\\u0060', '"`"', "')", '`[]`']
RANKS = ['GrafanaAdmin', 'Admin', 'Editor', 'Viewer', 'None']
failures = 0


def check(name, fault):
    global failures
    failures += 1 if fault else 0
    print(f'FAIL {name} -- {str(fault)[:1500]}' if fault else f'PASS {name}')


def words():
    """Strings that break grammars; the same in every run."""
    chance = random.Random(7)
    return PIECES + [''.join(chance.choices(PIECES, k=chance.randint(2, 7))) for _ in range(300)]


def write_templates(folder):
    """An app of one's own whose values hold every string in the grammars that templates can make."""
    app = folder / 'apps/probe'
    app.mkdir(parents=True)
    (app / 'app.yaml').write_text('name: Probe\nredirectPaths: [/cb]\nsecretForm: none\ntrustForm: none\nreload: none\n')
    lines = ['values:\n']
    for word in (word for word in words() if '{{' not in word):
        text = yaml.safe_dump(word, default_style='"', width=1 << 20).strip()
        lines.append(f'  - {{literal: !jmespath {text}, record: !csv [a, {text}], document: !json [{text}]}}\n')
    (app / 'values.yaml').write_text(''.join(lines))


def record(text):
    """The fields of a line as Argo CD's reader takes them."""
    return next(csv.reader([text], skipinitialspace=True, strict=True))


def probe(out):
    values = yaml.safe_load((out / 'apps/probe/values.yaml').read_text())['values']
    expected = [word for word in words() if '{{' not in word]
    check('every string was rendered', None if len(values) == len(expected) else len(values))
    pairs = list(zip(expected, values))
    expression = 'contains(groups, {})'.format
    faults = [word for word, value in pairs
              if not jmespath.search(expression(value['literal']), {'groups': ['x', word]})
              or jmespath.search(expression(value['literal']), {'groups': [word + 'x', value['literal'], '']})]
    check('JMESPath reads every literal as the string', faults)
    check('CSV reads every record as the strings', [w for w, v in pairs if record(v['record']) != ['a', w]])
    check('JSON reads every document as the string', [w for w, v in pairs if json.loads(v['document']) != [w]])


def grafana(out, roles):
    values = yaml.safe_load((out / 'apps/grafana/values.yaml').read_text())
    # As the template grafana.configData of the chart writes it.
    lines = []
    for section, keys in values['grafana.ini'].items():
        lines.append(f'[{section}]')
        lines += [f'{key} = {str(value).lower() if isinstance(value, bool) else value}' for key, value in keys.items()]
    text = '\n'.join(lines) + '\n'
    check('no value of grafana.ini is a template of Helm or a comment', [c for c in '{}#;%\\$' if c in text.replace('\\u', '')])
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.read_string(text)
    expression = parser['auth.generic_oauth']['role_attribute_path']
    groups = {group: role for role in reversed(RANKS) for group in roles.get(role, [])}
    faults = []
    for claim in [[group] for group in groups] + [list(groups), ['nobody'], [], None]:
        role = jmespath.search(expression, {'groups': claim} if claim is not None else {})
        ranked = [rank for rank in RANKS if any(groups.get(group) == rank for group in claim or [])]
        if (role or None) != (ranked[0] if ranked else None):
            faults.append(f'{claim}: {role}')
    check('Grafana gives every group its role, the strongest first, and others none', faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--templates', type=pathlib.Path)
    parser.add_argument('paths', nargs='*', type=pathlib.Path)
    options = parser.parse_args()
    if options.templates:
        write_templates(options.templates)
        return
    lab, out = options.paths
    clients = {client['app']: client for client in yaml.safe_load(lab.read_text())['clients']}
    roles = {app: client.get('roles', {}) for app, client in clients.items()}
    probe(out)
    policy = yaml.safe_load((out / 'apps/argocd/values.yaml').read_text())['configs']['rbac']['policy.csv']
    expected = [['g', group, f'role:{role}'] for role, groups in roles['argocd'].items() for group in groups]
    read = [record(line) for line in policy.splitlines() if line.strip() and not line.startswith('#')]
    check("Argo CD's policy gives every group its role", None if read == expected else read)
    grafana(out, roles['grafana'])
    config = json.loads(yaml.safe_load((out / 'apps/zot/values.yaml').read_text())['configFiles']['config.json'])
    admins = config['http']['accessControl']['adminPolicy']['groups']
    check("Zot's administrators are the groups of lab.yaml", None if admins == roles['zot']['admin'] else admins)
    secret = yaml.safe_load((out / 'apps/zot/objects/oidc.yaml').read_text())['stringData']['credentials.json']
    credentials = json.loads(secret)
    check("Zot's credentials are JSON", None if credentials['clientid'] == 'zot' and credentials['clientsecret'] else 'no')


main()
sys.exit(1 if failures else 0)

#!/usr/bin/env python3
"""Do the pages say what is so? pages.py --binary FILE

- every key of `kindling schema` has its row in docs/lab-yaml.md
- every command that README.md and docs/ show exists, with the flags that it is shown with
- every link between pages leads to a file

Prints PASS or FAIL per check. Exit code 1 when a check failed.
"""

import argparse
import json
import pathlib
import re
import shlex
import subprocess
import sys

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('--binary', required=True)
options = parser.parse_args()
root = pathlib.Path(__file__).resolve().parents[2]
pages = [root / 'README.md', root / 'CONTRIBUTING.md', root / 'bench/README.md', *sorted((root / 'docs').rglob('*.md'))]
failures = 0


def check(name, faults):
    global failures
    if faults:
        failures += 1
        print(f'FAIL {name} -- {"; ".join(sorted(faults))[:1500]}')
    else:
        print(f'PASS {name}')


def keys(schema):
    """Every property name of a JSON Schema, however deep."""
    if isinstance(schema, dict):
        for name, value in schema.items():
            if name in ('properties',) and isinstance(value, dict):
                yield from value
            yield from keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys(value)


def run(*arguments):
    return subprocess.run([options.binary, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def commands(text):
    """The kindling command lines in code blocks and code spans."""
    blocks = re.findall(r'```\w*\n(.*?)```', text, re.S)
    spans = re.findall(r'`(kindling [^`\n]+)`', re.sub(r'```.*?```', '', text, flags=re.S))
    for line in [line for block in blocks for line in block.replace('\\\n', ' ').splitlines()] + spans:
        for part in re.split(r'\||&&|;', line.split(' #')[0]):
            part = part.strip()
            part = part.removeprefix('sudo ').removeprefix('.build/debug/')
            if re.match(r'kindling [a-z-]', part):
                yield re.split(r'\s[<>]', part)[0].strip()


def main():
    reference = (root / 'docs/lab-yaml.md').read_text()
    documented = set(re.findall(r'^\| `([^`]+)`', reference, re.M))
    last = {name.rsplit('.', 1)[-1] for name in documented}
    schema = json.loads(run('schema').stdout)
    check('docs/lab-yaml.md has every key of the schema', {key for key in keys(schema) if key not in last})

    faults = set()
    helps = {}
    for page in pages:
        for line in commands(page.read_text()):
            try:
                words = shlex.split(line)[1:]
            except ValueError:
                faults.add(f'{page.name}: {line}')
                continue
            words = [word for word in words if word != '…']
            path = []
            for word in words:
                if re.fullmatch(r'[a-z][a-z-]*', word) and len(path) < 3:
                    path.append(word)
                else:
                    break
            while path:
                key = ' '.join(path)
                if key not in helps:
                    answer = run(*path, '--help')
                    usage = re.search(r'USAGE: (.*)', answer.stdout)
                    helps[key] = answer.stdout if usage and usage.group(1).startswith(f'kindling {key}') else None
                    # A command of several does one of them by itself, with the flags of that one.
                    if helps[key] and (default := re.search(r'^  (\S+) \(default\)', answer.stdout, re.M)):
                        helps[key] += run(*path, default.group(1), '--help').stdout
                if helps[key] is not None:
                    break
                path.pop()
            if not path:
                if not line.startswith('kindling --'):
                    faults.add(f'{page.name}: no such command: {line}')
                continue
            for flag in re.findall(r'(?<=\s)--[a-z-]+', line):
                if flag not in helps[' '.join(path)]:
                    faults.add(f'{page.name}: {" ".join(path)} has no {flag}')
    check('every command that the pages show exists', faults)

    faults = set()
    for page in pages:
        for target in re.findall(r'\]\(([^)#\s]+)(?:#[^)]*)?\)', page.read_text()):
            if not target.startswith(('http:', 'https:')) and not (page.parent / target).exists():
                faults.add(f'{page.name}: {target}')
    check('every link between pages leads to a file', faults)


main()
sys.exit(1 if failures else 0)

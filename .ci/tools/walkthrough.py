"""What the tools share that walk through a page of the documentation: its blocks, and whether a program printed what one shows."""

import re


def blocks(text, section=None):
    """The shell and YAML blocks of a page, or of one section, each with its line, and the text that follows it."""
    lines = text.splitlines()
    found, index = [], lines.index(f'## {section}') + 1 if section else 0
    while index < len(lines) and not (section and lines[index].startswith('## ')):
        if lines[index] in ('```sh', '```text', '```yaml'):
            end = lines.index('```', index + 1)
            if lines[index] == '```text':
                found[-1]['output'] = lines[index + 1:end]
            else:
                kind = lines[index].removeprefix('```')
                found.append({'kind': kind, 'line': index + 2, 'command': lines[index + 1:end], 'output': None})
            index = end
        index += 1
    return found


def plain(line):
    """A line without what differs between runs."""
    line = re.sub(r'\b[0-9A-F]{2}(:[0-9A-F]{2}){31}\b|\b[0-9A-F]{2}:[0-9A-F]{2}:…', 'FINGERPRINT', line)
    line = re.sub(r'\b[0-9a-f]{40}\b', 'SERIAL', line)
    line = re.sub(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', 'TIME', line)
    return re.sub(r' {2,}', '  ', line).strip()


def unlike(shown, printed):
    """The first shown line that was not printed where it should be; None when all were."""
    position, anywhere = 0, False
    for line in shown:
        if line.strip() == '…':
            anywhere = True
            continue
        pattern = re.compile('.*'.join(re.escape(part) for part in plain(line).split('…')))
        rest = printed[position:] if anywhere else printed[position:position + 1]
        hit = next((index for index, other in enumerate(rest) if pattern.fullmatch(plain(other))), None)
        if hit is None:
            return line
        position, anywhere = position + hit + 1, False
    return None if anywhere or position == len(printed) else f'and then: {printed[position]}'


def wanted_code(command):
    """The exit code that a block says it ends with; 0 where it says none."""
    wanted = re.search(r'# exit code (\d+)$', command, re.M)
    return int(wanted.group(1)) if wanted else 0

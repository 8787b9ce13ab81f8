"""What kindling wrote for clusters, as documents and charts: read for manifests.py.

A set is what comes to one cluster together: the folder cluster/ with its secrets, what user-data of a node brings, or
an app that is installed by hand.
"""

import dataclasses
import re

import documents
import yaml

MANIFESTS = re.compile(r'/var/lib/rancher/(k3s|rke2)/server/manifests/.+|/etc/kindling/apply/manifests/.+')
VALUES = re.compile(r'/etc/kindling/apply/charts/(.+)\.yaml')
WITH_NAME = re.compile(r'.*\.(yaml|yml)')
# Where the programs of a node read.
READ = ('/etc/rancher/', '/etc/kubernetes/', '/etc/kindling/', '/var/lib/rancher/', '/var/lib/kubelet/')


@dataclasses.dataclass
class Object:
    """A document, where it stands, and its place in the order in which a set is applied."""
    where: str
    order: tuple
    body: dict

    @property
    def kind(self):
        return self.body.get('kind')

    @property
    def name(self):
        return (self.body.get('metadata') or {}).get('name')

    @property
    def namespace(self):
        return (self.body.get('metadata') or {}).get('namespace')


@dataclasses.dataclass
class Chart:
    where: str
    order: tuple
    chart: str
    release: str
    namespace: str
    values: object
    makes_namespace: bool


class Set:
    """Documents and charts that come together. `by_hand`: in a namespace that the user makes, beside `trusted`."""

    def __init__(self, name, by_hand=False, trusted=()):
        self.name, self.by_hand, self.trusted = name, by_hand, trusted
        self.objects, self.charts, self.files = [], [], []


def read(text):
    return [document for document in yaml.load_all(text, documents.Loader) if document is not None]


def first(text):
    """The first document of a text, as values of a chart."""
    return (read(text) or [{}])[0]


def base(chart):
    """The name of a chart, which may come with the address of a registry."""
    return chart.rsplit('/', 1)[-1]


def add(group, where, name, text):
    """The documents of a text, by what they are."""
    for number, body in enumerate(read(text)):
        place = where if number == 0 else f'{where}#{number + 1}'
        if isinstance(body, dict) and ('kind' in body or 'apiVersion' in body):
            group.objects.append(Object(place, (name, number), body))
        else:
            group.files.append((place, body))


def charts_of(group):
    """The charts that objects of the set install."""
    for each in list(group.objects):
        spec = each.body.get('spec') or {}
        if each.kind == 'HelmChart':
            values = first(spec.get('valuesContent') or '')
            yield Chart(
                each.where, each.order, base(spec.get('chart', '')), each.name, spec.get('targetNamespace', ''), values,
                spec.get('createNamespace', False),
            )
        elif each.kind == 'HelmChartConfig':
            values = first(spec['valuesContent'])
            yield Chart(each.where, each.order, each.name, each.name, each.namespace, values, False)
        elif each.kind == 'Application' and (spec.get('source') or {}).get('chart'):
            source, options = spec['source'], (spec.get('syncPolicy') or {}).get('syncOptions', [])
            helm = source.get('helm') or {}
            values = helm.get('valuesObject') or first(helm.get('values') or '')
            yield Chart(
                each.where, each.order, base(source['chart']), helm.get('releaseName', each.name),
                spec['destination'].get('namespace'), values, 'CreateNamespace=true' in options,
            )


def helm_folder(group, folder):
    """Charts of the layouts that leave them to helm and kustomize."""
    for script in sorted(folder.rglob('charts/*/install.sh')):
        said = dict(re.findall(r"(?m)^(\w+)='?([^'\n]*)'?$", script.read_text()))
        values = script.with_name('values.yaml')
        group.charts.append(Chart(
            str(script), (script.parent.name, 0), base(said['chart']), said['release'], said['namespace'],
            first(values.read_text()) if values.exists() else {}, '--create-namespace' in script.read_text(),
        ))
    for file in sorted(folder.rglob('charts/kustomization.yaml')):
        for number, entry in enumerate(read(file.read_text())[0].get('helmCharts', [])):
            values = entry.get('valuesFile')
            group.charts.append(Chart(
                f'{file}:{entry["name"]}', (file.name, number), entry['name'], entry['releaseName'], entry['namespace'],
                first((file.parent / values).read_text()) if values else {}, False,
            ))


def folder_set(name, *folders):
    group = Set(name)
    for folder in folders:
        helm_folder(group, folder)
        for path in sorted(folder.rglob('*')):
            if path.is_file() and WITH_NAME.fullmatch(path.name) and path.name != 'values.yaml':
                add(group, str(path), path.name, path.read_text())
    group.charts += charts_of(group)
    return group


def node_set(user_data, role):
    """What a node's user-data writes. A file that is no manifest is judged by where it lies."""
    group, steps = Set(f'node {user_data.parent.name}'), {}
    files = yaml.load(user_data.read_text(), documents.Loader).get('write_files') or []
    contents = {entry['path']: documents.content_of(entry) or '' for entry in files if 'append' not in entry}
    for line in contents.get('/etc/kindling/apply/steps', '').splitlines():
        step, name, *rest = line.split()
        if step == 'chart':
            steps[name] = rest
    for path, content in contents.items():
        where, values = f'{user_data}:{path}', VALUES.fullmatch(path)
        if values:
            if values[1] not in steps:
                group.files.append((f'{where} that no step names', None))
                continue
            release, namespace, chart, *_ = steps[values[1]]
            group.charts.append(Chart(where, (values[1], 0), base(chart), release, namespace, first(content), True))
        elif MANIFESTS.fullmatch(path):
            add(group, where, path.rsplit('/', 1)[-1], content)
        elif WITH_NAME.fullmatch(path) and path.startswith(READ):
            add(group, f'{where}#{role}', path, content)
    group.charts += charts_of(group)
    return group


def app_set(folder, trust):
    """An app installed by hand, in a namespace of its name: that and the lab's ConfigMap are the user's to make."""
    group = Set(f'app {folder.name}', by_hand=True, trusted=trust)
    for path in sorted(folder.rglob('*')):
        if not path.is_file() or not WITH_NAME.fullmatch(path.name):
            continue
        if path.name == 'values.yaml':
            values = first(path.read_text())
            chart = {'argocd': 'argo-cd'}.get(folder.name, folder.name)
            group.charts.append(Chart(str(path), ('', 0), chart, folder.name, folder.name, values, True))
        else:
            add(group, str(path), path.name, path.read_text())
    return group


def sets(out, roles):
    trust = Set('trust', by_hand=True)
    for path in sorted((out / 'trust').glob('*.yaml')):
        add(trust, str(path), path.name, path.read_text())
    found = [trust, folder_set('cluster', out / 'cluster', out / 'secrets/cluster')]
    found += [node_set(path, roles[path.parent.name]) for path in sorted((out / 'nodes').glob('*/user-data'))]
    found += [app_set(path, trust.objects) for path in sorted((out / 'apps').glob('*')) if path.is_dir()]
    rest = Set('secrets', by_hand=True)
    if (out / 'secrets/item.yaml').exists():
        add(rest, str(out / 'secrets/item.yaml'), 'item.yaml', (out / 'secrets/item.yaml').read_text())
    return [*found, rest]

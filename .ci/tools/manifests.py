#!/usr/bin/env python3
"""Are the manifests of outputs what their readers know? manifests.py [--plant] OUT

OUT is a folder of outputs, beside the lab.yaml that it was made from. What stands in files of it, and what user-data writes in
files of the nodes, is held against the schemas of Kubernetes' own kinds in the version of the lab (kubernetes-validate, strict), and
for everything else against kubernetes_keys.py: custom resources, values of charts, texts inside of values, configurations of
programs. A kind, a chart or a file that is in no table is a fault. Then each set of objects, that of the cluster, what the first
server brings, and that of each app that is installed by hand:

- a namespace comes with Kubernetes, or is written before what lies in it, or whoever installs the chart makes it
- Secrets and ConfigMaps that something refers to are written, with the keys that are asked for: by a document, by
  External Secrets, by cert-manager (for a Certificate, or an Ingress that names an issuer), or by trust-manager in a namespace
  with the label of the Bundle
- nothing is written twice

Prints one line per fault and ends with exit code 1. With --plant, faults are planted into what was read, one at a time, and have to
be found: prints PASS or FAIL for each.
"""

import argparse
import collections
import dataclasses
import pathlib
import re
import sys

import documents
import kubernetes_keys as keys
import planted
import shapes
import yaml

BUILT_IN = {'default', 'kube-system', 'kube-public', 'kube-node-lease'}
MANIFESTS = re.compile(r'/var/lib/rancher/(k3s|rke2)/server/manifests/.+|/etc/kindling/apply/manifests/.+')
VALUES = re.compile(r'/etc/kindling/apply/charts/(.+)\.yaml')
WITH_NAME = re.compile(r'.*\.(yaml|yml)')


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
    namespace: str
    values: object
    makes_namespace: bool


class Set:
    """What is applied to one cluster, or looked at alone. `by_hand`: in a namespace that the user makes, beside `trusted`."""

    def __init__(self, name, by_hand=False, trusted=()):
        self.name, self.by_hand, self.trusted = name, by_hand, trusted
        self.objects, self.charts, self.files = [], [], []


def read(text):
    return [document for document in yaml.load_all(text, documents.Loader) if document is not None]


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
            values = read(spec.get('valuesContent') or '') or [{}]
            yield Chart(
                each.where, each.order, spec.get('chart', '').rsplit('/', 1)[-1], spec.get('targetNamespace', ''), values[0],
                spec.get('createNamespace', False),
            )
        elif each.kind == 'HelmChartConfig':
            yield Chart(each.where, each.order, each.name, each.namespace, (read(spec['valuesContent']) or [{}])[0], False)
        elif each.kind == 'Application' and (spec.get('source') or {}).get('chart'):
            source, options = spec['source'], (spec.get('syncPolicy') or {}).get('syncOptions', [])
            helm = source.get('helm') or {}
            values = helm.get('valuesObject') or (read(helm.get('values') or '') or [{}])[0]
            yield Chart(
                each.where, each.order, source['chart'].rsplit('/', 1)[-1], spec['destination'].get('namespace'), values,
                'CreateNamespace=true' in options,
            )


def helm_folder(group, folder):
    """Charts of the layouts that leave them to helm and kustomize."""
    for script in sorted(folder.rglob('charts/*/install.sh')):
        said = dict(re.findall(r"(?m)^(\w+)='?([^'\n]*)'?$", script.read_text()))
        values = script.with_name('values.yaml')
        group.charts.append(Chart(
            str(script), (script.parent.name, 0), said['chart'].rsplit('/', 1)[-1], said['namespace'],
            (read(values.read_text()) or [{}])[0] if values.exists() else {}, '--create-namespace' in script.read_text(),
        ))
    for file in sorted(folder.rglob('charts/kustomization.yaml')):
        for number, entry in enumerate(read(file.read_text())[0].get('helmCharts', [])):
            values = entry.get('valuesFile')
            group.charts.append(Chart(
                f'{file}:{entry["name"]}', (file.name, number), entry['name'], entry['namespace'],
                (read((file.parent / values).read_text()) or [{}])[0] if values else {}, False,
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
            _, namespace, chart, *_ = steps[values[1]]
            order = (values[1], 0)
            group.charts.append(Chart(where, order, chart.rsplit('/', 1)[-1], namespace, (read(content) or [{}])[0], True))
        elif MANIFESTS.fullmatch(path):
            add(group, where, path.rsplit('/', 1)[-1], content)
        elif WITH_NAME.fullmatch(path) and path.startswith(('/etc/rancher/', '/etc/kubernetes/', '/var/lib/kubelet/')):
            add(group, f'{where}#{role}', path, content)
    group.charts += charts_of(group)
    return group


def app_set(folder, trust):
    """An app that the user installs by hand, in a namespace of its name; that and the lab's ConfigMap there are his to make."""
    group = Set(f'app {folder.name}', by_hand=True, trusted=trust)
    for path in sorted(folder.rglob('*')):
        if not path.is_file() or not WITH_NAME.fullmatch(path.name):
            continue
        if path.name == 'values.yaml':
            values = (read(path.read_text()) or [{}])[0]
            chart = {'argocd': 'argo-cd'}.get(folder.name, folder.name)
            group.charts.append(Chart(str(path), ('', 0), chart, folder.name, values, True))
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


class Forms:
    """Whether each document has the form that its reader knows."""

    def __init__(self, judge, out):
        self.judge, self.out = judge, str(out)

    def faults(self, group):
        for each in group.objects:
            yield from (f'{each.where}: {fault}' for fault in self.object(each))
        for each in group.charts:
            shape = keys.CHARTS.get(each.chart)
            if shape is None:
                yield f'{each.where}: values of a chart that is in no table: {each.chart}'
                continue
            yield from (f'{each.where}: values{fault}' for fault in self.judge.faults(each.values or {}, shape))
        for where, body in group.files:
            relative = where.removeprefix(f'{self.out}/')
            shape = next((shape for pattern, shape in keys.FILES if pattern.fullmatch(relative)), None)
            if shape is None:
                yield f'{where}: a document that is in no table'
            else:
                yield from (f'{where}: {fault}' for fault in self.judge.faults(body, shape))

    def object(self, each):
        version, kind = each.body.get('apiVersion'), each.kind
        shape = keys.KINDS.get((version, kind))
        if shape is not None:
            since = keys.SINCE.get(version, (1, 0))
            if since > shapes.number(self.judge.version):
                yield f'{version} is not known in {self.judge.version}'
            yield from self.judge.faults(each.body, shape, kind)
            yield from self.meaning(each)
            return
        found = self.judge.object(each.body)
        if found is None:
            yield f'a kind that is in no table: {version} {kind}'
            return
        yield from (f'{kind}{fault}' for fault in found)
        if not each.name:
            yield f'{kind}: there is no name'
        if each.name and each.name == 'miniflux-oidc' and kind == 'ConfigMap':
            yield from self.judge.faults(each.body.get('data'), keys.MINIFLUX, 'data')

    @staticmethod
    def meaning(each):
        """What tables cannot say."""
        if each.kind == 'AuthenticationConfiguration':
            for entry in each.body.get('jwt') or []:
                several = len(entry['issuer'].get('audiences') or []) > 1
                if several != ('audienceMatchPolicy' in entry['issuer']):
                    yield 'audienceMatchPolicy belongs to more than one audience'
        if each.kind == 'Config':
            named = {key: {entry['name'] for entry in each.body.get(key) or []} for key in ('clusters', 'users', 'contexts')}
            for entry in each.body.get('contexts') or []:
                if entry['context']['cluster'] not in named['clusters'] or entry['context']['user'] not in named['users']:
                    yield f'context {entry["name"]} names what is not there'
            if each.body.get('current-context') not in (named['contexts'] or {None}):
                yield 'current-context names what is not there'
            if bool(named['clusters']) != bool(named['contexts']):
                yield 'clusters and contexts belong together'


Reference = collections.namedtuple('Reference', 'where kind namespace name keys')


def named(values, path):
    """The values at a path such as a.b[].c."""
    head, _, rest = path.partition('.')
    found = (values or {}).get(head.removesuffix('[]')) if isinstance(values, dict) else None
    for each in (found or []) if head.endswith('[]') else [found]:
        if each is not None:
            yield from (named(each, rest) if rest else [each])


def pod_references(where, namespace, value):
    """Secrets and ConfigMaps that parts of a pod name, wherever they stand."""
    if isinstance(value, list):
        for each in value:
            yield from pod_references(where, namespace, each)
    if not isinstance(value, dict):
        return
    for key, kind in (('secretKeyRef', 'Secret'), ('configMapKeyRef', 'ConfigMap')):
        if isinstance(value.get(key), dict) and 'key' in value[key]:
            yield Reference(where, kind, namespace, value[key].get('name'), {value[key]['key']})
    for key, kind in (('secretRef', 'Secret'), ('configMapRef', 'ConfigMap')):
        if isinstance(value.get(key), dict):
            yield Reference(where, kind, namespace, value[key].get('name'), set())
    if isinstance(value.get('configMap'), dict) and 'name' in value and 'name' in value['configMap']:
        items = {item['key'] for item in value['configMap'].get('items', [])}
        yield Reference(where, 'ConfigMap', namespace, value['configMap']['name'], items)
    if isinstance(value.get('secret'), dict) and 'name' in value and 'secretName' in value['secret']:
        items = {item['key'] for item in value['secret'].get('items', [])}
        yield Reference(where, 'Secret', namespace, value['secret']['secretName'], items)
    for each in value.values():
        yield from pod_references(where, namespace, each)


def argo_references(chart):
    """`$name:key` in Argo CD's configuration; `$key` is one of argocd-secret."""
    secret = ((chart.values or {}).get('configs') or {}).get('secret') or {}
    for text in (((chart.values or {}).get('configs') or {}).get('cm') or {}).values():
        for name, key in re.findall(r'\$([\w.-]+)(?::([\w.-]+))?', text) if isinstance(text, str) else []:
            if key:
                yield Reference(chart.where, 'Secret', chart.namespace, name, {key, 'label app.kubernetes.io/part-of=argocd'})
            elif name not in (secret.get('extra') or {}):
                yield Reference(chart.where, 'Secret', chart.namespace, 'argocd-secret', {name})


def references(group):
    for each in group.objects:
        spec = each.body.get('spec') or {}
        if each.kind == 'Ingress':
            for entry in spec.get('tls') or []:
                yield Reference(each.where, 'Secret', each.namespace, entry['secretName'], {'tls.crt', 'tls.key'})
        elif each.kind == 'ClusterIssuer':
            yield Reference(each.where, 'Secret', 'cert-manager', spec['ca']['secretName'], {'tls.crt', 'tls.key'})
        elif each.kind == 'Certificate':
            reference = spec['issuerRef']
            yield Reference(each.where, reference.get('kind', 'Issuer'), None, reference['name'], set())
        elif each.kind == 'HelmChart':
            for key, kind in (('authSecret', 'Secret'), ('dockerRegistrySecret', 'Secret'), ('repoCAConfigMap', 'ConfigMap')):
                if key in spec:
                    yield Reference(each.where, kind, each.namespace, spec[key]['name'], set())
        elif each.kind == 'Bundle':
            for source in spec.get('sources', []):
                for key, kind in (('secret', 'Secret'), ('configMap', 'ConfigMap')):
                    if 'name' in source.get(key, {}):
                        yield Reference(each.where, kind, 'cert-manager', source[key]['name'], {source[key].get('key')} - {None})
        else:
            yield from pod_references(each.where, each.namespace, spec)
        issuer = ((each.body.get('metadata') or {}).get('annotations') or {}).get('cert-manager.io/cluster-issuer')
        if issuer:
            yield Reference(each.where, 'ClusterIssuer', None, issuer, set())
    for chart in group.charts:
        yield from pod_references(chart.where, chart.namespace, chart.values)
        for table, kind in ((keys.NAMED_SECRETS, 'Secret'), (keys.NAMED_CONFIG_MAPS, 'ConfigMap')):
            for path, wanted in table.get(chart.chart, {}).items():
                for name in named(chart.values, path):
                    yield Reference(chart.where, kind, chart.namespace, name, wanted)
        if chart.chart == 'argo-cd':
            yield from argo_references(chart)
    for where, body in group.files if group.by_hand else ():
        yield from pod_references(where, group.name.removeprefix('app '), body)


Product = collections.namedtuple('Product', 'kind namespace name keys where')


def labels(metadata):
    return {f'label {key}={value}' for key, value in (metadata.get('labels') or {}).items()}


def namespaces_with(group, wanted):
    for each in group.objects:
        metadata = each.body.get('metadata') or {}
        if each.kind == 'Application':
            spec = each.body['spec']
            metadata = (spec.get('syncPolicy') or {}).get('managedNamespaceMetadata') or {}
            name = spec['destination'].get('namespace')
        elif each.kind == 'Namespace':
            name = each.name
        else:
            continue
        if wanted.items() <= (metadata.get('labels') or {}).items():
            yield name


def products(group):
    """Everything that a set brings into being, by whomever."""
    for each in group.objects:
        body, spec, metadata = each.body, each.body.get('spec') or {}, each.body.get('metadata') or {}
        if each.kind in ('Secret', 'ConfigMap'):
            held = {key for part in ('data', 'stringData', 'binaryData') for key in body.get(part) or {}}
            yield Product(each.kind, each.namespace, each.name, held | labels(metadata), each.where)
            continue
        if each.name and each.kind != 'Kustomization':
            yield Product(each.kind, each.namespace, each.name, set(), each.where)
        if each.kind == 'ExternalSecret':
            target = spec['target']
            template = target.get('template') or {}
            held = set(template.get('data') or {entry['secretKey'] for entry in spec.get('data', [])})
            made = held | labels(template.get('metadata') or {})
            yield Product('Secret', each.namespace, target.get('name', each.name), made, f'{each.where} (External Secrets)')
        elif each.kind == 'Certificate':
            yield Product(
                'Secret', each.namespace, spec['secretName'], {'tls.crt', 'tls.key', 'ca.crt'}, f'{each.where} (cert-manager)',
            )
        elif each.kind == 'Ingress' and 'cert-manager.io/cluster-issuer' in (metadata.get('annotations') or {}):
            for entry in spec.get('tls') or []:
                held = {'tls.crt', 'tls.key', 'ca.crt'}
                yield Product('Secret', each.namespace, entry['secretName'], held, f'{each.where} (cert-manager)')
        elif each.kind == 'Bundle':
            for key, kind in (('configMap', 'ConfigMap'), ('secret', 'Secret')):
                if key in spec['target']:
                    for namespace in sorted(set(namespaces_with(group, spec['target']['namespaceSelector'].get('matchLabels', {})))):
                        held = {spec['target'][key]['key']}
                        yield Product(kind, namespace, each.name, held, f'{each.where} (trust-manager in {namespace})')


def connections(group):
    """Faults between the documents of a set."""
    writers = collections.defaultdict(list)
    for each in products(group):
        writers[each.kind, each.namespace, each.name].append(each)
    for each in group.trusted:
        namespace, held = group.name.removeprefix('app '), set(each.body.get('data') or {})
        writers[each.kind, namespace, each.name].append(Product(each.kind, namespace, each.name, held, each.where))
    for (kind, namespace, name), several in writers.items():
        if len(several) > 1:
            yield f'{several[0].where}: {kind} {namespace or ""}/{name} is written by {several[1].where} too'
    for each in references(group):
        found = writers.get((each.kind, each.namespace, each.name))
        if not found:
            yield f'{each.where}: nothing writes {each.kind} {each.namespace or ""}/{each.name}'
        elif each.keys - found[0].keys:
            yield f'{each.where}: {each.kind} {each.name} of {found[0].where} has no {sorted(each.keys - found[0].keys)}'
    yield from homeless(group)


def homeless(group):
    """Objects and charts whose namespace is not there when they come."""
    if group.by_hand:
        return
    written = {each.name: each.order for each in group.objects if each.kind == 'Namespace'}
    made = {chart.namespace for chart in group.charts if chart.makes_namespace}
    gateways = {
        parent.get('namespace') for each in group.objects if each.kind == 'HTTPRoute' for parent in each.body['spec']['parentRefs']
    }
    wanted = [(each.where, each.order, each.namespace) for each in group.objects]
    wanted += [(each.where, each.order, each.namespace) for each in group.charts]
    for where, order, namespace in wanted:
        if not namespace or namespace in BUILT_IN | made | gateways:
            continue
        if namespace not in written:
            yield f'{where}: nothing writes the namespace {namespace}'
        elif written[namespace] >= order:
            yield f'{where}: its namespace {namespace} is written later'


def all_faults(forms, group):
    found = list(forms.faults(group))
    try:
        return found + list(connections(group))
    except (AttributeError, KeyError, TypeError):
        if not found:
            raise
        # What lacks a key cannot be followed; that it does was found already.
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('out', type=pathlib.Path)
    parser.add_argument('--lab', type=pathlib.Path, help='the lab.yaml, where it is not beside OUT')
    parser.add_argument('--plant', action='store_true')
    options = parser.parse_args()
    lab = yaml.safe_load((options.lab or options.out.with_name('lab.yaml')).read_text())
    judge = shapes.Judge(lab.get('cluster', {}).get('version', 'v1.33.0'))
    roles = {node['name']: node['role'] for node in lab.get('nodes', [])}
    groups, forms = sets(options.out, roles), Forms(judge, options.out)
    if options.plant:
        sys.exit(planted.judge(groups, lambda group: all_faults(forms, group), references))
    found = [fault for group in groups for fault in all_faults(forms, group)]
    print('\n'.join(found))
    seen = collections.Counter(each.kind for group in groups for each in group.objects)
    seen += collections.Counter(f'values of {chart.chart}' for group in groups for chart in group.charts)
    print(f'looked at, as in Kubernetes {judge.version}: ' + ', '.join(f'{count} {what}' for what, count in sorted(seen.items())))
    sys.exit(1 if found or not seen else 0)


if __name__ == '__main__':
    main()

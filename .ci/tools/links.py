"""What documents of a set say of each other: Secrets, ConfigMaps, issuers and namespaces, for manifests.py."""

import collections
import re

import kubernetes_keys as keys

BUILT_IN = {'default', 'kube-system', 'kube-public', 'kube-node-lease'}
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
                # Argo CD finds it by the label alone.
                wanted = {key, 'label app.kubernetes.io/part-of=argocd'}
                yield Reference(chart.where, 'Secret', chart.namespace, name, wanted)
            elif name not in (secret.get('extra') or {}):
                yield Reference(chart.where, 'Secret', chart.namespace, 'argocd-secret', {name})


HELM_REFERENCES = {'authSecret': 'Secret', 'dockerRegistrySecret': 'Secret', 'repoCAConfigMap': 'ConfigMap'}


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
            for key, kind in HELM_REFERENCES.items():
                if key in spec:
                    yield Reference(each.where, kind, each.namespace, spec[key]['name'], set())
        elif each.kind == 'Bundle':
            for source in spec.get('sources', []):
                for key, kind in (('secret', 'Secret'), ('configMap', 'ConfigMap')):
                    if 'name' in source.get(key, {}):
                        wanted = {source[key].get('key')} - {None}
                        yield Reference(each.where, kind, 'cert-manager', source[key]['name'], wanted)
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
            name = target.get('name', each.name)
            yield Product('Secret', each.namespace, name, made, f'{each.where} (External Secrets)')
        elif each.kind == 'Certificate':
            yield Product(
                'Secret', each.namespace, spec['secretName'], {'tls.crt', 'tls.key', 'ca.crt'},
                f'{each.where} (cert-manager)',
            )
        elif each.kind == 'Ingress' and 'cert-manager.io/cluster-issuer' in (metadata.get('annotations') or {}):
            for entry in spec.get('tls') or []:
                held = {'tls.crt', 'tls.key', 'ca.crt'}
                yield Product('Secret', each.namespace, entry['secretName'], held, f'{each.where} (cert-manager)')
        elif each.kind == 'Bundle':
            for key, kind in (('configMap', 'ConfigMap'), ('secret', 'Secret')):
                if key in spec['target']:
                    wanted = spec['target']['namespaceSelector'].get('matchLabels', {})
                    for namespace in sorted(set(namespaces_with(group, wanted))):
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
            lacking = sorted(each.keys - found[0].keys)
            yield f'{each.where}: {each.kind} {each.name} of {found[0].where} has no {lacking}'
    yield from dead_ends(group)
    yield from elsewhere(group)
    yield from homeless(group)


def backends(each):
    """The services that an Ingress or a route leads to, with their ports."""
    for rule in (each.body.get('spec') or {}).get('rules') or []:
        if each.kind == 'Ingress':
            for path in rule['http']['paths']:
                service = path['backend']['service']
                yield service['name'], service['port'].get('number')
        elif each.kind == 'HTTPRoute':
            for backend in rule.get('backendRefs') or []:
                yield backend['name'], backend['port']


def dead_ends(group):
    """Ways in that lead to no service."""
    made = {(each.namespace, each.name): set() for each in group.objects if each.kind == 'Service'}
    for chart in group.charts:
        if chart.chart in keys.SERVICES:
            name, ports = keys.SERVICES[chart.chart]
            made[chart.namespace, name.format(chart.release)] = ports
    # Who reads Applications has an Argo CD already.
    if any(each.kind == 'Application' for each in group.objects):
        made['argocd', 'argocd-server'] = keys.SERVICES['argo-cd'][1]
    for each in group.objects:
        for name, port in backends(each) if each.kind in ('Ingress', 'HTTPRoute') else ():
            if port not in made.get((each.namespace, name), ()):
                yield f'{each.where}: nothing makes a service {each.namespace}/{name} with port {port}'


def elsewhere(group):
    """Connectors of Dex that come back to another place than Dex waits at."""
    for chart in group.charts:
        if chart.chart == 'dex':
            config = chart.values['config']
            for connector in config['connectors']:
                back = connector['config']['redirectURI']
                if back != f'{config["issuer"]}/callback':
                    yield f'{chart.where}: connector {connector["id"]} comes back to {back}'


def homeless(group):
    """Objects and charts whose namespace is not there when they come."""
    if group.by_hand:
        return
    written = {each.name: each.order for each in group.objects if each.kind == 'Namespace'}
    made = {chart.namespace for chart in group.charts if chart.makes_namespace}
    routes = [each for each in group.objects if each.kind == 'HTTPRoute']
    gateways = {parent.get('namespace') for each in routes for parent in each.body['spec']['parentRefs']}
    wanted = [(each.where, each.order, each.namespace) for each in group.objects]
    wanted += [(each.where, each.order, each.namespace) for each in group.charts]
    for where, order, namespace in wanted:
        if not namespace or namespace in BUILT_IN | made | gateways:
            continue
        if namespace not in written:
            yield f'{where}: nothing writes the namespace {namespace}'
        elif written[namespace] >= order:
            yield f'{where}: its namespace {namespace} is written later'

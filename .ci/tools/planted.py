"""Faults for manifests.py to find, planted one at a time into what it read."""

import copy

from provider import check

# Keys deep inside of values, to be misspelt: for each chart the path to a mapping, and the key.
DEEP = {
    'argo-cd': [('configs.cm', 'oidc.config'), ('configs.rbac', 'policy.csv')],
    'headlamp': [('config.oidc.externalSecret', 'name'), ('config.oidc', 'usePKCE')],
    'grafana': [
        ('grafana!ini.auth!generic_oauth', 'client_id'), ('grafana!ini.server', 'root_url'),
        ('extraConfigmapMounts.0', 'configMap'),
    ],
    'forgejo': [
        ('gitea.oauth.0', 'autoDiscoverUrl'), ('gitea.config.oauth2_client', 'USERNAME'),
        ('gitea.admin', 'existingSecret'),
    ],
    'gitea': [('gitea.oauth.0', 'provider'), ('gitea.config.server', 'ROOT_URL')],
    'zot': [('configFiles', 'config.json'), ('externalSecrets.0', 'secretName')],
    'dex': [('config.connectors.0.config', 'rootCAs'), ('envVars.0', 'valueFrom'), ('config', 'issuer')],
    'trust-manager': [('app.trust', 'namespace')],
    'rke2-coredns': [('servers.0.plugins.0', 'name')],
}
# Words in texts of values, and what becomes of them.
INSIDE = {
    'argo-cd': [
        ('configs.cm', 'oidc.config', 'clientID:', 'clientId:'), ('configs.rbac', 'policy.csv', 'role:', 'roll:'),
    ],
    'zot': [('configFiles', 'config.json', '"credentialsFile"', '"credentialFile"')],
}


def later(act, *words):
    """A fault that is planted when a set is given to it."""
    return lambda group: act(group, *words)


def at(value, path):
    """What stands at a path; `!` stands for a dot inside of a key."""
    for part in path.split('.') if path else []:
        value = value[int(part)] if isinstance(value, list) else value[part.replace('!', '.')]
    return value


def misspell(mapping, key):
    mapping[f'{key}x'] = mapping.pop(key)


def misspell_object(group, number, path, key):
    misspell(at(group.objects[number].body, path), key)


def misspell_values(group, number, path, key):
    misspell(at(group.charts[number].values, path), key)


def misspell_inside(group, number, path, key, word, other):
    mapping = at(group.charts[number].values, path)
    mapping[key] = mapping[key].replace(word, other)


def misspell_file(group, number, key):
    misspell(group.files[number][1], key)


def update(group, number, path, **change):
    at(group.objects[number].body, path).update(change)


def renew(group, number, **change):
    update(group, number, '', **change)


def take(group, number, path, key):
    at(group.objects[number].body, path).pop(key)


def append(group, number, path, value):
    at(group.objects[number].body, path).append(value)


def remove(group, number):
    group.objects.pop(number)


def repeat(group, number):
    group.objects.append(copy.deepcopy(group.objects[number]))


def come_last(group, number):
    group.objects[number].order = ('~', 0)


def empty(group, number):
    for part in ('data', 'stringData', 'binaryData'):
        group.objects[number].body.pop(part, None)


def write(group, number, kind, name, namespace):
    """Another writer, beside an object."""
    other = copy.deepcopy(group.objects[number])
    other.body = {'apiVersion': 'v1', 'kind': kind, 'metadata': {'name': name, 'namespace': namespace}, 'data': {}}
    group.objects.append(other)


def call_chart(group, name):
    group.charts[0].chart = name


def add_file(group, where, body):
    group.files.append((where, body))


def set_in_file(group, number, key, value):
    group.files[number][1][key] = value


def objects_of(group, kind):
    return [(number, each) for number, each in enumerate(group.objects) if each.kind == kind]


def misspelt(group, seen):
    """For each kind, chart and file that was not looked at yet: keys of its own, and keys deep inside."""
    for number, each in enumerate(group.objects):
        if each.kind not in seen:
            seen.add(each.kind)
            part = 'spec' if isinstance(each.body.get('spec'), dict) else ''
            for path in dict.fromkeys((part, 'metadata')):
                own = at(each.body, path) if path in each.body or not path else {}
                for key in [key for key in own if key not in ('apiVersion', 'kind', 'metadata')]:
                    yield f'{path or "the top"} {key} of {each.kind}', later(misspell_object, number, path, key)
    for number, chart in enumerate(group.charts):
        if chart.chart not in seen:
            seen.add(chart.chart)
            own = [('', key) for key in chart.values or {}]
            for path, key in own + DEEP.get(chart.chart, []):
                yield f'{path} {key} in values of {chart.chart}'.strip(), later(misspell_values, number, path, key)
            for path, key, word, other in INSIDE.get(chart.chart, []):
                yield f'{word} in {key} of {chart.chart}', later(misspell_inside, number, path, key, word, other)
    for number, (where, body) in enumerate(group.files):
        name = where.rsplit('/', 1)[-1]
        if isinstance(body, dict) and name not in seen:
            seen.add(name)
            for key in body:
                yield f'{key} of {name}', later(misspell_file, number, key)


def unknown(group):
    if group.objects:
        yield 'a kind that nobody knows', later(lambda group: renew(group, 0, kind='Planted'))
        yield 'a version that nobody knows', later(lambda group: renew(group, 0, apiVersion='planted.example/v1'))
    if group.charts:
        yield 'a chart that nobody knows', later(call_chart, 'planted')
    yield 'a file that nobody knows', later(add_file, '/etc/planted.yaml', {'planted': 1})


def meant(group):
    """What is well spelt, and wrong."""
    for number, _ in objects_of(group, 'AuthenticationConfiguration'):
        yield 'a claim without prefix', later(take, number, 'jwt.0.claimMappings.groups', 'prefix')
        yield 'audiences without a policy', later(audiences, number)
    for number, _ in objects_of(group, 'JoinConfiguration'):
        yield 'joining without a pin', later(take, number, 'discovery.bootstrapToken', 'caCertHashes')
    for number, each in objects_of(group, 'Config'):
        yield 'a current context that is not there', later(current_context, number)
        yield 'an option that kubelogin has not', later(append, number, 'users.0.user.exec.args', '--oidc-planted=1')
        if each.body.get('contexts'):
            yield 'a context that names nobody', later(lambda group, number: update(
                group, number, 'contexts.0.context', user='nobody'), number)
    for number, (where, _) in enumerate(group.files):
        if '/config.yaml#' in where:
            yield 'a token in the configuration', later(set_in_file, number, 'token', 'planted')


def audiences(group, number):
    update(group, number, 'jwt.0', issuer={'url': 'https://id.example', 'audiences': ['a', 'b']})


def current_context(group, number):
    group.objects[number].body['current-context'] = 'planted'


def rename_backend(group, number):
    backend = at(group.objects[number].body, 'spec.rules.0')
    backend = backend['http']['paths'][0]['backend']['service'] if 'http' in backend else backend['backendRefs'][0]
    backend['name'] = 'planted'


def come_back_elsewhere(group, number):
    at(group.charts[number].values, 'config.connectors.0.config')['redirectURI'] = 'https://planted.example/callback'


def connected(group):
    """Namespaces that are missing or late, and second writers."""
    made = {chart.namespace for chart in group.charts if chart.makes_namespace}
    used = {each.namespace for each in group.objects} - made
    for number, each in enumerate(group.objects):
        if each.kind == 'Namespace' and each.name in used:
            yield f'namespace {each.name} is missing', later(remove, number)
            yield f'namespace {each.name} comes last', later(come_last, number)
        if each.kind in ('Secret', 'ConfigMap', 'ClusterIssuer', 'Ingress', 'HelmChart'):
            yield f'{each.kind} {each.name} is written twice', later(repeat, number)
        if each.kind in ('Ingress', 'HTTPRoute'):
            yield f'{each.kind} {each.name} leads nowhere', later(rename_backend, number)
        if each.kind == 'ExternalSecret':
            yield f'Secret {each.name} is written beside an ExternalSecret', later(
                write, number, 'Secret', each.name, each.namespace)
        if each.kind == 'Bundle':
            for home in labelled(group, each):
                yield f'ConfigMap {each.name} is written in {home}, where trust-manager does', later(
                    write, number, 'ConfigMap', each.name, home)


def dex(group):
    for number, chart in enumerate(group.charts):
        if chart.chart == 'dex':
            yield 'a connector that comes back elsewhere', later(come_back_elsewhere, number)


def labelled(group, bundle):
    """Namespaces that a Bundle is for."""
    wanted = bundle.body['spec']['target']['namespaceSelector']['matchLabels'].items()
    return [
        each.name for _,
        each in objects_of(group, 'Namespace') if wanted <= (each.body['metadata'].get('labels') or {}).items()
    ]


def referred(group, references):
    """What something refers to, and is gone, or has not the key."""
    asked = {}
    for each in references:
        asked.setdefault((each.kind, each.namespace, each.name), set()).update(each.keys)
    for number, each in enumerate(group.objects):
        kind, name = each.kind, each.name
        if kind == 'ExternalSecret':
            kind, name = 'Secret', each.body['spec']['target'].get('name', name)
        if (kind, each.namespace, name) in asked:
            yield f'{kind} {name} is gone', later(remove, number)
            if each.kind in ('Secret', 'ConfigMap') and asked[kind, each.namespace, name]:
                yield f'{kind} {name} has no keys', later(empty, number)
        if kind == 'Bundle' and any(('ConfigMap', home, name) in asked for home in labelled(group, each)):
            yield f'Bundle {name} is gone', later(remove, number)
            yield f'Bundle {name} looks for another label', later(lambda group, number: update(
                group, number, 'spec.target.namespaceSelector', matchLabels={'planted': 'yes'}), number)


def judge(groups, faults, references):
    """Plants each fault into a copy of its set. The exit code is 1 when one was not found."""
    missed, seen = 0, set()
    for group in groups:
        usual = set(faults(group))
        plants = [*misspelt(group, seen), *unknown(group), *meant(group), *dex(group)]
        if not group.by_hand:
            plants += [*connected(group), *referred(group, list(references(group)))]
        for name, plant in plants:
            other = copy.deepcopy(group)
            plant(other)
            missed += not check(f'{group.name}: finds {name}', set(faults(other)) - usual)
    return 1 if missed else 0

"""Faults for manifests.py to find, planted one at a time into what it read."""

import copy

from provider import check

# Texts that stand deep inside of others: in values of a chart, at a path, a key that is then misspelt.
DEEP = {
    'argo-cd': [('configs.cm', 'oidc.config'), ('configs.rbac', 'policy.csv')],
    'headlamp': [('config.oidc.externalSecret', 'name'), ('config.oidc', 'usePKCE')],
    'grafana': [('grafana!ini.auth!generic_oauth', 'client_id'), ('grafana!ini.server', 'root_url'), ('extraConfigmapMounts.0', 'configMap')],
    'forgejo': [('gitea.oauth.0', 'autoDiscoverUrl'), ('gitea.config.oauth2_client', 'USERNAME'), ('gitea.admin', 'existingSecret')],
    'gitea': [('gitea.oauth.0', 'provider'), ('gitea.config.server', 'ROOT_URL')],
    'zot': [('configFiles', 'config.json'), ('externalSecrets.0', 'secretName')],
    'dex': [('config.connectors.0.config', 'rootCAs'), ('envVars.0', 'valueFrom'), ('config', 'issuer')],
    'trust-manager': [('app.trust', 'namespace')],
    'rke2-coredns': [('servers.0.plugins.0', 'name')],
}
# In texts of values: what is misspelt in them.
INSIDE = {
    ('argo-cd', 'configs.cm', 'oidc.config'): ('clientID:', 'clientId:'),
    ('argo-cd', 'configs.rbac', 'policy.csv'): ('role:', 'roll:'),
    ('zot', 'configFiles', 'config.json'): ('"credentialsFile"', '"credentialFile"'),
}


def at(value, path):
    for part in path.split('.') if path else []:
        part = part.replace('!', '.')
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def misspell(mapping, key):
    mapping[f'{key}x'] = mapping.pop(key)


def objects_of(group, kind):
    return [each for each in group.objects if each.kind == kind]


def keys_misspelt(group, seen):
    """For each kind and chart that was not looked at yet: a key of its own, and keys deep inside."""
    for number, each in enumerate(group.objects):
        if each.kind in seen:
            continue
        seen.add(each.kind)
        own = [key for key in each.body if key not in ('apiVersion', 'kind', 'metadata')]
        part = 'spec' if isinstance(each.body.get('spec'), dict) else ''
        for path, names in ((part, list(at(each.body, part)) if part else own), ('metadata', list(each.body.get('metadata') or []))):
            for name in names:
                yield f'{path or "the top"} {name} of {each.kind}', lambda group, path=path, name=name, number=number: misspell(
                    at(group.objects[number].body, path), name)
    for number, chart in enumerate(group.charts):
        if chart.chart in seen:
            continue
        seen.add(chart.chart)
        for name in chart.values or {}:
            yield f'{name} in values of {chart.chart}', lambda group, name=name, number=number: misspell(
                group.charts[number].values, name)
        for path, name in DEEP.get(chart.chart, []):
            yield f'{path} {name} in values of {chart.chart}', lambda group, path=path, name=name, number=number: misspell(
                at(group.charts[number].values, path), name)
            words = INSIDE.get((chart.chart, path, name))
            if words:
                yield f'{words[0]} in {name} of {chart.chart}', lambda group, path=path, name=name, number=number, words=words: at(
                    group.charts[number].values, path).update({name: at(group.charts[number].values, path)[name].replace(*words)})
    for number, (where, body) in enumerate(group.files):
        name = where.rsplit('/', 1)[-1]
        if isinstance(body, dict) and name not in seen:
            seen.add(name)
            for key in body:
                yield f'{key} of {name}', lambda group, key=key, number=number: misspell(group.files[number][1], key)


def unknown(group):
    if group.objects:
        yield 'a kind that nobody knows', lambda group: group.objects[0].body.update(kind='Planted')
        yield 'a version that nobody knows', lambda group: group.objects[0].body.update(apiVersion='planted.example/v1')
    if group.charts:
        yield 'a chart that nobody knows', lambda group: setattr(group.charts[0], 'chart', 'planted')
    yield 'a file that nobody knows', lambda group: group.files.append(('/etc/planted.yaml', {'planted': 1}))


def connected(group):
    """What stands between documents: namespaces, writers, references."""
    for number, each in enumerate(group.objects):
        if each.kind == 'Namespace':
            name = each.name
            if any(each.namespace == name for each in group.objects) and not any(
                chart.makes_namespace and chart.namespace == name for chart in group.charts
            ):
                yield f'namespace {name} is missing', lambda group, number=number: group.objects.pop(number)
                yield f'namespace {name} comes last', lambda group, number=number: setattr(group.objects[number], 'order', ('~', 0))
        if each.kind in ('Secret', 'ConfigMap', 'ClusterIssuer', 'Ingress', 'HelmChart'):
            yield f'{each.kind} {each.name} is written twice', lambda group, number=number: group.objects.append(
                copy.deepcopy(group.objects[number]))
        if each.kind == 'ExternalSecret':
            yield f'Secret {each.name} is written beside an ExternalSecret', lambda group, number=number: second_secret(
                group, group.objects[number])
    for bundle in objects_of(group, 'Bundle'):
        for home in labelled(group, bundle):
            yield f'a script writes what trust-manager writes in {home}', lambda group, bundle=bundle, home=home: second_bundle(
                group, bundle, home)


def second_secret(group, each):
    other = copy.deepcopy(each)
    other.body = {'apiVersion': 'v1', 'kind': 'Secret', 'metadata': each.body['metadata'], 'stringData': {}}
    group.objects.append(other)


def labelled(group, bundle):
    wanted = bundle.body['spec']['target']['namespaceSelector']['matchLabels'].items()
    return [each.name for each in objects_of(group, 'Namespace') if wanted <= (each.body['metadata'].get('labels') or {}).items()]


def second_bundle(group, bundle, home):
    other = copy.deepcopy(bundle)
    other.body = {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': bundle.name, 'namespace': home}, 'data': {}}
    group.objects.append(other)


def referred(group, references):
    """What something refers to, and is gone, or has not the key."""
    for each in sorted({(each.kind, each.namespace, each.name) for each in references}, key=str):
        kind, namespace, name = each
        for number, found in enumerate(group.objects):
            target = (found.body.get('spec') or {}).get('target') if found.kind == 'ExternalSecret' else None
            made = target.get('name') if isinstance(target, dict) else found.name
            if (found.kind == kind or target and kind == 'Secret') and (found.namespace, made) == (namespace, name):
                yield f'{kind} {name} is gone', lambda group, number=number: group.objects.pop(number)
                if found.kind in ('Secret', 'ConfigMap') and any(item.keys for item in references if item[1:4] == each):
                    yield f'{kind} {name} has no keys', lambda group, number=number: emptied(group.objects[number].body)
    if objects_of(group, 'Bundle') and any(each.kind == 'ConfigMap' for each in references):
        for number, each in enumerate(group.objects):
            if each.kind == 'Bundle':
                yield f'Bundle {each.name} is gone', lambda group, number=number: group.objects.pop(number)
                yield f'Bundle {each.name} looks for another label', lambda group, number=number: group.objects[number].body[
                    'spec']['target']['namespaceSelector'].update(matchLabels={'planted': 'yes'})


def emptied(body):
    for part in ('data', 'stringData', 'binaryData'):
        body.pop(part, None)


def meant(group):
    for number, each in enumerate(group.objects):
        if each.kind == 'AuthenticationConfiguration':
            yield 'a claim without prefix', lambda group, number=number: group.objects[number].body['jwt'][0]['claimMappings'][
                'groups'].pop('prefix')
            yield 'audiences without a policy', lambda group, number=number: group.objects[number].body['jwt'][0].update(
                issuer={'url': 'https://id.example', 'audiences': ['a', 'b']})
        elif each.kind == 'JoinConfiguration':
            yield 'joining without a pin', lambda group, number=number: group.objects[number].body['discovery'][
                'bootstrapToken'].pop('caCertHashes')
        elif each.kind == 'Config':
            yield 'a current context that is not there', lambda group, number=number: group.objects[number].body.update(
                {'current-context': 'planted'})
            if each.body.get('contexts'):
                yield 'a context that names nobody', lambda group, number=number: group.objects[number].body['contexts'][0][
                    'context'].update(user='nobody')
            yield 'an option that kubelogin has not', lambda group, number=number: group.objects[number].body['users'][0]['user'][
                'exec']['args'].append('--oidc-planted=1')
    for number, (where, _) in enumerate(group.files):
        if '/config.yaml#' in where:
            yield 'a token in the configuration', lambda group, number=number: group.files[number][1].update(token='planted')


def judge(groups, faults, references):
    """Plants each fault into a copy of its set. How many were not found, as an exit code."""
    missed, seen = 0, set()
    for group in groups:
        usual = set(faults(group))
        plants = [*keys_misspelt(group, seen), *unknown(group), *meant(group)]
        if not group.by_hand:
            plants += [*connected(group), *referred(group, list(references(group)))]
        for name, plant in plants:
            other = copy.deepcopy(group)
            plant(other)
            missed += not check(f'{group.name}: finds {name}', set(faults(other)) - usual)
    return 1 if missed else 0

"""The keys that resources, charts and programs know, as far as kindling has a use for them: shapes for shapes.Judge.

They stand here apart from the templates. The charts of Headlamp, trust-manager, Zot, Dex and Forgejo were read for them;
the others are what is known of the definitions of resources of Helm Controller, cert-manager, trust-manager, Gateway API,
External Secrets, Argo CD and kustomize, of the other charts, and of the documentation of k3s, RKE2, kubeadm, kubelogin,
Argo CD, Grafana, Zot and Dex. A key that is right and missing here is to be added here, with a look at its source.
"""

import csv
import json
import re

import documents
import yaml
from shapes import ANY, Core, Document


def load(text):
    return yaml.load(text, documents.Loader)


def one(*values):
    return set(values)


NAME = re.compile(r'[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?')
TEXTS = {re.compile(r'.+'): str}
HTTPS = re.compile(r'https://[^\s?#]+')
DURATION = re.compile(r'(\d+(\.\d+)?(h|m|s|ms))+|0s?')
PEM = re.compile(r'(-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n?)+')
VERSION = re.compile(r'v?\d+\.\d+\.\d+([-+][\w.+-]+)?')
ENV, MOUNTS, VOLUMES = [Core('v1.EnvVar')], [Core('v1.VolumeMount')], [Core('v1.Volume')]
ENV_FROM, RESOURCES, TOLERATIONS = [Core('v1.EnvFromSource')], Core('v1.ResourceRequirements'), [Core('v1.Toleration')]
SELECTOR = {'matchLabels': TEXTS, 'matchExpressions': [ANY]}


def metadata(namespaced):
    keys = {'name!': NAME, 'labels': TEXTS, 'annotations': TEXTS, 'finalizers': [str]}
    return keys | ({'namespace!': NAME} if namespaced else {})


def resource(spec, namespaced=True, key='spec'):
    return {'apiVersion!': str, 'kind!': str, 'metadata!': metadata(namespaced), f'{key}!': spec}


def configuration(keys):
    """A configuration that a program reads from a file: it has no name."""
    return {'apiVersion!': str, 'kind!': str} | keys


# Helm Controller of k3s and RKE2: pkg/apis/helm.cattle.io/v1.
FAILURE = one('reinstall', 'abort')
HELM_CHART = {
    'repo': re.compile(r'https://\S+'), 'repoCA': PEM, 'repoCAConfigMap': {'name!': NAME}, 'chart': str,
    'chartContent': str, 'version': VERSION, 'targetNamespace!': NAME, 'createNamespace': bool,
    'set': {re.compile(r'.+'): (str, int)}, 'valuesContent': str,
    'valuesSecrets': [{'name!': NAME, 'keys': [str], 'ignoreUpdates': bool}], 'bootstrap': bool, 'takeOwnership': bool,
    'failurePolicy': FAILURE, 'timeout': DURATION, 'backOffLimit': int, 'authSecret': {'name!': NAME},
    'authPassCredentials': bool, 'dockerRegistrySecret': {'name!': NAME}, 'jobImage': str,
}
HELM_CHART_CONFIG = {'valuesContent!': str, 'valuesSecrets': HELM_CHART['valuesSecrets'], 'failurePolicy': FAILURE}

# cert-manager.io/v1
ISSUER_REFERENCE = {'name!': NAME, 'kind': one('Issuer', 'ClusterIssuer'), 'group': one('cert-manager.io')}
CLUSTER_ISSUER = {'ca!': {
    'secretName!': NAME, 'crlDistributionPoints': [str], 'ocspServers': [str], 'issuingCertificateURLs': [str],
}}
CERTIFICATE = {
    'secretName!': NAME, 'dnsNames!': [str], 'ipAddresses': [str], 'issuerRef!': ISSUER_REFERENCE,
    'duration': DURATION, 'renewBefore': DURATION, 'commonName': str, 'usages': [str],
    'secretTemplate': {'labels': TEXTS, 'annotations': TEXTS},
    'privateKey': {
        'algorithm': one('RSA', 'ECDSA', 'Ed25519'), 'size': int, 'encoding': one('PKCS1', 'PKCS8'),
        'rotationPolicy': one('Never', 'Always'),
    },
    'revisionHistoryLimit': int, 'isCA': bool,
}

# trust.cert-manager.io/v1alpha1: a source has no namespace.
BUNDLE_OBJECT = {'name': NAME, 'selector': SELECTOR, 'key': str, 'includeAllKeys': bool}
BUNDLE = {
    'sources!': [(
        {'inLine!': PEM}, {'configMap!': BUNDLE_OBJECT}, {'secret!': BUNDLE_OBJECT}, {'useDefaultCAs!': bool},
    )],
    'target!': {
        'configMap': {'key!': str, 'metadata': {'labels': TEXTS, 'annotations': TEXTS}},
        'secret': {'key!': str, 'metadata': {'labels': TEXTS, 'annotations': TEXTS}},
        'additionalFormats': {
            'jks': {'key!': str, 'password': str}, 'pkcs12': {'key!': str, 'password': str, 'profile': str},
        },
        'namespaceSelector!': SELECTOR,
    },
}

# gateway.networking.k8s.io
PARENT = {'group': str, 'kind': str, 'name!': NAME, 'namespace': NAME, 'sectionName': NAME, 'port': int}
HTTP_ROUTE = {
    'parentRefs!': [PARENT], 'hostnames': [NAME],
    'rules!': [{
        'name': NAME,
        'matches': [{
            'path': {'type': one('Exact', 'PathPrefix', 'RegularExpression'), 'value': re.compile('/.*')},
            'headers': [ANY], 'queryParams': [ANY], 'method': str,
        }],
        'filters': [ANY],
        'backendRefs': [{
            'group': str, 'kind': str, 'name!': NAME, 'namespace': NAME, 'port!': int, 'weight': int, 'filters': [ANY],
        }],
        'timeouts': {'request': DURATION, 'backendRequest': DURATION},
    }],
}
REFERENCE_GRANT = {
    'from!': [{'group!': str, 'kind!': str, 'namespace!': NAME}], 'to!': [{'group!': str, 'kind!': str, 'name': NAME}],
}

# external-secrets.io/v1
REMOTE = {
    'key!': str, 'property': str, 'version': str, 'conversionStrategy': one('Default', 'Unicode'),
    'decodingStrategy': one('Auto', 'Base64', 'Base64URL', 'None'), 'metadataPolicy': one('None', 'Fetch'),
}
EXTERNAL_SECRET = {
    'refreshInterval': DURATION, 'refreshPolicy': one('CreatedOnce', 'Periodic', 'OnChange'),
    'secretStoreRef!': {'name!': NAME, 'kind': one('SecretStore', 'ClusterSecretStore')},
    'target!': {
        'name': NAME, 'creationPolicy': one('Owner', 'Orphan', 'Merge', 'None'),
        'deletionPolicy': one('Delete', 'Merge', 'Retain'), 'immutable': bool,
        'template': {
            'engineVersion': one('v2'), 'type': str, 'metadata': {'labels': TEXTS, 'annotations': TEXTS},
            'mergePolicy': one('Replace', 'Merge'), 'data': TEXTS, 'templateFrom': [ANY],
        },
    },
    'data': [{'secretKey!': re.compile(r'[-._a-zA-Z0-9]+'), 'remoteRef!': REMOTE, 'sourceRef': ANY}],
    'dataFrom': [ANY],
}

# argoproj.io/v1alpha1
ARGO_SOURCE = {
    'repoURL!': str, 'targetRevision': str, 'path': str, 'chart': str, 'ref': str, 'directory': ANY, 'kustomize': ANY,
    'helm': {
        'releaseName': NAME, 'values': str, 'valuesObject': ANY, 'valueFiles': [str], 'skipCrds': bool,
        'namespace': NAME, 'parameters': [{'name!': str, 'value!': str, 'forceString': bool}],
    },
}
SYNC_OPTION = re.compile(
    r'(CreateNamespace|ServerSideApply|ApplyOutOfSyncOnly|PruneLast|Replace|RespectIgnoreDifferences|'
    r'FailOnSharedResource|SkipDryRunOnMissingResource|Validate|Prune)=(true|false)|'
    r'PrunePropagationPolicy=(foreground|background|orphan)'
)
APPLICATION = {
    'project!': NAME, 'source': ARGO_SOURCE, 'sources': [ARGO_SOURCE],
    'destination!': {'server': str, 'name': str, 'namespace': NAME},
    'syncPolicy': {
        'automated': {'prune': bool, 'selfHeal': bool, 'allowEmpty': bool, 'enabled': bool},
        'syncOptions': [SYNC_OPTION],
        'retry': {'limit': int, 'backoff': {'duration': DURATION, 'factor': int, 'maxDuration': DURATION}},
        'managedNamespaceMetadata': {'labels': TEXTS, 'annotations': TEXTS},
    },
    'ignoreDifferences': [ANY], 'revisionHistoryLimit': int, 'info': [ANY],
}
GROUP_KIND = {'group!': str, 'kind!': str}
APP_PROJECT = {
    'description': str, 'sourceRepos!': [str], 'sourceNamespaces': [NAME],
    'destinations!': [{'server': str, 'name': str, 'namespace!': str}], 'clusterResourceWhitelist': [GROUP_KIND],
    'clusterResourceBlacklist': [GROUP_KIND], 'namespaceResourceWhitelist': [GROUP_KIND],
    'namespaceResourceBlacklist': [GROUP_KIND], 'roles': [ANY], 'orphanedResources': ANY, 'syncWindows': [ANY],
}

# kustomize.config.k8s.io/v1beta1
KUSTOMIZATION = {
    'metadata': {'name': NAME}, 'namespace': NAME, 'resources': [str], 'components': [str], 'labels': [ANY],
    'patches': [ANY], 'sortOptions': {'order!': one('legacy', 'fifo'), 'legacySortOptions': ANY},
    'configMapGenerator': [ANY], 'secretGenerator': [ANY], 'generatorOptions': ANY, 'images': [ANY],
    'replacements': [ANY], 'helmGlobals': {'chartHome': str, 'configHome': str},
    'helmCharts': [{
        'name!': str, 'repo!': str, 'version!': VERSION, 'releaseName!': NAME, 'namespace!': NAME, 'includeCRDs': bool,
        'valuesFile': str, 'valuesInline': ANY, 'additionalValuesFiles': [str],
        'valuesMerge': one('merge', 'override', 'replace'), 'apiVersions': [str], 'kubeVersion': str,
        'skipTests': bool, 'skipHooks': bool, 'nameTemplate': str, 'devel': bool,
    }],
}

# apiserver.config.k8s.io: both prefixes are required beside their claims.
CLAIM = ({'claim!': str, 'prefix!': str}, {'expression!': str})
AUTHENTICATION = configuration({
    'jwt!': [{
        'issuer!': {
            'url!': HTTPS, 'discoveryURL': HTTPS, 'certificateAuthority': PEM, 'audiences!': [str],
            'audienceMatchPolicy': one('MatchAny'), 'egressSelectorType': str,
        },
        'claimMappings!': {'username!': CLAIM, 'groups': CLAIM, 'uid': ANY, 'extra': [ANY]},
        'claimValidationRules': [ANY], 'userValidationRules': [{'expression!': str, 'message': str}],
    }],
    'anonymous': {'enabled!': bool, 'conditions': [{'path!': str}]},
})

# kubeadm.k8s.io
V4_ARGUMENTS, V3_ARGUMENTS = [{'name!': str, 'value!': str}], TEXTS
TOKEN = re.compile(r'[a-z0-9]{6}\.[a-z0-9]{16}')
ENDPOINT = {'advertiseAddress': str, 'bindPort': int}
TIMEOUTS = {
    re.compile('controlPlaneComponentHealthCheck|kubeletHealthCheck|kubernetesAPICall|etcdAPICall|tlsBootstrap|'
               'discovery|upgradeManifests'): DURATION,
}


def kubeadm(arguments, newest):
    registration = {
        'name': NAME, 'criSocket': re.compile('unix:///.+'), 'taints': [Core('v1.Taint')],
        'kubeletExtraArgs': arguments, 'ignorePreflightErrors': [str], 'imagePullPolicy': str,
    }
    volume = {
        'name!': NAME, 'hostPath!': str, 'mountPath!': str, 'readOnly': bool,
        'pathType': one('', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate'),
    }
    component = {'extraArgs': arguments, 'extraVolumes': [volume]}
    common = {'patches': {'directory': str}, 'skipPhases': [str]}
    discovery = {
        'bootstrapToken': {
            'token!': TOKEN, 'apiServerEndpoint!': re.compile(r'\S+:\d+'),
            # Without a pin whoever answers is trusted.
            'caCertHashes!': [re.compile('sha256:[0-9a-f]{64}')],
        },
        'file': {'kubeConfigPath!': str}, 'tlsBootstrapToken': TOKEN,
    }
    cluster = {
        'clusterName': NAME, 'kubernetesVersion!': VERSION, 'controlPlaneEndpoint': re.compile(r'\S+:\d+'),
        'networking': {'podSubnet': str, 'serviceSubnet': str, 'dnsDomain': str}, 'scheduler': component,
        'controllerManager': component, 'certificatesDir': str, 'imageRepository': str,
        'featureGates': {re.compile(r'\w+'): bool}, 'dns': {'imageRepository': str, 'imageTag': str, 'disabled': bool},
        'etcd': ANY, 'apiServer': component | {'certSANs': [str]},
    }
    init = {
        'bootstrapTokens': [{
            'token!': TOKEN, 'ttl': DURATION, 'usages': [one('signing', 'authentication')], 'groups': [str],
            'description': str, 'expires': str,
        }],
        'localAPIEndpoint': ENDPOINT, 'nodeRegistration': registration, 'certificateKey': str,
    }
    join = {
        'discovery!': discovery, 'nodeRegistration': registration, 'caCertPath': str,
        'controlPlane': {'localAPIEndpoint': ENDPOINT, 'certificateKey': str},
    }
    if newest:
        registration |= {'imagePullSerial': bool}
        component |= {'extraEnvs': ENV}
        cluster |= {
            'apiServer': cluster['apiServer'] | {'extraEnvs': ENV}, 'proxy': {'disabled': bool},
            'encryptionAlgorithm': str, 'certificateValidityPeriod': DURATION, 'caCertificateValidityPeriod': DURATION,
        }
        common |= {'timeouts': TIMEOUTS, 'dryRun': bool}
    else:
        discovery |= {'timeout': DURATION}
        cluster['apiServer'] |= {'timeoutForControlPlane': DURATION}
    return {
        'InitConfiguration': configuration(init | common), 'ClusterConfiguration': configuration(cluster),
        'JoinConfiguration': configuration(join | common),
    }


KUBELET = configuration({
    'cgroupDriver': one('systemd', 'cgroupfs'), 'failSwapOn': bool,
    'memorySwap': {'swapBehavior': one('', 'NoSwap', 'LimitedSwap')}, 'clusterDNS': [str], 'clusterDomain': str,
    'containerRuntimeEndpoint': str, 'resolvConf': str, 'rotateCertificates': bool, 'serverTLSBootstrap': bool,
    'maxPods': int, 'featureGates': {re.compile(r'\w+'): bool}, 'staticPodPath': str, 'shutdownGracePeriod': DURATION,
    'shutdownGracePeriodCriticalPods': DURATION, 'systemReserved': TEXTS, 'kubeReserved': TEXTS, 'evictionHard': TEXTS,
    'imageGCHighThresholdPercent': int, 'imageGCLowThresholdPercent': int, 'authentication': ANY, 'authorization': ANY,
    'healthzBindAddress': str, 'healthzPort': int, 'containerLogMaxSize': str, 'containerLogMaxFiles': int,
})

# kubectl's configuration, and kubelogin's options.
KUBELOGIN = re.compile(
    r'oidc-login|get-token|--oidc-(issuer-url|client-id|extra-scope|redirect-url-hostname|redirect-url|pkce-method|'
    r'auth-request-extra-params|request-header)=.+|--oidc-use-(pkce|access-token)|--certificate-authority(-data)?=.+|'
    r'--grant-type=(auto|authcode|authcode-keyboard|device-code)|--listen-address=.+|--browser-command=.+|'
    r'--skip-open-browser|--token-cache-dir=.+|--authentication-timeout-sec=\d+|--force-refresh'
)
KUBECONFIG = configuration({
    # Without a cluster it is a part that kubectl merges with others.
    'preferences': {}, 'current-context': str,
    'clusters': [{'name!': str, 'cluster!': {
        'server!': HTTPS, 'certificate-authority': str, 'certificate-authority-data': str, 'tls-server-name': str,
        'proxy-url': str,
    }}],
    'contexts': [{'name!': str, 'context!': {'cluster!': str, 'user!': str, 'namespace': NAME}}],
    'users!': [{'name!': str, 'user!': {'exec!': {
        'apiVersion!': one('client.authentication.k8s.io/v1'),
        'command!': one('kubectl', 'kubelogin', 'kubectl-oidc_login'), 'args!': [KUBELOGIN],
        'env': [{'name!': str, 'value!': str}], 'installHint': str, 'provideClusterInfo': bool,
        'interactiveMode!': one('Never', 'IfAvailable', 'Always'),
    }}}],
})

KINDS = {
    ('helm.cattle.io/v1', 'HelmChart'): resource(HELM_CHART),
    ('helm.cattle.io/v1', 'HelmChartConfig'): resource(HELM_CHART_CONFIG),
    ('cert-manager.io/v1', 'ClusterIssuer'): resource(CLUSTER_ISSUER, namespaced=False),
    ('cert-manager.io/v1', 'Certificate'): resource(CERTIFICATE),
    ('trust.cert-manager.io/v1alpha1', 'Bundle'): resource(BUNDLE, namespaced=False),
    ('gateway.networking.k8s.io/v1', 'HTTPRoute'): resource(HTTP_ROUTE),
    ('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant'): resource(REFERENCE_GRANT),
    ('external-secrets.io/v1', 'ExternalSecret'): resource(EXTERNAL_SECRET),
    ('argoproj.io/v1alpha1', 'Application'): resource(APPLICATION),
    ('argoproj.io/v1alpha1', 'AppProject'): resource(APP_PROJECT),
    ('kustomize.config.k8s.io/v1beta1', 'Kustomization'): configuration(KUSTOMIZATION),
    ('apiserver.config.k8s.io/v1', 'AuthenticationConfiguration'): AUTHENTICATION,
    ('apiserver.config.k8s.io/v1beta1', 'AuthenticationConfiguration'): AUTHENTICATION,
    ('kubelet.config.k8s.io/v1beta1', 'KubeletConfiguration'): KUBELET, ('v1', 'Config'): KUBECONFIG,
} | {
    (f'kubeadm.k8s.io/{version}', kind): shape
    for version, arguments in (('v1beta4', V4_ARGUMENTS), ('v1beta3', V3_ARGUMENTS))
    for kind, shape in kubeadm(arguments, version == 'v1beta4').items()
}
# The first release of Kubernetes that knows them.
SINCE = {
    'apiserver.config.k8s.io/v1': (1, 34), 'apiserver.config.k8s.io/v1beta1': (1, 30),
    'kubeadm.k8s.io/v1beta4': (1, 31),
}

# Argo CD: docs/operator-manual, argo-helm's charts/argo-cd/values.yaml.
ARGOCD_OIDC = {
    'name!': str, 'issuer!': HTTPS, 'clientID!': str, 'clientSecret': re.compile(r'\$[\w.:-]+'), 'cliClientID': str,
    'requestedScopes': [str],
    'requestedIDTokenClaims': {re.compile(r'\w+'): {'essential': bool, 'value': str, 'values': [str]}},
    'allowedAudiences': [str], 'enablePKCEAuthentication': bool, 'rootCA': PEM, 'logoutURL': HTTPS,
    'enableUserInfoGroups': bool, 'userInfoPath': str, 'userInfoCacheExpiration': DURATION, 'domainHint': str,
}
POLICY = re.compile(r'g, [^,]+, role:[\w-]+|p, [^,]+(, [^,]+){4}')


def records(text):
    """The lines of Argo CD's policy, each as if nothing in it were quoted."""
    lines = csv.reader(text.splitlines(), skipinitialspace=True)
    return [', '.join(field.strip().replace(',', '.') for field in record) for record in lines if record]


POD = {
    'replicas': int, 'env': ENV, 'envFrom': ENV_FROM, 'volumes': VOLUMES, 'volumeMounts': MOUNTS,
    'resources': RESOURCES, 'podAnnotations': TEXTS, 'podLabels': TEXTS, 'nodeSelector': TEXTS,
    'tolerations': TOLERATIONS, 'extraArgs': [str],
}
ARGO_CD = {
    'global': {
        'domain': NAME, 'env': ENV, 'image': ANY, 'nodeSelector': TEXTS, 'tolerations': TOLERATIONS,
        'hostAliases': [ANY],
    },
    'crds': {'install': bool, 'keep': bool}, 'dex': {'enabled': bool}, 'notifications': {'enabled': bool},
    'redis-ha': {'enabled': bool},
    'configs': {
        'params': {
            'server.insecure': bool, 'server.rootpath': str, 'server.basehref': str, 'server.log.level': str,
            'controller.log.level': str, 'reposerver.log.level': str, 'application.namespaces': str,
        },
        'cm': {
            'url': HTTPS, 'additionalUrls': Document(load, [HTTPS]), 'admin.enabled': bool,
            'oidc.config': Document(load, ARGOCD_OIDC), 'oidc.tls.insecure.skip.verify': {False}, 'exec.enabled': bool,
            'users.session.duration': DURATION, 'timeout.reconciliation': DURATION, 'statusbadge.enabled': bool,
            'application.resourceTrackingMethod': one('annotation', 'label', 'annotation+label'),
            re.compile(r'accounts\.[\w-]+'): str, 'kustomize.buildOptions': str,
        },
        'rbac': {
            'policy.csv': Document(records, [POLICY]), 'policy.default': re.compile(r'(role:[\w-]+)?'),
            'policy.matchMode': one('glob', 'regex'), 'scopes': Document(load, [str]),
        },
        'secret': {
            'createSecret': bool, 'extra': TEXTS, 'labels': TEXTS, 'annotations': TEXTS,
            'argocdServerAdminPassword': re.compile(r'\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|example-[\w-]+'),
            'argocdServerAdminPasswordMtime': str,
        },
        'tls': {'certificates': {NAME: PEM}},
    },
    'server': POD | {'ingress': {'enabled': bool}, 'service': ANY}, 'repoServer': POD, 'controller': POD,
    'applicationSet': POD,
}

# charts/headlamp/values.yaml
HEADLAMP = {
    'replicaCount': int, 'image': ANY, 'env': ENV, 'volumes': VOLUMES, 'volumeMounts': MOUNTS, 'resources': RESOURCES,
    'nodeSelector': TEXTS, 'tolerations': TOLERATIONS,
    'serviceAccount': {'create': bool, 'name': str, 'annotations': TEXTS},
    'clusterRoleBinding': {'create': bool, 'clusterRoleName': str, 'annotations': TEXTS}, 'podAnnotations': TEXTS,
    'hostAliases': [ANY], 'service': {'type': str, 'port': int}, 'ingress': {'enabled': bool},
    'config': {
        'inCluster': bool, 'baseURL': str, 'sessionTTL': int, 'extraArgs': [str], 'enableHelm': bool,
        'oidc': {
            'secret': {'create': bool, 'name': str},
            'externalSecret': {'enabled': bool, 'name': NAME, 'hasScopes': bool}, 'clientID': str, 'issuerURL': HTTPS,
            'scopes': str, 'callbackURL': HTTPS, 'validatorClientID': str, 'validatorIssuerURL': HTTPS,
            'useAccessToken': bool, 'usePKCE': bool, 'useCookie': bool, 'meUserInfoURL': str,
        },
    },
}

# Grafana's conf/defaults.ini, and charts/grafana/values.yaml.
GENERIC_OAUTH = {
    'enabled!': {True}, 'name': str, 'icon': str, 'client_id!': str,
    'client_secret': re.compile(r'\$__(env|file)\{[^}]+\}'), 'scopes!': str, 'empty_scopes': bool, 'auth_url!': HTTPS,
    'token_url!': HTTPS, 'api_url': HTTPS, 'teams_url': HTTPS, 'team_ids': str, 'allowed_domains': str,
    'allowed_groups': str, 'allow_sign_up': bool, 'auto_login': bool, 'allow_assign_grafana_admin': bool,
    'email_attribute_name': str, 'email_attribute_path': str, 'login_attribute_path': str, 'name_attribute_path': str,
    'id_token_attribute_name': str, 'role_attribute_path': str, 'role_attribute_strict': bool,
    'groups_attribute_path': str, 'org_attribute_path': str, 'org_mapping': str, 'skip_org_role_sync': bool,
    'tls_skip_verify_insecure': {False}, 'tls_client_cert': str, 'tls_client_key': str,
    'tls_client_ca': re.compile('/.+'), 'use_pkce': bool, 'use_refresh_token': bool, 'auth_style': str,
    'signout_redirect_url': str, 'login_prompt': str, 'validate_id_token': bool, 'jwk_set_url': HTTPS,
}
GRAFANA = {
    'replicas': int, 'deploymentStrategy': {'type': one('Recreate', 'RollingUpdate'), 'rollingUpdate': ANY},
    'image': ANY,
    'persistence': {'enabled': bool, 'type': str, 'size': str, 'storageClassName': str, 'existingClaim': str},
    'admin': {'existingSecret': NAME, 'userKey': str, 'passwordKey': str}, 'adminUser': str, 'env': TEXTS,
    'envValueFrom': {re.compile('[A-Z_]+'): Core('v1.EnvVarSource')}, 'envFromSecret': NAME,
    'envFromSecrets': [{'name!': NAME, 'optional': bool, 'prefix': str}],
    'extraConfigmapMounts': [{
        'name!': NAME, 'configMap!': NAME, 'mountPath!': str, 'subPath': str, 'readOnly': bool, 'optional': bool,
    }],
    'extraSecretMounts': [{
        'name!': NAME, 'secretName!': NAME, 'mountPath!': str, 'subPath': str, 'readOnly': bool, 'optional': bool,
        'defaultMode': int,
    }],
    'extraVolumes': VOLUMES, 'extraVolumeMounts': MOUNTS, 'resources': RESOURCES, 'podAnnotations': TEXTS,
    'ingress': {'enabled': bool}, 'hostAliases': [ANY], 'assertNoLeakedSecrets': bool,
    'grafana.ini': {
        'server': {
            'root_url': re.compile(r'https?://\S+'), 'domain': str, 'enforce_domain': bool,
            'serve_from_sub_path': bool, 'protocol': str, 'http_port': int,
        },
        'auth': {
            'disable_login_form': {False}, 'oauth_auto_login': bool, 'signout_redirect_url': str,
            'oauth_allow_insecure_email_lookup': bool,
        },
        'users': {'auto_assign_org': bool, 'auto_assign_org_role': str, 'allow_sign_up': bool},
        'auth.generic_oauth': GENERIC_OAUTH,
    },
}

# The charts of Forgejo and Gitea are of one origin: values.yaml and templates/gitea/deployment.yaml of each.
GIT = {
    'replicaCount': int, 'strategy': {'type': one('Recreate', 'RollingUpdate'), 'rollingUpdate': ANY}, 'image': ANY,
    'persistence': {
        'enabled': bool, 'create': bool, 'size': str, 'storageClass': str, 'claimName': str, 'accessModes': [str],
    },
    'postgresql': {'enabled': {False}}, 'postgresql-ha': {'enabled': {False}}, 'valkey': {'enabled': {False}},
    'valkey-cluster': {'enabled': {False}}, 'redis': {'enabled': {False}}, 'redis-cluster': {'enabled': {False}},
    'deployment': {'env': ENV, 'labels': TEXTS, 'annotations': TEXTS, 'terminationGracePeriodSeconds': int},
    'extraVolumes': VOLUMES, 'extraContainerVolumeMounts': MOUNTS, 'extraInitVolumeMounts': MOUNTS,
    'resources': RESOURCES, 'ingress': {'enabled': bool}, 'service': ANY, 'test': {'enabled': bool},
    'gitea': {
        'admin': {
            'existingSecret': NAME, 'email': str,
            'passwordMode': one('keepUpdated', 'initialOnlyRequireReset', 'initialOnlyNoReset'),
        },
        'metrics': ANY,
        'oauth': [{
            'name!': re.compile(r'[\w-]+'), 'provider!': one('openidConnect'), 'existingSecret!': NAME,
            'autoDiscoverUrl!': HTTPS, 'scopes': str, 'groupClaimName': str, 'adminGroup': str, 'restrictedGroup': str,
            'groupTeamMap': str, 'groupTeamMapRemoval': bool, 'requiredClaimName': str, 'requiredClaimValue': str,
            'skipLocal2fa': bool, 'iconUrl': str,
        }],
        'config': {
            'APP_NAME': str,
            'server': {
                'ROOT_URL': re.compile('https?://.+/'), 'DOMAIN': str, 'SSH_DOMAIN': str, 'SSH_PORT': int,
                'SSH_LISTEN_PORT': int, 'DISABLE_SSH': bool,
            },
            'database': {'DB_TYPE': one('sqlite3', 'postgres', 'mysql')},
            'session': {'PROVIDER': one('memory', 'db', 'file')},
            'cache': {'ENABLED': bool, 'ADAPTER': one('memory', 'twoqueue')},
            'queue': {'TYPE': one('level', 'channel')},
            'service': {
                'DISABLE_REGISTRATION': bool, 'ALLOW_ONLY_EXTERNAL_REGISTRATION': bool, 'REQUIRE_SIGNIN_VIEW': bool,
                'ENABLE_INTERNAL_SIGNIN': {True}, 'SHOW_REGISTRATION_BUTTON': bool,
                'ENABLE_BASIC_AUTHENTICATION': bool,
            },
            'openid': {'ENABLE_OPENID_SIGNIN': bool, 'ENABLE_OPENID_SIGNUP': bool},
            'oauth2_client': {
                'ENABLE_AUTO_REGISTRATION': bool, 'ACCOUNT_LINKING': one('disabled', 'login', 'auto'),
                'UPDATE_AVATAR': bool, 'USERNAME': one('userid', 'nickname', 'email', 'preferred_username'),
                'OPENID_CONNECT_SCOPES': str, 'REGISTER_EMAIL_CONFIRM': bool,
            },
        },
    },
}

# Zot: its own schema by `zot schema`, and charts/zot/values.yaml.
ZOT_ACTIONS = [one('read', 'create', 'update', 'delete', 'detectManifestCollision')]
ZOT_POLICY = {'users': [str], 'groups': [str], 'actions': ZOT_ACTIONS}
ZOT_CONFIG = {
    'distSpecVersion': str,
    'storage!': {'rootDirectory!': str, 'dedupe': bool, 'gc': bool, 'gcDelay': DURATION, 'gcInterval': DURATION},
    'http!': {
        'address!': str, 'port!': re.compile(r'\d+'), 'externalUrl': HTTPS, 'realm': str, 'compat': [str],
        'auth': {
            'apikey': bool, 'failDelay': int, 'htpasswd': {'path!': str}, 'sessionKeysFile': str,
            'openid': {'providers!': {'oidc': {
                'name': str, 'issuer!': HTTPS, 'credentialsFile!': str, 'keypath': str, 'scopes!': [str],
                'claimMapping': {'username': str, 'groups': str},
            }}},
        },
        'accessControl': {
            'repositories': {re.compile(r'.+'): {
                'policies': [ZOT_POLICY], 'defaultPolicy': ZOT_ACTIONS, 'anonymousPolicy': ZOT_ACTIONS,
            }},
            'adminPolicy': ZOT_POLICY, 'groups': {re.compile(r'.+'): {'users': [str]}},
        },
    },
    'log': {'level': one('debug', 'info', 'warn', 'error'), 'output': str, 'audit': str},
    'extensions': {
        'search': {'enable': bool, 'cve': ANY}, 'ui': {'enable': bool}, 'metrics': ANY, 'mgmt': {'enable': bool},
        'userprefs': {'enable': bool},
    },
}
ZOT = {
    'replicaCount': int, 'image': {'repository': str, 'pullPolicy': str, 'tag': str},
    'service': {'type': one('ClusterIP', 'NodePort', 'LoadBalancer'), 'port': int}, 'persistence': bool,
    'pvc': {'create': bool, 'name': str, 'accessModes': [str], 'storage': str, 'storageClassName': str},
    'mountConfig': bool, 'configFiles': {'config.json!': Document(json.loads, ZOT_CONFIG)}, 'mountSecret': bool,
    'secretFiles': TEXTS, 'externalSecrets': [{'secretName!': NAME, 'mountPath!': str}], 'env': ENV,
    'extraVolumes': VOLUMES, 'extraVolumeMounts': MOUNTS, 'strategy': ANY, 'podAnnotations': TEXTS,
    'ingress': {'enabled': bool},
}

# Dex v2.45: cmd/dex/config.go, and charts/dex/values.yaml.
DEX_CONNECTOR = {
    'type!': one('oidc'), 'id!': str, 'name!': str,
    'config!': {
        'issuer!': HTTPS, 'clientID!': re.compile(r'[^$]+'), 'clientSecret!': re.compile(r'\$\{?[A-Z_]+\}?'),
        'redirectURI!': HTTPS, 'scopes': [str], 'rootCAs': [str], 'insecureEnableGroups': bool, 'getUserInfo': bool,
        'userIDKey': str, 'userNameKey': str, 'promptType': str,
        'claimMapping': {'preferred_username': str, 'email': str, 'groups': str}, 'overrideClaimMapping': bool,
        'allowedGroups': [str], 'acrValues': [str], 'basicAuthUnsupported': bool, 'pkceChallenge': str,
    },
}
DEX_CONFIG = {
    'issuer!': HTTPS,
    'storage!': {
        'type!': one('kubernetes', 'sqlite3', 'postgres', 'memory'), 'config': {'inCluster': bool, 'file': str},
    },
    'web': {'http': str, 'https': str, 'tlsCert': str, 'tlsKey': str, 'headers': TEXTS, 'allowedOrigins': [str]},
    'telemetry': {'http': str}, 'logger': {'level': str, 'format': one('text', 'json')},
    'frontend': {'issuer': str, 'theme': str, 'logoURL': str, 'dir': str, 'extra': TEXTS},
    'oauth2': {
        'skipApprovalScreen': bool, 'alwaysShowLoginScreen': bool, 'responseTypes': [str], 'grantTypes': [str],
        'passwordConnector': str,
    },
    'expiry': {
        'idTokens': DURATION, 'authRequests': DURATION, 'deviceRequests': DURATION, 'signingKeys': DURATION,
        'refreshTokens': {
            'disableRotation': bool, 'reuseInterval': DURATION, 'validIfNotUsedFor': DURATION,
            'absoluteLifetime': DURATION,
        },
    },
    'connectors!': [DEX_CONNECTOR], 'enablePasswordDB': bool,
    'staticClients': [{
        'id': str, 'idEnv': str, 'secretEnv': str, 'name!': str, 'redirectURIs': [str], 'public': bool,
        'trustedPeers': [str], 'logoURL': str,
    }],
    'staticPasswords': [{
        'email!': str, 'hash': str, 'hashFromEnv': str, 'username': str, 'userID!': str, 'name': str,
        'preferredUsername': str, 'groups': [str], 'emailVerified': bool,
    }],
}
DEX = {
    'replicaCount': int, 'image': ANY, 'config': DEX_CONFIG, 'configSecret': {'create': bool, 'name': str},
    'env': TEXTS, 'envFrom': ENV_FROM, 'envVars': ENV, 'volumes': VOLUMES, 'volumeMounts': MOUNTS,
    'https': {'enabled': bool}, 'grpc': {'enabled': bool}, 'podAnnotations': TEXTS, 'resources': RESOURCES,
    'hostAliases': [ANY], 'ingress': {'enabled': bool}, 'service': ANY,
    'rbac': {'create': bool, 'createClusterScoped': bool},
}

COREDNS = {'servers': [{
    'zones!': [{'zone!': str, 'scheme': str, 'use_tcp': bool}], 'port!': int,
    'plugins!': [{'name!': re.compile(r'[a-z_]+'), 'parameters': (str, int), 'configBlock': str}],
}]}

CHARTS = {
    'argo-cd': ARGO_CD, 'headlamp': HEADLAMP, 'grafana': GRAFANA, 'forgejo': GIT, 'gitea': GIT, 'zot': ZOT, 'dex': DEX,
    'cert-manager': {
        'crds': {'enabled': bool, 'keep': bool}, 'installCRDs': bool, 'replicaCount': int, 'extraArgs': [str],
        'resources': RESOURCES,
        'config': {
            'apiVersion!': str, 'kind!': str, 'enableGatewayAPI': bool, 'featureGates': {re.compile(r'\w+'): bool},
        },
        'prometheus': {'enabled': bool}, 'global': ANY, 'nodeSelector': TEXTS, 'tolerations': TOLERATIONS,
    },
    'trust-manager': {
        'replicaCount': int, 'namespace': NAME, 'resources': RESOURCES, 'crds': {'enabled': bool},
        'tolerations': TOLERATIONS, 'app': {'logLevel': int, 'trust': {'namespace!': NAME}, 'webhook': ANY},
        'defaultPackage': {'enabled': bool},
        'secretTargets': {'enabled': bool, 'authorizedSecretsAll': {False}, 'authorizedSecrets': [NAME]},
        'nodeSelector': TEXTS,
    },
    'flannel': {
        'podCidr': str, 'podCidrv6': str,
        'flannel': {'backend': str, 'args': [str], 'image': ANY, 'skipCNIConfigInstallation': bool},
    },
    # The chart that RKE2 brings; HelmChartConfig names it.
    'rke2-coredns': COREDNS,
}
# Secrets that templates of charts read by a name in the values, and the keys that they ask for.
GIT_KEYS = {'gitea.admin.existingSecret': {'username', 'password'}, 'gitea.oauth[].existingSecret': {'key', 'secret'}}
NAMED_SECRETS = {
    'headlamp': {'config.oidc.externalSecret.name': {
        'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ISSUER_URL', 'OIDC_SCOPES', 'OIDC_CALLBACK_URL', 'OIDC_USE_PKCE',
    }},
    'forgejo': GIT_KEYS, 'gitea': GIT_KEYS,
    'grafana': {
        'admin.existingSecret': {'admin-user', 'admin-password'}, 'envFromSecret': set(),
        'envFromSecrets[].name': set(), 'extraSecretMounts[].secretName': set(),
    },
    'zot': {'externalSecrets[].secretName': set()},
}
# Services that charts make: the name, by that of the release, and the ports.
SERVICES = {
    'argo-cd': ('{}-server', {80, 443}), 'headlamp': ('{}', {80}), 'grafana': ('{}', {80}),
    'forgejo': ('{}-http', {3000}), 'gitea': ('{}-http', {3000}), 'zot': ('{}', {5000}), 'dex': ('{}', {5556}),
}
NAMED_CONFIG_MAPS = {'grafana': {'extraConfigmapMounts[].configMap': set()}}

# k3s and RKE2: docs of `server` and `agent`. Tokens stand in files.
NODE_CONFIG = {
    'node-name': NAME, 'node-ip': str, 'node-external-ip': str, 'node-label': [str], 'node-taint': [str],
    'server': HTTPS, 'token-file!': str, 'data-dir': str, 'kubelet-arg': [str], 'kube-proxy-arg': [str],
    'private-registry': str, 'selinux': bool, 'snapshotter': str, 'resolv-conf': str, 'protect-kernel-defaults': bool,
    'debug': bool,
}
SERVER_CONFIG = NODE_CONFIG | {
    'agent-token-file!': str, 'tls-san': [str], 'write-kubeconfig-mode': re.compile(r'0[0-7]{3}'),
    'kube-apiserver-arg': [re.compile(r'[a-z-]+=.+')], 'kube-controller-manager-arg': [str],
    'kube-scheduler-arg': [str], 'etcd-arg': [str], 'disable': [str], 'cluster-cidr': str, 'service-cidr': str,
    'cluster-dns': str, 'cluster-domain': str, 'secrets-encryption': bool, 'etcd-snapshot-schedule-cron': str,
    'etcd-snapshot-retention': int, 'embedded-registry': bool,
}
K3S_SERVER = SERVER_CONFIG | {
    'cluster-init': bool, 'flannel-backend': str, 'disable-network-policy': bool, 'disable-cloud-controller': bool,
    'disable-helm-controller': bool,
}
RKE2_SERVER = SERVER_CONFIG | {
    'kube-apiserver-extra-mount': [re.compile(r'/\S+:/\S+')],
    'ingress-controller': (one('ingress-nginx', 'traefik', 'none'), [str]), 'cni': (str, [str]), 'profile': str,
}
REGISTRIES = {
    'mirrors': {re.compile(r'.+'): {'endpoint': [re.compile(r'https?://\S+')], 'rewrite': TEXTS}},
    'configs': {re.compile(r'.+'): {
        'auth': {'username': str, 'password': str, 'auth': str, 'identity_token': str},
        'tls': {'ca_file': str, 'cert_file': str, 'key_file': str, 'insecure_skip_verify': bool},
    }},
}
# ConfigMaps that are the environment of a program.
ENVIRONMENTS = {'miniflux-oidc': {re.compile(
    'BASE_URL|OAUTH2_(PROVIDER|CLIENT_ID|CLIENT_SECRET_FILE|OIDC_DISCOVERY_ENDPOINT|OIDC_PROVIDER_NAME|REDIRECT_URL|'
    'USER_CREATION)|SSL_CERT_(DIR|FILE)|DISABLE_LOCAL_AUTH|CREATE_ADMIN|ADMIN_USERNAME|ADMIN_PASSWORD_FILE|'
    'DATABASE_URL_FILE'
): str}}
POD_PATCH = {'spec!': {'template!': {'metadata': ANY, 'spec!': {
    'containers!': [{'name!': NAME, 'env': ENV, 'envFrom': ENV_FROM, 'volumeMounts': MOUNTS}], 'volumes': VOLUMES,
}}}}

# Documents without a kind, by where they lie.
FILES = [
    (re.compile(r'.*/etc/rancher/k3s/config\.yaml#server'), K3S_SERVER),
    (re.compile(r'.*/etc/rancher/rke2/config\.yaml#server'), RKE2_SERVER),
    (re.compile(r'.*/etc/rancher/(k3s|rke2)/config\.yaml#agent'), NODE_CONFIG | {'server!': HTTPS}),
    (re.compile(r'.*/etc/rancher/(k3s|rke2)/registries\.yaml#\w+'), REGISTRIES),
    (re.compile(r'apps/dex/connectors\.yaml'), [DEX_CONNECTOR]), (re.compile(r'apps/miniflux/patch\.yaml'), POD_PATCH),
    (re.compile(r'secrets/item\.yaml'), {'item!': str, 'fields!': TEXTS}),
]

# shellcheck shell=bash
# The outputs of apps before readers of the grammars that they are in.

folder=$WORK/apps
mkdir -p "$folder"
"$PYTHON" - bootstrap/labs/apps/lab.yaml >"$folder/lab.yaml" <<'PYTHON'
import sys, yaml
lab = yaml.safe_load(open(sys.argv[1]))
# By hand, so that values stand in files of their own, and with groups that mean something to many a program.
lab['cluster']['components'] = {}
nasty = ['`admins`', "o'hara", 'a b', '${HOME}', '#1', '{{ .Values.x }}', '%(x)s;', 'é😀', '$__env{HOME}', 'x || y']
for client in lab['clients']:
    if client['app'] in ('argocd', 'grafana', 'zot'):
        for role in client['roles']:
            client['roles'][role] = [f'{role} {group}' for group in nasty] + client['roles'][role]
lab['clients'].append({'app': 'probe', 'url': 'https://probe.workshop.home.arpa'})
yaml.safe_dump(lab, sys.stdout, allow_unicode=True, sort_keys=False)
PYTHON
check "the app of the probe" "$PYTHON" .ci/tools/apps.py --templates "$folder/templates"
check "templates check finds nothing in an app of one's own" kindling templates check --templates "$folder/templates"
check "make the lab of every app" kindling up --once --lab "$folder/lab.yaml" --templates "$folder/templates"
judged "apps" "$PYTHON" .ci/tools/apps.py "$folder/lab.yaml" "$folder/out"

kubeconfig=$folder/out/apps/kubernetes/kubeconfig.yaml
check "the kubeconfig is there" test -s "$kubeconfig"
if command -v kubectl >/dev/null; then
    check "kubectl reads the kubeconfig" kubectl config view --kubeconfig "$kubeconfig" --raw
    check "kubectl is to ask the lab's issuer" test "https://192.168.7.20:6443 kubectl" = \
        "$(kubectl config view --kubeconfig "$kubeconfig" --minify \
            -o 'jsonpath={.clusters[0].cluster.server} {.users[0].user.exec.command}' 2>/dev/null)"
else
    skip "kubectl reads the kubeconfig" "kubectl is not installed"
fi
check "kubelogin is given the lab's root" cmp "$folder/out/trust/ca.crt" \
    <(sed -n 's/.*--certificate-authority-data=\([A-Za-z0-9+/=]*\).*/\1/p' "$kubeconfig" | base64 -d)

# shellcheck shell=bash
# The four layouts and the two forms of secrets, rendered by the binary of one lab: objects, namespaces, what git gets,
# what kubectl builds, what Go makes of the templates, and what --check and --diff say.

folder=$WORK/layouts
mkdir -p "$folder"
# Nodes are no part of it: what they carry is judged elsewhere.
"$PYTHON" - bootstrap/labs/kidd.network/lab.yaml "$folder" <<'END'
import copy, pathlib, sys, yaml
lab = yaml.safe_load(open(sys.argv[1]))
del lab['nodes'], lab['netboot']
folder = pathlib.Path(sys.argv[2])
external = copy.deepcopy(lab)
external['cluster'] |= {'secretForm': 'external-secret', 'externalSecret': {'store': 'vault', 'item': 'ainur'}}
gateway = copy.deepcopy(external)
gateway['cluster']['ingress'] = {'gateway': {'parentRefs': [{'name': 'edge', 'namespace': 'gateways'}]}}
kubeadm = copy.deepcopy(lab)
kubeadm['cluster'] |= {'distribution': 'kubeadm', 'version': 'v1.34.2', 'layout': 'flat'}
for name, each in {'plain': lab, 'external': external, 'gateway': gateway, 'kubeadm': kubeadm}.items():
    (folder / f'{name}.yaml').write_text(yaml.safe_dump(each, sort_keys=False))
END
# A Secret of the user's own, with secrets inside of other texts, and braces that are no template.
mkdir -p "$folder/templates/apps/headlamp/objects"
cat >"$folder/templates/apps/headlamp/objects/own.yaml" <<'END'
apiVersion: v1
kind: Secret
metadata: {name: own, namespace: "{{ app.namespace }}", labels: {own: "yes"}}
type: example.org/own
data: {braces: e3sgLlggfX0ge3t7IH0=}
stringData:
  credentials.json: '{"clientid": "{{ app.clientID }}", "clientsecret": "{{ app.clientSecret }}", "more": {"a": {}}}'
  config.yaml: !yaml {staticClients: [{id: "{{ app.clientID }}", secret: "{{ app.clientSecret }}"}], x: !raw "{{ .x }}"}
  twice: "{{ app.clientSecret }}{{ app.clientSecret }}"
  raw: !raw "{{- range . }}{{{ \"`x`\" }}} {{/* {"
END
state=(--state "$folder/state" --templates "$folder/templates")
check "layouts: make the lab" kindling up --once --lab "$folder/plain.yaml" "${state[@]}" --out "$folder/first"

# Every secret of the state, one a line, and a line of the cluster's private key.
for client in argocd headlamp; do
    kindling client show "$client" --reveal --yes --output json --lab "$folder/plain.yaml" --state "$folder/state" |
        "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["secret"])'
done >"$folder/secrets"
sed -n '/BEGIN.*PRIVATE KEY/{n;s/^ *//;p;}' "$folder/first/cluster/11-local-ca.yaml" >>"$folder/secrets"
sed -n 's/^ *argocdServerAdminPassword: //p' "$folder/first/cluster/30-argocd.yaml" >>"$folder/secrets"

# render_layout LAB LAYOUT: the outputs in $folder/LAB-LAYOUT.
render_layout() {
    kindling render --lab "$folder/$1.yaml" "${state[@]}" --layout "$2" --out "$folder/$1-$2"
}

for lab in plain external gateway kubeadm; do
    for layout in k3s-manifests flat kustomize argocd-apps; do
        [ "$lab-$layout" != kubeadm-k3s-manifests ] || continue
        out=$folder/$lab-$layout
        check "$lab, $layout: render" render_layout "$lab" "$layout"
        judge=("$PYTHON" .ci/tools/layouts.py "$out")
        case $lab-$layout in
            plain-k3s-manifests | plain-flat | kubeadm-flat) ;;
            *) judge+=(--secrets "$folder/secrets") ;;
        esac
        case $lab in external | gateway) judge+=(--plain "$folder/plain-$layout") ;; esac
        if [ "$layout" = kustomize ]; then
            if kubectl version --client -o json 2>/dev/null | grep -qE '"minor": "(2[7-9]|[3-9][0-9])'; then
                kubectl kustomize "$out/cluster" >"$folder/built" 2>"$folder/built.log" ||
                    failed "$lab: kubectl kustomize" "$(tail -n 1 "$folder/built.log")"
                judge+=(--built "$folder/built")
            else
                skip "$lab: kubectl kustomize" "there is no kubectl of 1.27 or later, whose kustomize knows sortOptions"
            fi
        fi
        check "$lab, $layout: objects, namespaces and secrets" "${judge[@]}"
        check "$lab, $layout: every document parses in depth" "$PYTHON" .ci/tools/documents.py "$out/cluster"
    done
done
expect_exit "k3s-manifests is not for kubeadm" 65 render_layout kubeadm k3s-manifests
for script in "$folder"/kubeadm-flat/cluster/charts/*/install.sh; do
    check "${script#"$folder/"}: shellcheck" shellcheck "$script"
done

# A user's repository: whatever is added by name, git gets no secret.
tree=$folder/tree
mkdir -p "$tree"
git -C "$tree" init -q
cp "$folder/external.yaml" "$tree/lab.yaml"
in_tree() { kindling "$@" "${state[@]}" --out "$tree/out"; }
search_index() { git -C "$tree" grep --cached -qFf "$folder/secrets"; }
check "git: render" in_tree render --layout argocd-apps --lab "$tree/lab.yaml"
git -C "$tree" add -A
check "git: git status shows lab.yaml alone" test "$(git -C "$tree" status --porcelain)" = "A  lab.yaml"
git -C "$tree" add -f out/cluster
check "git: cluster/ is taken" test -n "$(git -C "$tree" ls-files out/cluster)"
expect_exit "git: and holds no secret" 1 search_index
check "git: it may be rendered again" in_tree render --layout argocd-apps --lab "$tree/lab.yaml"
check "git: plain Secrets stand apart" in_tree render --layout kustomize --lab "$folder/plain.yaml"
git -C "$tree" add -f out/cluster
expect_exit "git: and git holds none" 1 search_index
check "git: back to the store" in_tree render --layout argocd-apps --lab "$folder/external.yaml"
git -C "$tree" add -f out/cluster
expect_exit "git: a layout that would put one there is refused" 77 \
    in_tree render --layout k3s-manifests --lab "$folder/plain.yaml"

# --check and --diff; the difference turns what stands into what would be written.
out=$folder/plain-kustomize
stale() { kindling render --lab "$folder/plain.yaml" "${state[@]}" --layout kustomize --out "$out" "$@"; }
check "--check: up to date" stale --check
expect_exit "--check: another layout" 2 stale --check --layout flat
cp "$out/cluster/base/00-namespaces.yaml" "$folder/right"
sed -i -e '1d' -e '$s/$/ #/' "$out/cluster/base/00-namespaces.yaml"
expect_exit "--check: an edited file" 2 stale --check
stale --diff >"$folder/difference" 2>/dev/null
check "--diff: patch takes it" patch -s "$out/cluster/base/00-namespaces.yaml" "$folder/difference"
check "--diff: and makes what would be written" cmp "$out/cluster/base/00-namespaces.yaml" "$folder/right"
rm "$out/cluster/base/00-namespaces.yaml"
expect_exit "--check: a file that is gone" 2 stale --check
check "--check: render puts it back" stale
chmod 0644 "$out/secrets/cluster/11-local-ca.yaml"
expect_exit "--check: a secret that is open to others" 2 stale --check
check "render: closes it" stale
printf 'mine\n' >"$out/secrets/cluster/11-local-ca.yaml"
stale --diff >"$folder/difference" 2>/dev/null
check "--diff: tells that a secret differs" grep -q 'differs, and holds secrets' "$folder/difference"
expect_exit "--diff: and does not show it" 1 grep -qFf "$folder/secrets" "$folder/difference"
stale --diff --reveal --yes >"$folder/difference" 2>/dev/null
check "--diff --reveal: shows it" grep -qFf "$folder/secrets" "$folder/difference"

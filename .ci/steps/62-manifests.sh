# shellcheck shell=bash
# Every document that is rendered for a cluster, of every lab in every layout, by the keys that its reader knows.

manifests=("$PYTHON" .ci/tools/manifests.py)
for lab in bootstrap/labs/*/lab.yaml .ci/labs/*.yaml; do
    name=${lab%/lab.yaml}
    name=${name%.yaml}
    name=${name##*/}
    folder=$WORK/manifests/$name
    mkdir -p "$folder"
    cp "$lab" "$folder/lab.yaml"
    check "manifests of $name: make the lab" kindling up --once --lab "$folder/lab.yaml"
    check "manifests of $name: each has the keys that its reader knows" "${manifests[@]}" "$folder/out"
    judged "manifests of $name" "${manifests[@]}" --plant "$folder/out"
    grep -q '^cluster:' "$lab" || continue
    for layout in k3s-manifests flat kustomize argocd-apps; do
        # HelmChart objects are for k3s and RKE2, Applications for who has Argo CD.
        case $layout in
            k3s-manifests) ! grep -q '^  distribution: kubeadm' "$lab" || continue ;;
            argocd-apps) grep -q 'argocd: [0-9]' "$lab" || continue ;;
        esac
        out=$folder/$layout
        check "manifests of $name, $layout: render" \
            kindling render --lab "$folder/lab.yaml" --layout "$layout" --out "$out"
        check "manifests of $name, $layout: each has the keys that its reader knows" "${manifests[@]}" "$out"
    done
done

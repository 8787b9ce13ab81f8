#!/bin/sh
# Brings the cluster's charts and manifests to the API server, in the order of the file of steps. Running it again
# changes nothing that is as it should be.
set -eu
helm_version=v3.19.0
from={{ install.helm }}
folder={{ install.folder }}
arch={{ install.arch }}
source=/etc/kindling/apply
library=/usr/local/lib/kindling
helm=/usr/local/bin/helm
PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
KUBECONFIG=/etc/kubernetes/admin.conf
export PATH KUBECONFIG

fail() {
    printf 'kindling: error: %s\n' "$1" >&2
    exit 1
}

install_helm() {
    if [ -x "$helm" ] && "$helm" version --short | grep -q "^$helm_version"; then return 0; fi
    archive=helm-$helm_version-linux-$arch.tar.gz
    work=$(mktemp -d "$library/.helm.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    "$library/fetch" "$from" "$archive" "$work/$archive" "$archive.sha256sum" 0644
    tar -xzf "$work/$archive" -C "$work" --no-same-owner "linux-$arch/helm" || fail "cannot unpack $archive"
    chmod 0755 "$work/linux-$arch/helm"
    mkdir -p "${helm%/*}"
    mv -f "$work/linux-$arch/helm" "$helm"
    rm -rf "$work"
}

wait_for_server() {
    tries=120
    until kubectl get --raw /readyz >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "the API server does not answer"
        sleep 5
    done
}

# chart NAME RELEASE NAMESPACE CHART VERSION REPOSITORY
chart() {
    values=$source/charts/$1.yaml release=$2 namespace=$3 chart=$4 version=$5 repository=$6
    mark="kindling $({ printf '%s\n' "$*" && cat "$values"; } | sha256sum | cut -c 1-64)"
    # The release says in its description what it was made from: the same is not installed again.
    if "$helm" status "$release" --namespace "$namespace" --output json 2>/dev/null |
        grep -qF "\"description\":\"$mark\""; then
        return 0
    fi
    set -- "$chart" --version "$version"
    if [ "$repository" != - ]; then set -- "$@" --repo "$repository"; fi
    # A chart that came with the files needs no repository.
    if [ -n "$folder" ] && [ -f "$folder/${chart##*/}-$version.tgz" ]; then
        set -- "$folder/${chart##*/}-$version.tgz"
    fi
    "$helm" upgrade --install "$release" "$@" --namespace "$namespace" --create-namespace --values "$values" \
        --wait --timeout 10m --description "$mark"
}

install_helm
wait_for_server
while read -r step name rest; do
    case $step in
    manifest)
        kubectl apply --server-side --force-conflicts --field-manager kindling --filename "$source/manifests/$name.yaml"
        ;;
    crd) kubectl wait --for=condition=Established --timeout=120s "crd/$name" ;;
    chart)
        # The words hold no blanks: they are split here.
        # shellcheck disable=SC2086
        chart "$name" $rest
        ;;
    *) fail "$source/steps has a step $step" ;;
    esac </dev/null
done <"$source/steps"

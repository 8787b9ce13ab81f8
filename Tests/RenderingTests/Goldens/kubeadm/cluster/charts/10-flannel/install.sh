#!/bin/sh
# Made by kindling from lab.yaml. Installs the chart, or brings it to this version and these values.
set -eu
chart='flannel'
repository='https://flannel-io.github.io/flannel/'
namespace='kube-flannel'
version='v0.27.4'
release='flannel'
folder=$(dirname -- "$0")
set -- --namespace "$namespace" --create-namespace --version "$version" --wait
[ -z "$repository" ] || set -- "$@" --repo "$repository"
[ ! -f "$folder/values.yaml" ] || set -- "$@" --values "$folder/values.yaml"
exec helm upgrade --install "$release" "$chart" "$@"

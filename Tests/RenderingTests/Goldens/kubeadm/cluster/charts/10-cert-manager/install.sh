#!/bin/sh
# Made by kindling from lab.yaml. Installs the chart, or brings it to this version and these values.
set -eu
chart='cert-manager'
repository='https://charts.jetstack.io'
namespace='cert-manager'
version='v1.19.4'
release='cert-manager'
folder=$(dirname -- "$0")
set -- --namespace "$namespace" --create-namespace --version "$version" --wait
[ -z "$repository" ] || set -- "$@" --repo "$repository"
[ ! -f "$folder/values.yaml" ] || set -- "$@" --values "$folder/values.yaml"
exec helm upgrade --install "$release" "$chart" "$@"

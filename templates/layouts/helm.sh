#!/bin/sh
# Made by kindling from lab.yaml. Installs the chart, or brings it to this version and these values.
set -eu
chart={{ chart.chart }}
repository={{ chart.repository }}
namespace={{ chart.namespace }}
version={{ chart.version }}
release={{ chart.name }}
folder=$(dirname -- "$0")
set -- --namespace "$namespace" --create-namespace --version "$version" --wait
[ -z "$repository" ] || set -- "$@" --repo "$repository"
[ ! -f "$folder/values.yaml" ] || set -- "$@" --values "$folder/values.yaml"
exec helm upgrade --install "$release" "$chart" "$@"

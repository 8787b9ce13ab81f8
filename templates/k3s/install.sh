#!/bin/sh
# Puts k3s of the pinned version in its place, verified, and starts it. Running it again does no harm: what is right is
# left alone, and then nothing is fetched.
set -eu
version={{ cluster.version }}
from={{ install.from }}
file={{ install.file }}
sums={{ install.sums }}
pinned={{ install.sha256 }}
images={{ install.images }}
unit={{ install.unit }}
binary=/usr/local/bin/k3s
fetch=/usr/local/lib/kindling/fetch

fail() {
    printf 'kindling: error: %s\n' "$1" >&2
    exit 1
}

installed() {
    [ -x "$binary" ] || return 0
    "$binary" --version | sed -n 's/^k3s version \([^ ]*\).*/\1/p'
}

if [ -n "$pinned" ] || [ "$(installed)" != "$version" ]; then
    "$fetch" "$from" "$file" "$binary" "${pinned:-$sums}" 0755
fi
found=$(installed)
[ "$found" = "$version" ] || fail "$binary is version ${found:-unknown}, lab.yaml pins $version"
# Images that came with the files need no registry.
if [ -n "$images" ] && [ -f "$from/$images" ]; then
    "$fetch" "$from" "$images" "/var/lib/rancher/k3s/agent/images/$images" "$sums" 0644
fi
systemctl daemon-reload
systemctl enable "$unit"
# An agent may wait long for its server; the boot goes on meanwhile.
systemctl start --no-block "$unit"

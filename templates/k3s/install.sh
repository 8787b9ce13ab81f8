#!/bin/sh
# Starts k3s. The binary comes with the image: nothing is fetched here, and another version than the pinned one is
# refused. Running it again does no harm.
set -eu
version={{ cluster.version }}
unit={{ node.unit }}
binary=/usr/local/bin/k3s

fail() {
    printf 'kindling: error: %s\n' "$1" >&2
    exit 1
}

[ -x "$binary" ] || fail "there is no $binary in the image; put k3s $version there"
found=$("$binary" --version | sed -n 's/^k3s version \([^ ]*\).*/\1/p')
[ "$found" = "$version" ] || fail "$binary is version ${found:-unknown}, lab.yaml pins $version"
systemctl daemon-reload
systemctl enable "$unit"
# An agent may wait long for its server; the boot goes on meanwhile.
systemctl start --no-block "$unit"

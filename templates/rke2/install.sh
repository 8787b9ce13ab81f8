#!/bin/sh
# Puts RKE2 of the pinned version in its place, out of its verified archive, and starts it. Running it again does no
# harm: what is right is left alone, and then nothing is fetched.
set -eu
version={{ cluster.version }}
from={{ install.from }}
file={{ install.file }}
sums={{ install.sums }}
pinned={{ install.sha256 }}
images={{ install.images }}
unit={{ install.unit }}
binary=/usr/local/bin/rke2
library=/usr/local/lib/kindling
# The digests of the archive and of the program out of it.
record=$library/rke2.sha256

fail() {
    printf 'kindling: error: %s\n' "$1" >&2
    exit 1
}

installed() {
    [ -x "$binary" ] || return 0
    "$binary" --version | sed -n 's/^rke2 version \([^ ]*\).*/\1/p'
}

sha256() { sha256sum "$1" | cut -c 1-64; }

is_right() {
    [ "$(installed)" = "$version" ] || return 1
    [ -n "$pinned" ] || return 0
    [ -f "$record" ] && [ "$(cat "$record")" = "$pinned $(sha256 "$binary")" ]
}

if ! is_right; then
    work=$(mktemp -d "$library/.rke2.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    "$library/fetch" "$from" "$file" "$work/$file" "${pinned:-$sums}" 0644
    mkdir "$work/root"
    tar -xzf "$work/$file" -C "$work/root" --no-same-owner || fail "cannot unpack $file"
    [ -f "$work/root/bin/rke2" ] || fail "$file holds no bin/rke2"
    chmod 0755 "$work/root/bin/"*
    mkdir -p "${binary%/*}"
    printf '%s %s\n' "$(sha256 "$work/$file")" "$(sha256 "$work/root/bin/rke2")" >"$record"
    mv -f "$work/root/bin/"* "${binary%/*}/"
fi
found=$(installed)
[ "$found" = "$version" ] || fail "$binary is version ${found:-unknown}, lab.yaml pins $version"
# Images that came with the files need no registry.
if [ -n "$images" ] && [ -f "$from/$images" ]; then
    "$library/fetch" "$from" "$images" "/var/lib/rancher/rke2/agent/images/$images" "$sums" 0644
fi
systemctl daemon-reload
systemctl enable "$unit"
# An agent may wait long for its server; the boot goes on meanwhile.
systemctl start --no-block "$unit"

# Maps the issuer's name to its host. It runs at every boot: the line is replaced, never added twice. The file may be a
# mount of its own, so it is written in place, and not at all where nothing changes.
set -eu
address={{ issuer.address }}
name={{ issuer.host }}
kept=$(grep -v ' # kindling$' /etc/hosts || true)
wanted=$(printf '%s\n%s %s # kindling' "$kept" "$address" "$name")
[ "$(cat /etc/hosts)" = "$wanted" ] || printf '%s\n' "$wanted" >/etc/hosts

# Maps the issuer's name to its host. It runs at every boot: the line is replaced, never added twice.
set -eu
address={{ issuer.address }}
name={{ issuer.host }}
kept=$(grep -v ' # kindling$' /etc/hosts || true)
printf '%s\n%s %s # kindling\n' "$kept" "$address" "$name" >/etc/hosts

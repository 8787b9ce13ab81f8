#!/bin/sh
# Brings a file of a release to its place, verified: fetch FROM FILE TARGET DIGEST MODE
#
#   FROM    an https URL, or a folder of this machine
#   FILE    the file's name there
#   TARGET  where it shall stand
#   DIGEST  its SHA-256, or the name of a file in FROM that holds it
#   MODE    its permissions
#
# A target that has the digest already is left alone. No other file ever stands at the target, not even for a moment.
set -eu
from=$1 file=$2 target=$3 digest=$4 mode=$5

fail() {
    printf 'kindling: error: %s\n' "$1" >&2
    exit 1
}

folder=$(dirname "$target")
mkdir -p "$folder"
part=$(mktemp "$folder/.fetch.XXXXXX")
trap 'rm -f "$part"' EXIT
trap 'exit 1' HUP INT TERM

# get NAME: the file of that name, into $part.
get() {
    case $from in
    https://*)
        command -v curl >/dev/null || fail "there is no curl to fetch $from/$1; add it to packages of the node"
        curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --connect-timeout 20 \
            --max-time 1800 --retry 5 --retry-delay 5 --retry-max-time 600 --retry-all-errors \
            --max-filesize 4294967296 --output "$part" "$from/$1" || fail "cannot fetch $from/$1"
        ;;
    /*)
        [ -f "$from/$1" ] || fail "there is no $from/$1"
        cp "$from/$1" "$part" || fail "cannot copy $from/$1"
        ;;
    *) fail "$from is neither an https URL nor a folder" ;;
    esac
}

sha256() { sha256sum "$1" | cut -c 1-64; }
is_digest() { printf '%s\n' "$1" | grep -Eqx '[0-9a-f]{64}'; }

wanted=$digest
if ! is_digest "$wanted"; then
    get "$digest"
    # Either lines of a digest and a name, or a digest alone.
    wanted=$(awk -v file="$file" 'NF == 1 || $2 == file || $2 == "*" file { print $1; exit }' "$part")
    is_digest "$wanted" || fail "$from/$digest names no SHA-256 of $file"
fi
if [ ! -f "$target" ] || [ "$(sha256 "$target")" != "$wanted" ]; then
    get "$file"
    found=$(sha256 "$part")
    [ "$found" = "$wanted" ] || fail "$from/$file has SHA-256 $found, not $wanted; it was not installed"
    chmod "$mode" "$part"
    mv -f "$part" "$target"
fi
chmod "$mode" "$target"

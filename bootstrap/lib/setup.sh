# shellcheck shell=bash
#
# What every script of this repository needs to know about the machine: where the checkout is, which packages
# and which toolchain a build needs, and the one set of build flags. Sourced, never run.
#
# shellcheck disable=SC2034  # the variables are read by the scripts that source this file

# The checkout.
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# The one set of build flags. SwiftPM compiles everything again when any of them changes, so no script passes
# another set.
build_flags=(--explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors)

# The lowest toolchain that builds the package.
swift_needed=6.3

# Debian packages that a build needs beside the toolchain: a C++ compiler with its headers and linker, the libraries
# that kindling links, and what the toolchain itself is linked with.
build_packages=(
    ca-certificates git g++ pkg-config
    libssl-dev libyaml-dev libsqlite3-dev libcrypt-dev zlib1g-dev
    libcurl4 libxml2 libncurses6
)

# Prints a line about the set-up itself, apart from what programs print.
say() { printf '==> %s\n' "$*" >&2; }

# Prints what is wrong and ends the script: fail MESSAGE [HINT]
fail() {
    printf '%s: error: %s\n' "${0##*/}" "$1" >&2
    [ $# -lt 2 ] || printf '%s: hint: %s\n' "${0##*/}" "$2" >&2
    exit 1
}

# Whether a Debian package is installed.
is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Runs a command as root: directly, or by sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else command -v sudo >/dev/null && sudo "$@"; fi
}

# Installs those of the named Debian packages that are missing, and says which.
install_packages() {
    local missing=() package
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        say "not a Debian system; taken as installed: $*"
        return
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} = 0 ]; then return; fi
    say "installing with apt: ${missing[*]}"
    # Asked first, so that a password that is refused is not taken for a fault of apt.
    as_root true || fail "apt needs root, and there is no sudo that gives it" \
        "as root: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    # Without a network, update only warns and ends with 0: what tells is whether the packages can be installed.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 </dev/null ||
        fail "apt-get update failed" "look at /etc/apt/sources.list and /etc/apt/sources.list.d"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}" >&2 </dev/null ||
        fail "apt-get could not install: ${missing[*]}" \
            "look at the network, and at /etc/apt/sources.list and /etc/apt/sources.list.d"
    installed_something=yes
}

# Ends the script unless a new enough Swift toolchain answers.
check_swift() {
    local text version
    text=$(swift --version 2>&1) || fail "swift --version does not run: $(tail -n 1 <<<"$text")" "$swift_hint"
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$text" | head -n 1)
    [ -n "$version" ] || fail "cannot read the version of $(command -v swift)" "$swift_hint"
    if [ "$(printf '%s\n' "$swift_needed" "$version" | sort -V | head -n 1)" != "$swift_needed" ]; then
        fail "Swift $version is too old; $swift_needed or newer is needed" "$swift_hint"
    fi
    swift_found=$version
}

swift_hint="get a toolchain at https://www.swift.org/install/linux/ and put its usr/bin into PATH"
installed_something=
swift_found=

# Sets the machine up for a build. Says what it installs, and says so when there is nothing to do.
set_up() {
    # First of all, so that nothing is installed on a machine where the build cannot go on. A toolchain that does not
    # run may only lack one of the packages, so it is judged after they are there.
    command -v swift >/dev/null 2>&1 || fail "there is no Swift toolchain in PATH" "$swift_hint"
    if swift --version >/dev/null 2>&1; then check_swift; fi
    install_packages "${build_packages[@]}"
    [ -n "$installed_something" ] || say "set-up: nothing to install"
    check_swift
    say "Swift $swift_found at $(command -v swift)"
}

# shellcheck shell=bash
# The scripts and units that user-data writes, for every distribution: shellcheck, systemd, and runs with stand-ins.

export HOME=$WORK/home
judged "first boot" "$PYTHON" .ci/tools/first_boot.py "$BINARY" "$WORK/first-boot"

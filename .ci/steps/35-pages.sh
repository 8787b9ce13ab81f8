# shellcheck shell=bash
# README and docs against the binary.

judged "pages" "$PYTHON" .ci/tools/pages.py --binary "$BINARY"

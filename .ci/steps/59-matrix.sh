# shellcheck shell=bash
# Every combination of distribution, layout, form of secrets, host, way of installing and role, rendered by the binary:
# schemas, documents in depth, scripts, and paths that one file names and another writes.

export HOME=$WORK/home
judged "matrix" "$PYTHON" .ci/tools/matrix.py "$BINARY" "$WORK/matrix" ${SCHEMAS:+--schemas "$SCHEMAS"}

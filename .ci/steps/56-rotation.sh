# shellcheck shell=bash
# The life of an authority: its root is changed under clients of five libraries, processes are killed in the middle of it,
# certificates are revoked and renewed.

folder=$(lab lifecycle p256)
judged "rotation" "$PYTHON" .ci/tools/rotation.py --binary "$BINARY" --lab "$folder/lab.yaml" --log "$ARTEFACTS/rotation.log"

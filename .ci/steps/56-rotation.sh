# shellcheck shell=bash
# The life of an authority: its root is changed under clients of five libraries, processes are killed in the middle of it,
# certificates are revoked and renewed.

folder=$(lab lifecycle p256)

# It mostly waits, for two thirds of the shortest life there is.
"$PYTHON" .ci/tools/renewal.py --binary "$BINARY" --lab "$folder/lab.yaml" >"$WORK/renewal" 2>&1 &
renewal=$!
started+=("$renewal")

judged "rotation" "$PYTHON" .ci/tools/rotation.py --binary "$BINARY" --lab "$folder/lab.yaml" --log "$ARTEFACTS/rotation.log"
judged "revocation" "$PYTHON" .ci/tools/revocation.py --binary "$BINARY" --lab "$folder/lab.yaml" \
    --log "$ARTEFACTS/revocation.log"
judged "interrupted" "$PYTHON" .ci/tools/interrupted.py --binary "$BINARY" --lab "$folder/lab.yaml"
wait "$renewal"
judged "renewal" cat "$WORK/renewal"

judged "docs/pki.md" "$PYTHON" .ci/tools/follow.py --binary "$BINARY" --page docs/pki.md \
    --section "The root, step by step" --lab bootstrap/labs/kidd.network/lab.yaml

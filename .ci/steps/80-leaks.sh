# shellcheck shell=bash
# No secret in a log, in an argument vector, in a file that others may read, or in plain text in the state.

folder=$WORK/leaks
mkdir -p "$folder"
cp bootstrap/labs/local/lab.yaml "$folder/"
judged "leaks" env HOME="$WORK/home" "$PYTHON" .ci/tools/leaks.py --binary "$BINARY" --lab "$folder/lab.yaml"

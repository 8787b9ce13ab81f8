# shellcheck shell=bash
# Every page as people see it: two languages, light and dark, on a phone and on a desk.

judged "shots" "$PYTHON" .ci/tools/shots.py --binary "$BINARY" --lab bootstrap/labs/local/lab.yaml \
    --shots "$ARTEFACTS/shots" --log "$ARTEFACTS/shots.log"

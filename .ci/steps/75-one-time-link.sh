# shellcheck shell=bash
# As a new user: `up` on a terminal prints a link, Chromium opens it, a password is set, a relying party is signed in to.

folder=$WORK/link
mkdir -p "$folder"
cp bootstrap/labs/local/lab.yaml "$folder/"
read -r user _ < <("$PYTHON" .ci/tools/administrator.py "$folder/lab.yaml")
judged "one-time link" env HOME="$WORK/home" "$PYTHON" .ci/tools/one_time_link.py --binary "$BINARY" \
    --lab "$folder/lab.yaml" --user "$user" --client cli --shots "$ARTEFACTS/one-time-link"

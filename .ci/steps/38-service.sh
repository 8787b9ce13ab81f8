# shellcheck shell=bash
# The units of systemd, before systemd's own judges. Nothing of them is started.

# The program stands elsewhere here, and a unit with a program that is not there is refused.
for unit in bootstrap/systemd/*; do
    sed "s|/usr/local/bin/kindling|$BINARY|" "$unit" >"$WORK/${unit##*/}"
done
check "systemd-analyze verify" systemd-analyze verify "$WORK"/kindling*.service "$WORK"/kindling*.timer
# verify only warns of a setting that it does not know.
if [ -z "$(systemd-analyze verify "$WORK"/kindling*.service "$WORK"/kindling*.timer 2>&1)" ]; then
    pass "systemd-analyze verify says nothing"
else
    failed "systemd-analyze verify says nothing" \
        "$(systemd-analyze verify "$WORK"/kindling*.service "$WORK"/kindling*.timer 2>&1 | head -n 3)"
fi
for unit in bootstrap/systemd/*; do
    check "${unit##*/} parses" "$PYTHON" .ci/tools/documents.py "$unit"
done
for unit in bootstrap/systemd/*.service; do
    name=${unit##*/}
    check "$name: systemd-analyze security, an exposure of 2.0 at most" \
        systemd-analyze security --offline=true --threshold=20 "$unit"
    read -r -a command < <(sed -n 's|^ExecStart=[^ ]* \([a-z]* [a-z]*\) .*|\1|p' "$unit")
    help=$(kindling "${command[@]}" --help)
    while IFS= read -r flag; do
        if grep -q -- "$flag " <<<"$help"; then
            pass "$name: ExecStart: there is a $flag"
        else
            failed "$name: ExecStart: there is a $flag"
        fi
    done < <(sed -n '/^ExecStart=/p' "$unit" | grep -oE -- '--[a-z-]+')
done

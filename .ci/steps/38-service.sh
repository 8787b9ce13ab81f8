# shellcheck shell=bash
# The unit of systemd, before systemd's own judges. Nothing of it is started.

unit=bootstrap/systemd/kindling.service
# The program stands elsewhere here, and a unit with a program that is not there is refused.
sed "s|/usr/local/bin/kindling|$BINARY|" "$unit" >"$WORK/kindling.service"
check "systemd-analyze verify" systemd-analyze verify "$WORK/kindling.service"
# verify only warns of a setting that it does not know.
if [ -z "$(systemd-analyze verify "$WORK/kindling.service" 2>&1)" ]; then
    pass "systemd-analyze verify says nothing"
else
    failed "systemd-analyze verify says nothing" "$(systemd-analyze verify "$WORK/kindling.service" 2>&1 | head -n 3)"
fi
check "systemd-analyze security: an exposure of 2.0 at most" \
    systemd-analyze security --offline=true --threshold=20 "$unit"
check "the unit parses" "$PYTHON" .ci/tools/documents.py "$unit"
read -r -a command < <(sed -n 's|^ExecStart=[^ ]* \(idp serve\) .*|\1|p' "$unit")
help=$(kindling "${command[@]}" --help)
while IFS= read -r flag; do
    if grep -q -- "$flag " <<<"$help"; then
        pass "ExecStart: there is a $flag"
    else
        failed "ExecStart: there is a $flag"
    fi
done < <(sed -n '/^ExecStart=/p' "$unit" | grep -oE -- '--[a-z-]+')

# shellcheck shell=bash
# The built binary by text scripts: see Tests/CLI/run.py.

log=$WORK/cli.log
"$PYTHON" Tests/CLI/run.py --binary "$BINARY" >"$log" 2>&1
while read -r verdict name; do
    case $verdict in
        PASS) pass "Tests/CLI: $name" ;;
        FAIL) failed "Tests/CLI: $name" ;;
        SKIP) skip "Tests/CLI: ${name%% --*}" "${name#*-- }" ;;
    esac
done <"$log"
grep -q '^PASS' "$log" || failed "Tests/CLI" "nothing passed"
grep -vE '^(PASS|SKIP)' "$log" || true

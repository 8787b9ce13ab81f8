# shellcheck shell=bash
# The tests of the package, by the script that a contributor runs too.

log=$ARTEFACTS/tests.log
code=0
bash bootstrap/test >"$log" 2>&1 || code=$?
summary=$(grep -E 'Test run with [0-9]+ tests?' "$log" | tail -n 1)
count=$(sed -n 's/.*Test run with \([0-9]*\) tests\{0,1\}.*/\1/p' <<<"$summary")
bad=$(grep -cE '^[^ ]+ Test .* failed after [0-9.]+ seconds' <(grep -v 'Test run with' "$log"))
left_out=$(grep -cE '^[^ ]+ Test .* skipped' "$log")
printf 'tests_passed=%d tests_failed=%d\n' "$((${count:-0} - bad - left_out))" "$bad" >"$WORK/tests"
printf '%s\n' "${summary:-no tests ran}"
[ "$left_out" = 0 ] || printf '%d tests skipped\n' "$left_out"
if [ "$code" = 0 ] && [ -n "$count" ]; then
    pass "bootstrap/test"
else
    # A failed test is counted as such; what is not a test (format, build) is counted here.
    [ "$bad" != 0 ] || failed "bootstrap/test" "exit code $code"
    grep -E '^[^ ]+ Test .* (failed|recorded)|error:|warning:' "$log" | tail -n 60 | sed 's/^/    /'
    tail -n 5 "$log" | sed 's/^/    /'
fi

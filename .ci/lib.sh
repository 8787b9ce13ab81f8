# shellcheck shell=bash
#
# What the steps of .ci/run share: counting, running judges, servers that end with the run. Sourced by .ci/run.

# Shared by the steps: WORK, BINARY, PYTHON, VENV, JUDGES, SCHEMAS, ARTEFACTS, all set by .ci/run.

# One line per result: PASS|FAIL|SKIP, a tab, the name.
RESULTS=$WORK/results
: >"$RESULTS"

pass() { printf 'PASS\t%s\n' "$1" >>"$RESULTS" && printf 'PASS %s\n' "$1"; }
skip() { printf 'SKIP\t%s\n' "$1" >>"$RESULTS" && printf 'SKIP %s: %s\n' "$1" "$2"; }
# failed NAME [DETAIL]
failed() { printf 'FAIL\t%s\n' "$1" >>"$RESULTS" && printf 'FAIL %s%s\n' "$1" "${2:+: $2}"; }

# check NAME COMMAND...: the command has to succeed; what it printed is shown when it does not.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        pass "$name"
    else
        failed "$name" "exit code $?"
        tail -n 40 <<<"$output" | sed 's/^/    /'
    fi
}

# expect_exit NAME CODE COMMAND...: the command has to end with the exit code.
expect_exit() {
    local name=$1 wanted=$2 output code=0
    shift 2
    output=$("$@" 2>&1) || code=$?
    if [ "$code" = "$wanted" ]; then
        pass "$name"
    else
        failed "$name" "exit code $code, not $wanted"
        tail -n 40 <<<"$output" | sed 's/^/    /'
    fi
}

# judged PREFIX COMMAND...: runs a judge that prints `PASS|FAIL|SKIP|WARN name...` and counts each line. A FAIL that
# matches $NOT_JUDGED (an extended regular expression, set for the one call) stands for something that is not there to
# be judged; it counts as skipped, and says so.
judged() {
    local prefix=$1 log code=0 found=0 verdict rest
    shift
    log=$(mktemp "$WORK/judge.XXXXXX")
    "$@" >"$log" 2>&1 || code=$?
    while read -r verdict rest; do
        case $verdict in
            PASS) pass "$prefix: $rest" ;;
            FAIL)
                if [ -n "${NOT_JUDGED:-}" ] && grep -qE "$NOT_JUDGED" <<<"$rest"; then
                    skip "$prefix: $rest" "outside of this judge's profile, or of what the client has"
                else
                    failed "$prefix: $rest"
                fi
                ;;
            WARN) printf 'WARN %s: %s\n' "$prefix" "$rest"; continue ;;
            SKIP) skip "$prefix: ${rest%% --*}" "${rest#*-- }" ;;
            *) continue ;;
        esac
        found=$((found + 1))
    done <"$log"
    if [ "$found" = 0 ]; then
        failed "$prefix" "the judge said nothing, exit code $code"
        tail -n 20 "$log" | sed 's/^/    /'
    elif [ "$code" != 0 ] && ! grep -q '^FAIL' "$log"; then
        failed "$prefix" "the judge ended with exit code $code"
        tail -n 20 "$log" | sed 's/^/    /'
    fi
}

# kindling ARGUMENTS...: the binary, with a home of its own, so that master keys of a run die with it.
kindling() { HOME=$WORK/home "$BINARY" "$@"; }

# Background processes of a step, ended when the step ends.
started=()
end_started() {
    local process
    for process in ${started[@]+"${started[@]}"}; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    started=()
}

# start_server ISSUER CA LOG ARGUMENTS...: runs `kindling ARGUMENTS` in the background until discovery answers.
start_server() {
    local issuer=$1 ca=$2 log=$3 process
    shift 3
    HOME=$WORK/home "$BINARY" "$@" >"$log" 2>&1 &
    process=$!
    started+=("$process")
    for _ in $(seq 150); do
        if [ -s "$ca" ] &&
            curl -fsS --noproxy '*' --cacert "$ca" "$issuer/.well-known/openid-configuration" >/dev/null 2>&1; then
            return 0
        fi
        kill -0 "$process" 2>/dev/null || break
        sleep 0.2
    done
    printf 'kindling %s does not answer:\n' "$*"
    tail -n 20 "$log" | sed 's/^/    /'
    return 1
}

# lab NAME KEY_TYPE: a lab of its own in $WORK/NAME, with a CA of the key type; prints the folder.
lab() {
    local folder=$WORK/$1
    mkdir -p "$folder"
    sed "s/KEYTYPE/$2/" "$REPOSITORY/.ci/lab.yaml" >"$folder/lab.yaml"
    printf '%s\n' "$folder"
}

# shellcheck shell=bash
# The parsers of the certificate authority on damaged input, 60 seconds for all of them; the full length is bench/long.

# shellcheck disable=SC2154  # build_flags comes from bootstrap/lib/setup.sh
check "parsers take damaged input" env KINDLING_FUZZ_SECONDS=60 \
    swift test "${build_flags[@]}" --filter PKITests.FuzzTests

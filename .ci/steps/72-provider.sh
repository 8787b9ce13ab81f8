# shellcheck shell=bash
# The provider while it runs: killed, fuzzed, scraped, reloaded. Each tool makes a lab of its own on a port of its own; the
# full length of the first two is bench/long.

lab=bootstrap/labs/local/lab.yaml
judged "kill" "$PYTHON" .ci/tools/kill.py --binary "$BINARY" --lab "$lab" --seconds 60 --log "$ARTEFACTS/kill.log"
judged "fuzz" "$PYTHON" .ci/tools/fuzz.py --binary "$BINARY" --lab "$lab" --seconds 60 --log "$ARTEFACTS/fuzz.log"
judged "scrape" "$PYTHON" .ci/tools/scrape.py --binary "$BINARY" --lab "$lab" --log "$ARTEFACTS/scrape.log"
judged "running" "$PYTHON" .ci/tools/running.py --binary "$BINARY" --lab "$lab" --log "$ARTEFACTS/running.log"

# shellcheck shell=bash
# docs/first-boot.md, followed by somebody with a domain of his own.

if unshare --net --mount --pid --fork --mount-proc true 2>/dev/null; then
    judged "docs/first-boot.md" "$PYTHON" .ci/tools/first_boot_page.py --binary "$BINARY" --page docs/first-boot.md \
        --domain brandy.test
else
    skip "docs/first-boot.md" "no namespaces of one's own here"
fi

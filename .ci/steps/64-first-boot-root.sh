# shellcheck shell=bash
# What user-data asks for, done by cloud-init itself in Debian roots: a server and an agent of each distribution.

judged "root" "$PYTHON" .ci/tools/root.py --binary "$BINARY" --cache .ci/cache \
    bootstrap/labs/kidd.network/lab.yaml:valar-1 bootstrap/labs/kidd.network/lab.yaml:valar-2 \
    .ci/labs/first-boot.yaml:ember .ci/labs/first-boot.yaml:spark .ci/labs/kubeadm.yaml:anvil .ci/labs/kubeadm.yaml:tongs
# A later cloud-init has other ways.
judged "root" "$PYTHON" .ci/tools/root.py --binary "$BINARY" --cache .ci/cache --suite trixie \
    bootstrap/labs/kidd.network/lab.yaml:valar-1 .ci/labs/first-boot.yaml:ember

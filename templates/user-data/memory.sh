# The root of this node is a layer in memory over a read-only one, and containers cannot lay layers of their own upon
# it: what Kubernetes writes gets memory of its own. It runs at every boot, before files are written there, and does
# nothing the second time.
set -eu
folders={{ folders }}
for folder in $folders; do
    mkdir -p "$folder"
    mountpoint -q "$folder" || mount -t tmpfs -o mode=0755 tmpfs "$folder"
done

# The root of this node is a layer in memory over a read-only one, and containers cannot lay layers of their own upon
# it: k3s and the kubelet get memory of their own. It runs at every boot, before files are written there, and does
# nothing the second time.
set -eu
for folder in /var/lib/rancher /var/lib/kubelet; do
    mkdir -p "$folder"
    mountpoint -q "$folder" || mount -t tmpfs -o mode=0755 tmpfs "$folder"
done

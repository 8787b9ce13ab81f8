#!/bin/sh
# Puts kubeadm, kubelet and kubectl of the pinned version in their places, verified, and makes the node part of the
# cluster. Running it again does no harm: what is right is left alone, and a node that has joined stays as it is.
set -eu
version={{ cluster.version }}
from={{ install.from }}
folder={{ install.folder }}
arch={{ install.arch }}
command={{ install.command }}
mark={{ install.mark }}
unit={{ install.unit }}
config=/etc/kubernetes/kubeadm.yaml
programs=/usr/local/bin
PATH=$programs:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

fail() {
    printf 'kindling: error: %s\n' "$1" >&2
    exit 1
}

# installed PROGRAM: its version.
installed() {
    [ -x "$programs/$1" ] || return 0
    case $1 in
    kubeadm) "$programs/kubeadm" version --output short ;;
    kubelet) "$programs/kubelet" --version ;;
    kubectl) "$programs/kubectl" version --client ;;
    esac | sed -n 's/.*\(v[0-9][0-9.]*[^ ]*\).*/\1/p' | head -n 1
}

for program in kubeadm kubelet kubectl; do
    if [ "$(installed "$program")" != "$version" ]; then
        /usr/local/lib/kindling/fetch "$from" "$program" "$programs/$program" "$program.sha256" 0755
    fi
    found=$(installed "$program")
    [ "$found" = "$version" ] || fail "$programs/$program is version ${found:-unknown}, lab.yaml pins $version"
done

if [ ! -f "$mark" ]; then
    for module in overlay br_netfilter; do
        modprobe "$module" || fail "the kernel has no module $module"
    done
    sysctl --quiet --load=/etc/sysctl.d/90-kindling-kubernetes.conf
    # Debian keeps the network plug-ins elsewhere than charts put theirs.
    mkdir -p /opt/cni/bin
    for plugin in /usr/lib/cni/*; do
        if [ -e "$plugin" ]; then ln -sf "$plugin" /opt/cni/bin/; fi
    done
    systemctl enable containerd.service
    systemctl restart containerd.service
    # Images that came with the files need no registry.
    images=$folder/kubeadm-images-$arch.tar
    if [ -n "$folder" ] && [ -f "$images" ]; then
        ctr --namespace k8s.io images import "$images"
    fi
    systemctl daemon-reload
    systemctl enable kubelet.service
    # A node that boots anew is taken for running under its name for a minute: it may have to ask again.
    tries=1
    [ "$command" = init ] || tries=5
    until kubeadm "$command" --config "$config"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] ||
            fail "kubeadm $command failed; before another try run kubeadm reset and let cloud-init write its files anew"
        sleep 60
    done
fi
if [ -n "$unit" ]; then
    systemctl daemon-reload
    systemctl enable "$unit"
    systemctl start --no-block "$unit"
fi

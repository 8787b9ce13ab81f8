//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab

/// k3s and RKE2, which are configured alike: their names for the same things.
struct RancherLayout {
    let distribution: Cluster.Distribution
    /// Where the project publishes its releases.
    let releases: String
    /// Port of a server that nodes join at.
    let port: Int

    static let k3s = RancherLayout(
        distribution: .k3s,
        releases: "https://github.com/k3s-io/k3s/releases/download",
        port: 6443
    )

    static let rke2 = RancherLayout(
        distribution: .rke2,
        releases: "https://github.com/rancher/rke2/releases/download",
        port: 9345
    )

    var name: String { distribution.rawValue }
    /// Folder of the configuration.
    var configuration: String { "/etc/rancher/\(name)" }
    /// Folder of manifests that the first server applies.
    var manifests: String { "/var/lib/rancher/\(name)/server/manifests" }
    /// Folder of the authorities on the first server.
    var authorities: String { "/var/lib/rancher/\(name)/server/tls" }
    /// The script that installs and starts it.
    var program: String { "\(Renderer.programs)/\(name)-install" }

    /// The file by which the API server authenticates. That of RKE2 runs in a pod, which gets the folder: of a mounted
    /// file alone it would not see the next one.
    var authentication: String {
        distribution == .rke2 ? "\(configuration)/authentication/auth.yaml" : "\(configuration)/auth.yaml"
    }

    func unit(_ role: ClusterNode.Role) -> String {
        switch role {
        case .server: distribution == .rke2 ? "rke2-server.service" : "k3s.service"
        case .agent: "\(name)-agent.service"
        }
    }

    /// What is fetched: a program of k3s, an archive of RKE2.
    func file(_ arch: ClusterNode.Architecture) -> String {
        switch (distribution, arch) {
        case (.rke2, _): "rke2.linux-\(arch.rawValue).tar.gz"
        case (_, .amd64): "k3s"
        case (_, .arm64): "k3s-arm64"
        }
    }

    /// The images of the distribution, which an air-gap folder may hold.
    func images(_ arch: ClusterNode.Architecture) -> String {
        distribution == .rke2
            ? "rke2-images.linux-\(arch.rawValue).tar.zst" : "k3s-airgap-images-\(arch.rawValue).tar.zst"
    }
}

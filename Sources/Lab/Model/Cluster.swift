//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import YAML

/// `cluster`: the Kubernetes cluster that the nodes form.
package struct Cluster: Sendable {
    package var name: String
    package var distribution: Distribution
    package var version: String
    /// Address of the first server.
    package var endpoint: String
    package var ingress: Ingress
    package var groupsPrefix: String
    /// Where the distribution comes from.
    package var install: Install
    /// As in k3s `registries.yaml` (`mirrors`, `configs`), checked against its keys.
    package var registries: Node?
    package var trust: Trust
    /// Pinned versions, by component, in the order written.
    package var components: [Component]
    package var layout: Layout
    package var secretForm: SecretForm
    package var externalSecret: ExternalSecret?

    package enum Distribution: String, Sendable, CaseIterable {
        case k3s, rke2, kubeadm
    }

    /// `install`: where the distribution comes from, and what its files must be.
    package struct Install: Sendable, Hashable {
        /// Base URL of the releases; `nil`: the project's own.
        package var source: String?
        /// Folder on the nodes that holds the files already.
        package var folder: String?
        /// SHA-256 of the program or archive in small hexadecimal digits, by architecture. Without one the digest that
        /// the release publishes is taken.
        package var sha256: [ClusterNode.Architecture: String]
    }

    package enum Layout: String, Sendable, CaseIterable {
        case k3sManifests = "k3s-manifests"
        case kustomize
        case argocdApps = "argocd-apps"
        case flat
    }

    package enum SecretForm: String, Sendable, CaseIterable {
        case plain
        case externalSecret = "external-secret"
        case sops, sealed
    }

    package struct Component: Sendable, Hashable {
        package var name: String
        package var version: String
        package var source: ChartSource
    }

    /// How traffic enters: by Ingress of a class, or by a Gateway (Gateway API `parentRefs`).
    package enum Ingress: Sendable, Hashable {
        case ingress(className: String)
        case gateway([ParentReference])
    }

    /// Gateway API v1, `ParentReference`.
    package struct ParentReference: Sendable, Hashable {
        package var name: String
        package var namespace: String?
        package var sectionName: String?
        package var port: Int?

        package init(name: String, namespace: String? = nil, sectionName: String? = nil, port: Int? = nil) {
            self.name = name
            self.namespace = namespace
            self.sectionName = sectionName
            self.port = port
        }
    }

    /// Where pods find the lab's root.
    package struct Trust: Sendable, Hashable {
        package var configMap: String
        package var key: String
        /// Label of the namespaces that the trust-manager Bundle serves.
        package var namespaceLabel: Label
    }

    /// A Kubernetes label, written `key=value`.
    package struct Label: Sendable, Hashable, CustomStringConvertible {
        package var key: String
        package var value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }

        /// Reads `key=value` by the rules of Kubernetes; `nil` for anything else.
        package init?(_ text: String) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { return nil }
            let names = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard names.count == 1 || HostName.isDNSName(names[0]), Self.isName(names[names.count - 1]),
                parts[1].isEmpty || Self.isName(parts[1])
            else { return nil }
            self.init(key: parts[0], value: parts[1])
        }

        package var description: String { "\(key)=\(value)" }

        private static func isName(_ text: String) -> Bool {
            guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else { return false }
            return Format.isLetterOrDigit(first) && Format.isLetterOrDigit(last)
                && text.utf8.allSatisfy { Format.isLetterOrDigit($0) || "._-".utf8.contains($0) }
        }
    }

    package struct ExternalSecret: Sendable, Hashable {
        package var store: String
        package var kind: String
        package var item: String

        package init(store: String, kind: String, item: String) {
            self.store = store
            self.kind = kind
            self.item = item
        }
    }

    /// A component, if lab.yaml names it.
    package func component(_ name: String) -> Component? {
        components.first { $0.name == name }
    }
}

/// An entry of `nodes`: a machine of the cluster.
package struct ClusterNode: Sendable, Hashable {
    package var name: String
    package var identity: MachineIdentity?
    package var role: Role
    /// Name of its netboot profile.
    package var profile: String?
    package var arch: Architecture
    package var os: OperatingSystem
    package var install: Install
    /// Whether it has a clock that runs without power.
    package var hasClock: Bool
    /// `nil`: by DHCP.
    package var address: InterfaceAddress?
    package var sshKeys: [String]
    package var packages: [String]
    /// As cloud-init `write_files`.
    package var files: [FileSpec]
    package var enrol: Enrol

    package enum Role: String, Sendable, CaseIterable {
        case server, agent
    }

    package enum Architecture: String, Sendable, CaseIterable {
        case amd64, arm64
    }

    /// How the operating system gets onto it.
    package enum Install: String, Sendable, CaseIterable {
        /// An image is written to its disk or card, or mounted over the network.
        case image
        /// Ubuntu's server installer runs unattended.
        case autoinstall
    }

    package enum Enrol: String, Sendable, CaseIterable {
        case approve, token
    }

    /// How a machine is recognised.
    package enum MachineIdentity: Sendable, Hashable {
        case mac(String)
        case uuid(String)
        case serial(String)
    }
}

/// Operating systems whose first boot is known, by the cloud-init that they bring.
package enum OperatingSystem: String, Sendable, CaseIterable {
    case ubuntu2204 = "ubuntu-22.04"
    case ubuntu2404 = "ubuntu-24.04"
    case debian12 = "debian-12"
    case debian13 = "debian-13"
    /// Raspberry Pi OS of Debian 13, the first that brings cloud-init.
    case raspios13 = "raspios-13"
}

/// One file on a node (cloud-init `write_files`).
package struct FileSpec: Sendable, Hashable {
    package var path: String
    package var content: String
    package var owner: String?
    /// Four octal digits.
    package var permissions: String?
    package var encoding: String?
    package var append: Bool
    package var isDeferred: Bool

    /// Encodings that cloud-init knows.
    static let encodings = [
        "b64", "base64", "gz", "gzip", "gz+b64", "gz+base64", "gzip+b64", "gzip+base64", "text/plain",
    ]
}

/// `netboot`: what listens for machines that boot from the network.
package struct Netboot: Sendable, Hashable {
    package var address: String
    package var http: Endpoint?
    package var https: Endpoint?
    package var tftp: Endpoint?
    /// Interface to answer on.
    package var proxyDHCP: String?
    package var profiles: [Profile]

    package struct Profile: Sendable, Hashable {
        package var name: String
        package var os: String
        package var kernel: String
        package var initrd: String
        package var root: String?
        package var arguments: [String]
    }
}

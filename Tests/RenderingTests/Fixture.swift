//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Rendering
import Support
import TestSupport
import Testing
import YAML

/// The seed's lab with example values: a public authority whose keys are gone, and secrets that say what they are.
enum Fixture {
    /// What stands where a private key would.
    static let keyComment = "# Here stands the private key of the cluster's intermediate. An example has none.\n"

    /// The lab of the first seed.
    static let seed = "bootstrap/labs/kidd.network/lab.yaml"
    /// The lab of every app.
    static let apps = "bootstrap/labs/apps/lab.yaml"
    /// SHA-256 of `Tests/Fixtures/kubernetes-ca/ca.crt`, and of its public key, as OpenSSL computes them.
    static let fileDigest = "89e9280cc4ede546450c704c317c1e56e3103fa9f52e5b9b46adb0ffb3a2e8cc"
    static let publicKeyDigest = "6e7f7e310a0b91f2d211544064107ba2ca17f24e74cf5712ad4bf663bea8e444"

    /// What stands where the private key of a cluster's own authority would.
    static func keyComment(of name: String) -> String {
        "# Here stands the private key of \(name). An example has none.\n"
    }

    /// The first second of 2026, UTC.
    static let notBefore = 1_767_225_600

    static func lab(of path: String = seed, _ change: (inout Lab) -> Void = { _ in }) throws -> Lab {
        var lab = try LabDecoder.decode(text: Repository.text(path), file: path)
        change(&lab)
        return lab
    }

    static func input(of path: String = seed, _ change: (inout Lab) -> Void = { _ in }) throws -> RenderInput {
        try input(lab(of: path, change))
    }

    /// The input of a lab with a root, keys and secrets made up for it.
    static func input(_ lab: Lab) throws -> RenderInput {
        let root = try Repository.text("Tests/Fixtures/lab-ca/root.pem")
        let secrets = RequiredSecrets.specs(of: lab).map { spec in
            (spec.name, Secret(spec.isBootstrapToken ? "exampl.examplebootstrap" : "example-\(spec.name)-secret"))
        }
        let clientSecrets = lab.clients.filter { !$0.isPublic }.map { ($0.id, Secret("example-\($0.id)-secret")) }
        return RenderInput(
            lab: lab,
            trust: TrustMaterial(
                roots: [root],
                entries: [.init(key: "ca.crt", text: root), .init(key: "4acfa45d.0", text: root)]
            ),
            clusterIntermediate: ClusterIntermediate(
                certificate: try Repository.text("Tests/Fixtures/lab-ca/cluster-intermediate.pem"),
                key: Secret(keyComment),
                root: root
            ),
            kubernetesKeys: try kubernetesKeys(lab),
            clientSecrets: Dictionary(uniqueKeysWithValues: clientSecrets),
            secrets: Dictionary(uniqueKeysWithValues: secrets),
            shellHashes: Dictionary(
                uniqueKeysWithValues: RequiredSecrets.specs(of: lab).filter(\.isShellPassword).map {
                    ($0.name, Secret("$y$j9T$example$hash-of-\($0.name)"))
                }
            ),
            notBefore: notBefore
        )
    }

    /// The keys of the cluster's own, all of them the same but for their names.
    private static func kubernetesKeys(_ lab: Lab) throws -> KubernetesKeys {
        let certificate = try Repository.text("Tests/Fixtures/kubernetes-ca/ca.crt")
        let authorities = RequiredKubernetesKeys.authorities(of: lab).map { name in
            let key = Secret(keyComment(of: name))
            let authority = KubernetesKeys.Authority(
                certificate: certificate,
                key: key,
                fileDigest: fileDigest,
                publicKeyDigest: publicKeyDigest
            )
            return (name, authority)
        }
        let publicKey = try Repository.text("Tests/Fixtures/kubernetes-ca/sa.pub")
        return KubernetesKeys(
            authorities: Dictionary(uniqueKeysWithValues: authorities),
            serviceAccount: RequiredKubernetesKeys.serviceAccount(of: lab).map { name in
                KubernetesKeys.Pair(key: Secret(keyComment(of: name)), publicKey: publicKey)
            },
            nodePasswords: Dictionary(
                uniqueKeysWithValues: lab.nodes.map { ($0.name, Secret("example-\($0.name)-password")) }
            )
        )
    }

    static func outputs(of path: String = seed, _ change: (inout Lab) -> Void = { _ in }) throws -> [RenderedFile] {
        try Renderer(input(of: path, change)).outputs()
    }

    /// The user-data of a node, parsed.
    static func userData(
        _ node: String,
        of path: String = seed,
        _ change: (inout Lab) -> Void = { _ in }
    ) throws -> UserData {
        try UserData(Renderer(input(of: path, change)).userData(node: node, seed: .inline).text)
    }

    /// A document of the outputs, parsed.
    static func document(_ path: String, in files: [RenderedFile]) throws -> Node {
        let file = try #require(files.first { $0.path == path }, "no \(path)")
        return try YAMLParser.document(file.text, file: path)
    }
}

/// User-data as a test looks at it.
struct UserData {
    struct File {
        var path: String
        var content: String
        var permissions: String
    }

    let node: Node
    let files: [File]

    init(_ text: String) throws {
        #expect(text.hasPrefix("#cloud-config\n"))
        node = try YAMLParser.document(text, file: "user-data")
        files = (node["write_files"]?.items ?? []).map {
            File(
                path: $0["path"]?.text ?? "",
                content: $0["content"]?.text ?? "",
                permissions: $0["permissions"]?.text ?? ""
            )
        }
    }

    func content(_ path: String) -> String? { files.first { $0.path == path }?.content }

    func document(_ path: String) throws -> Node {
        try YAMLParser.document(#require(content(path), "no \(path)"), file: path)
    }
}

extension Node {
    /// The node at a path of keys.
    func at(_ keys: String...) -> Node? {
        var node: Node? = self
        for key in keys { node = node?[key] }
        return node
    }

    /// Every text in the tree.
    var texts: [String] {
        if let text { return [text] }
        if let items { return items.flatMap(\.texts) }
        return (pairs ?? []).flatMap { $0.key.texts + $0.value.texts }
    }
}

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
import Templating
import Testing

@Suite struct SecrecyTests {
    /// Every secret of the fixture, told apart.
    private func secrets(_ input: RenderInput) -> [String] {
        input.clientSecrets.values.map { $0.expose() } + input.secrets.values.map { $0.expose() }
            + (Array(input.passwordHashes.values) + Array(input.shellHashes.values)).map { $0.expose() }
            + (input.kubernetesKeys?.authorities.values.map { $0.key.expose().trimmed } ?? []) + [
                input.clusterIntermediate?.key.expose().trimmed ?? ""
            ]
    }

    @Test func aFileWithASecretIsItsOwnersAlone() throws {
        var input = try Fixture.input()
        input.passwordHashes = ["argocd-admin": Secret("$2a$10$abcdefghijklmnopqrstuv")]
        let files = try Renderer(input).outputs()
        for file in files {
            let holdsOne = secrets(input).contains { !$0.isEmpty && file.text.contains($0) }
            #expect(file.mode == (holdsOne ? 0o600 : 0o644), "\(file.path)")
            #expect(!"\(file)".contains("example-"))
            #expect(!String(reflecting: file).contains("example-"))
        }
        #expect(
            files.filter(\.holdsSecret).map(\.path) == [
                "cluster/11-local-ca.yaml", "cluster/30-argocd.yaml", "cluster/31-argocd-oidc.yaml",
                "cluster/41-headlamp-oidc.yaml",
                "nodes/valar-1/user-data", "nodes/valar-2/user-data", "nodes/valar-3/user-data",
            ]
        )
    }

    @Test func anAgentHoldsTheAgentTokenAndNoOtherSecret() throws {
        let input = try Fixture.input()
        let text = try Renderer(input).userData(node: "valar-2", seed: .inline).text
        let own = "example-k3s-agent-token-secret"
        #expect(text.contains(own))
        for secret in secrets(input) where secret != own { #expect(!text.contains(secret)) }
        for node in ["valar-1", "valar-2", "valar-3"] {
            #expect(
                text.contains("example-\(node)-password") == (node == "valar-2"),
                "a node has its own password alone"
            )
        }
        #expect(!text.contains(input.clusterIntermediate?.certificate ?? ""))
        #expect(!text.contains("server/tls/"))
    }

    @Test func secretFilesOfANodeAreRootsAlone() throws {
        for node in ["valar-1", "valar-2"] {
            for file in try Fixture.userData(node).files {
                let isOpen = file.path.hasSuffix(".service") || file.path.hasPrefix("/usr/local/lib/kindling/")
                #expect(isOpen == (file.permissions != "0600"), "\(file.path)")
            }
        }
    }

    @Test func theAdministratorsHashReachesArgoCD() throws {
        var input = try Fixture.input()
        input.passwordHashes = ["argocd-admin": Secret("$2a$10$abcdefghijklmnopqrstuv")]
        let chart = try #require(try Renderer(input).outputs().first { $0.path == "cluster/30-argocd.yaml" })
        #expect(chart.text.contains("argocdServerAdminPassword: $2a$10$abcdefghijklmnopqrstuv"))
    }

    @Test func everyMissingSecretIsNamedWithARemedy() throws {
        for id in ["argocd", "headlamp"] {
            var input = try Fixture.input()
            input.clientSecrets[id] = nil
            let error = try #require(throws: RenderingError.self) { try Renderer(input).outputs() }
            #expect(error.code == .renderingInputMissing)
            #expect(error.message.contains(id))
            #expect(error.remedy != nil)
        }
        for name in ["k3s-token", "k3s-agent-token"] {
            var input = try Fixture.input()
            input.secrets[name] = nil
            let error = try #require(throws: RenderingError.self) { try Renderer(input).outputs() }
            #expect(error.message.contains(name))
        }
        var keyless = try Fixture.input()
        keyless.kubernetesKeys?.authorities["etcd/peer-ca"] = nil
        let missing = try #require(throws: RenderingError.self) { try Renderer(keyless).outputs() }
        #expect(missing.message == "there is no authority etcd/peer-ca in the state")
        var input = try Fixture.input()
        input.clusterIntermediate = nil
        let error = try #require(throws: RenderingError.self) { try Renderer(input).outputs() }
        #expect(error.remedy == "kindling ca create")
    }

    @Test func theSecretsALabNeedsAreListed() throws {
        let lab = try Fixture.lab()
        #expect(RequiredSecrets.names(of: lab) == ["k3s-token", "k3s-agent-token", "argocd-admin"])
        #expect(RequiredSecrets.specs(of: lab).filter(\.isHashed).map(\.name) == ["argocd-admin"])
        #expect(RequiredSecrets.specs(of: lab).allSatisfy { $0.length == 43 && $0.alphabet == .base64url })
        let none = try Fixture.lab { $0.cluster = nil }
        #expect(RequiredSecrets.names(of: none) == ["argocd-admin"], "an app is installed by hand too")
        let two = try Fixture.lab { $0.clients += $0.clients.filter { $0.id == "argocd" } }
        #expect(RequiredSecrets.names(of: two) == RequiredSecrets.names(of: lab))
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == "\n" }.prefix { $0 != "\n" }) }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import TestSupport
import Testing
import YAML

@testable import Lab

@Suite struct SampleLabTests {
    static let paths = ["apps", "kidd.network", "local"].map { "bootstrap/labs/\($0)/lab.yaml" }

    @Test(arguments: paths) func `each sample lab is valid without a warning`(path: String) throws {
        let text = try Repository.text(path)
        #expect(Fixture.findings(text).map(\.description) == [])
        _ = try LabDecoder.decode(text: text, file: path)
    }

    @Test func `the first seed's lab is as it would be deployed`() throws {
        let path = "bootstrap/labs/kidd.network/lab.yaml"
        let lab = try LabDecoder.decode(text: try Repository.text(path), file: path)
        #expect(lab.name == "ainur")
        #expect(lab.identity.issuer == "https://dex.kidd.network")
        #expect(lab.identity.issuerHost == "dex.kidd.network")
        #expect(lab.identity.issuerPort == 443)
        #expect(lab.identity.address == "192.168.1.66")
        #expect(!lab.identity.isLoopback)
        #expect(lab.cluster?.trust.namespaceLabel.description == "ainur.kidd.network/ca=inject")
        #expect(lab.cluster?.ingress == .ingress(className: "traefik"))
        #expect(lab.cluster?.component("argocd")?.version == "9.1.0")
        #expect(lab.clients.map(\.id) == ["headlamp", "argocd", "kubernetes"])
        #expect(lab.client("headlamp")?.redirectURIs == ["https://headlamp.kidd.network/oidc-callback"])
        #expect(lab.firstServer?.name == "valar-1")
        #expect(lab.firstServer?.enrol == .approve)
        #expect(lab.nodes.map(\.enrol) == [.approve, .token, .token])
        #expect(lab.netboot?.profiles.map(\.name) == ["ubuntuserver"])
        #expect(lab.administrators.map(\.email) == ["admin@kidd.network"])
        #expect(lab.users.first?.id == "0001")
    }

    @Test func `the local lab listens on loopback alone`() throws {
        let path = "bootstrap/labs/local/lab.yaml"
        let lab = try LabDecoder.decode(text: try Repository.text(path), file: path)
        #expect(lab.identity.isLoopback)
        #expect(lab.identity.listen == Endpoint(host: "127.0.0.1", port: 5556))
        #expect(lab.identity.address == nil)
        #expect(lab.netboot == nil)
        #expect(lab.client("cli")?.requiresPKCE == true)
        #expect(lab.client("web")?.isPublic == false)
        #expect(try lab.authority.permits(AlternativeName("localhost")))
        #expect(try lab.authority.permits(AlternativeName("127.0.0.1")))
        #expect(try !lab.authority.permits(AlternativeName("kidd.network")))
    }

    @Test(arguments: [("ainur", "kidd.network"), ("local", "localhost"), ("x", "lan")])
    func `the initial lab is valid as it stands`(name: String, domain: String) throws {
        let text = InitialLab.text(name: name, domain: domain)
        #expect(Fixture.findings(text).map(\.description) == [])
        let lab = try LabDecoder.decode(text: text, file: "lab.yaml")
        #expect(lab.name == name)
        #expect(lab.domain == domain)
        #expect(lab.administrators.count == 1)
    }

    @Test func `the initial lab is valid with its examples too`() throws {
        let text = InitialLab.text(name: "ainur", domain: "kidd.network")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            ["#   ", "# cluster:", "# nodes:"].contains { line.hasPrefix($0) } ? line.dropFirst(2) : line
        }
        let full = lines.joined(separator: "\n").replacing("certificates: []", with: "certificates:")
        let lab = try LabDecoder.decode(text: full, file: "lab.yaml")
        #expect(lab.nodes.count == 2)
        #expect(lab.clients.map(\.id) == ["headlamp", "argocd", "kubernetes", "wiki"])
        #expect(lab.certificates.map(\.name) == ["nas"])
    }

    @Test func `every key of the complete lab is decoded`() throws {
        #expect(Fixture.findings(SampleLab.complete).map(\.description) == [])
        let lab = try LabDecoder.decode(text: SampleLab.complete, file: "lab.yaml")
        #expect(lab.authority.keyType == .p384)
        #expect(lab.authority.lifetime == .seconds(9 * 365 * 86_400))
        #expect(lab.identity.issuerPath == "/dex")
        #expect(lab.identity.issuerPort == 8443)
        #expect(lab.identity.trustedProxies.map(\.description) == ["10.42.0.0/16", "192.168.1.66/32"])
        #expect(lab.identity.lifetimes.refreshReuseGrace == .seconds(10))
        #expect(lab.identity.connectors.first?.secret == "forgejo-client-secret")
        #expect(
            lab.cluster?.ingress
                == .gateway([
                    .init(name: "lab", namespace: "gateways", sectionName: "https", port: 443)
                ])
        )
        #expect(lab.cluster?.registries?["mirrors"]?["docker.io"]?["endpoint"]?.items?.count == 1)
        #expect(lab.nodes.first?.identity == .mac("dc:a6:32:01:02:03"))
        #expect(lab.nodes[1].identity == .uuid("4c4c4544-0042-3510-8051-b4c04f564432"))
        #expect(lab.nodes.first?.files.first?.content == "Valar\nmorghulis\n")
        #expect(lab.nodes.first?.files.first?.permissions == "0644")
        #expect(lab.certificates.first?.profile == .peer)
        #expect(lab.secrets.first == SecretSpec(name: "backup-password", length: 40, alphabet: .hex))
    }

    @Test func `what is absent has its default`() throws {
        let lab = try Fixture.lab(
            adding: """
                clients: [{id: wiki, redirectURIs: [https://wiki.kidd.network/cb]}]
                certificates: [{name: nas, hosts: [nas.kidd.network]}]
                secrets: [{name: word}]
                cluster: {version: v1.33.6+k3s1, endpoint: 192.168.1.70}
                nodes: [{name: a, role: server}]
                """
        )
        #expect(lab.authority.commonName == "ainur Root CA")
        #expect(lab.authority.keyType == .p256)
        #expect(lab.authority.lifetime == .seconds(10 * 365 * 86_400))
        #expect(lab.authority.leafLifetime == .seconds(90 * 86_400))
        #expect(lab.authority.permitted == [.dns("kidd.network")])
        #expect(lab.identity.provider == .kindling)
        #expect(lab.identity.listen == Endpoint(host: "0.0.0.0", port: 443))
        #expect(lab.identity.lifetimes == .standard)
        #expect(lab.identity.keyRotation == .seconds(30 * 86_400))
        #expect(lab.users.first?.username == "admin")
        #expect(lab.users.first?.name == "admin")
        let wiki = try #require(lab.client("wiki"))
        #expect(wiki.name == "wiki")
        #expect(wiki.grants == [.authorizationCode, .refreshToken])
        #expect(wiki.scopes == ["openid", "profile", "email", "groups", "offline_access"])
        #expect(wiki.consent == .skip)
        #expect(wiki.algorithm == .rs256)
        #expect(!wiki.requiresPKCE)
        #expect(lab.certificates.first?.keyType == .p256)
        #expect(lab.secrets.first == SecretSpec(name: "word", length: 32, alphabet: .base64url))
        let cluster = try #require(lab.cluster)
        #expect(cluster.name == "ainur")
        #expect(cluster.distribution == .k3s)
        #expect(cluster.ingress == .ingress(className: "traefik"))
        #expect(cluster.groupsPrefix == "oidc:")
        #expect(cluster.trust.namespaceLabel.description == "ainur.kidd.network/ca=inject")
        #expect(cluster.layout == .k3sManifests)
        #expect(cluster.registries == nil)
        #expect(lab.nodes.first?.arch == .amd64)
        #expect(lab.nodes.first?.address == nil)
    }
}

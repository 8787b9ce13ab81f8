//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Testing

@testable import Lab

/// A change to ``Fixture/small`` and what must be said of it.
struct Case: Sendable, CustomTestStringConvertible {
    enum Change: Sendable {
        case add(String)
        case replace(String, String)
    }

    var change: Change
    var message: String
    var hint: String?
    var severity = Diagnostic.Severity.error

    static func add(_ text: String, _ message: String, hint: String? = nil) -> Case {
        Case(change: .add(text), message: message, hint: hint)
    }

    static func warn(_ text: String, _ message: String, hint: String? = nil) -> Case {
        Case(change: .add(text), message: message, hint: hint, severity: .warning)
    }

    static func replace(_ old: String, _ new: String, _ message: String, hint: String? = nil) -> Case {
        Case(change: .replace(old, new), message: message, hint: hint)
    }

    /// Another issuer.
    static func issuer(_ text: String, _ message: String, hint: String? = nil) -> Case {
        replace("https://dex.kidd.network", text, "identity.issuer \(message)", hint: hint)
    }

    /// A client with the keys given.
    static func client(_ text: String, _ message: String, hint: String? = nil) -> Case {
        add("clients: [{\(text)}]", message, hint: hint)
    }

    /// A key of `identity`.
    static func identity(_ text: String, _ message: String, hint: String? = nil) -> Case {
        replace("  address: 192", "  \(text)\n  address: 192", message, hint: hint)
    }

    var testDescription: String { message }

    var findings: [Diagnostic] {
        switch change {
        case .add(let text): Fixture.findings(adding: text)
        case .replace(let old, let new): Fixture.findings(replacing: old, with: new)
        }
    }
}

@Suite struct RuleTests {
    /// Exactly one thing is wrong in each case, and it is said.
    func judge(_ example: Case) {
        let findings = example.findings
        #expect(findings.count == 1, "\(findings.map(\.description).joined(separator: "\n"))")
        guard let first = findings.first else { return }
        #expect(first.message.contains(example.message), "\(first.description)")
        #expect(first.severity == example.severity)
        if let hint = example.hint { #expect(first.hint?.contains(hint) == true, "\(first.description)") }
        #expect(!first.message.isEmpty && !first.message.hasSuffix("."))
    }

    @Test func `the small lab is valid`() {
        #expect(Fixture.findings(Fixture.small).map(\.description) == [])
    }

    static let issuers: [Case] = [
        .issuer("http://dex.kidd.network", "does not begin with https://", hint: "https://dex.kidd.network"),
        .issuer("https://dex.kidd.network/", "ends with a slash", hint: "write https://dex.kidd.network"),
        .issuer(
            "https://dex.kidd.network/a/",
            "ends with a slash; issuers are compared byte for byte",
            hint: "write https://dex.kidd.network/a"
        ),
        .issuer("https://dex.kidd.network?x=1", "has a query or a fragment"),
        .issuer("\"https://dex.kidd.network#x\"", "has a query or a fragment"),
        .issuer("https://me:word@dex.kidd.network", "holds a user name"),
        .issuer("dex.kidd.network", "is not a URL"),
        .issuer("https://", "is not a URL"),
        .issuer("https://DEX.kidd.network", "has a host that has capital letters", hint: "dex.kidd.network"),
        .issuer("https://dex.kidd.network/a/../b", "has a path that clients would rewrite"),
        .issuer("https://dex.kidd.network:0", "is not a URL"),
        .issuer("https://kubernetes.default.svc.cluster.local", "is the cluster's own issuer"),
        .replace(
            "https://dex.kidd.network",
            "https://dex.other.test",
            "the host of identity.issuer lies outside",
            hint: "add dex.other.test to authority.permitted"
        ),
        .replace("  address: 192.168.1.66\n", "", "identity needs address", hint: "nodes map the issuer's name"),
        .identity("listen: 0.0.0.0:8443", "another port than the issuer", hint: "proxied: true"),
        .identity("listen: 443", "must be an address and a port"),
        .identity("listen: dex.kidd.network:443", "is not an address and a port"),
        .identity("issuer: https://dex.kidd.network", "the key \"issuer\" stands twice"),
        .replace("192.168.1.66", "192.168.1.66/24", "has a prefix length", hint: "write 192.168.1.66"),
        .replace("192.168.1.66", "dex", "is not an IP address"),
    ]

    @Test(arguments: issuers) func `an issuer that clients would not take is refused`(example: Case) {
        judge(example)
    }

    /// A second user with the keys given.
    private static func user(_ text: String, _ message: String, hint: String? = nil) -> Case {
        .replace("groups: [cluster-admins]}", "groups: [cluster-admins]}\n  - {\(text)}", message, hint: hint)
    }

    static let accounts: [Case] = [
        user(
            "email: a@kidd.network, name: 'A: B', shell: /bin/sh",
            "users[1].name has a colon",
            hint: "leave out shell"
        ),
        user("email: a@kidd.network, name: 'B, A', shell: /bin/sh", "users[1].name has a comma"),
        user("email: a@kidd.network, shell: '/bin/sh:x'", "users[1].shell has a colon"),
        user("email: 9a@kidd.network, shell: /bin/sh", "is no name that a machine takes"),
        user("email: default@kidd.network, shell: /bin/sh", "default is no name that a machine takes"),
        user("email: a@kidd.network, sudo: true", "users[1].sudo has no effect without shell"),
    ]

    @Test(arguments: accounts) func `an account that no machine could hold is refused`(example: Case) {
        judge(example)
    }

    @Test func `people without an account may be called as they like`() {
        let name = "groups: [cluster-admins], name: 'A: B, C'}"
        #expect(Fixture.findings(replacing: "groups: [cluster-admins]}", with: name).isEmpty)
    }

    static let authorities: [Case] = [
        .add("authority: {permitted: [.kidd.network]}", "begins with a dot", hint: "write kidd.network"),
        .add("authority: {permitted: [kidd.network, 192.168.1.7/24]}", "has bits set", hint: "write 192.168.1.0/24"),
        .add("authority: {permitted: ['*.kidd.network', kidd.network]}", "is a wildcard", hint: "write kidd.network"),
        .add("authority: {permitted: [kidd.network, 10.0.0.0/33]}", "is not an address range"),
        .add("authority: {url: https://pki.kidd.network}", "is not plain HTTP", hint: "http://pki.kidd.network"),
        .add("authority: {url: http://pki.kidd.network/}", "ends with a slash", hint: "write http://pki.kidd.network"),
        .add("authority: {keyType: p265}", "is none of p256, p384", hint: "did you mean p256?"),
        .add("authority: {lifetime: 90}", "must be a duration, and is a number", hint: "90s"),
        .add("authority: {lifetime: 3 months}", "is not a duration", hint: "90d"),
        .add("authority: {lifetime: 1h}", "must be 1d to 100y"),
        .add("authority: {leaf: {lifetime: 826d}}", "more than 825d"),
        .add("authority: {lifetime: 30d, leaf: {lifetime: 31d}}", "longer than the root lives (30d)"),
        .add("authority: {leaf: {lifetime: 59m}}", "less than an hour"),
        .warn("authority: {leaf: {lifetime: 398d}}", "more than 397d, which Android"),
        .warn("authority: {leaf: {keyType: ed25519}}", "is ed25519"),
        .warn("certificates: [{name: nas, hosts: [nas.kidd.network], keyType: ed25519}]", "is ed25519"),
        .add(
            "certificates: [{name: nas, hosts: [nas.example.com]}]",
            "lies outside authority.permitted (kidd.network)"
        ),
        .add("certificates: [{name: nas, hosts: [192.168.1.9]}]", "lies outside authority.permitted"),
        .add("certificates: [{name: nas, hosts: ['*.example.com']}]", "lies outside", hint: "add example.com"),
        .add("certificates: [{name: nas, hosts: [nas.kidd.network], lifetime: 900d}]", "more than 825d"),
        .add("certificates: [{name: a, hosts: [ada@example.com]}]", "lies outside", hint: "add example.com"),
        .add("certificates: [{name: a, hosts: ['spiffe://example.com/a']}]", "lies outside", hint: "add example.com"),
        .add("certificates: [{name: a, hosts: ['kidd.network:443']}]", "is neither a host nor a URI with a host"),
        .warn(
            "certificates: [{name: a, hosts: ['https://kidd.network/']}]",
            "is a URL, and clients look for the host alone",
            hint: "write kidd.network"
        ),
        .warn("authority: {keyType: ed25519}", "is ed25519"),
        .add("certificates: [{name: nas, hosts: []}]", "certificates[0].hosts is empty"),
        .add("certificates: [{name: nas}]", "certificates[0] needs hosts"),
        .add("certificates: [{name: Issuer, hosts: [a.kidd.network]}]", "the issuer's own certificate"),
        .add(
            "certificates: [{name: a, hosts: [a.kidd.network]}, {name: a, hosts: [b.kidd.network]}]",
            "certificates[1].name is already that of certificates[0]"
        ),
        .add("certificates: [{name: ../a, hosts: [a.kidd.network]}]", "is not a name"),
        .add("certificates: [{name: a, hosts: [Nas.kidd.network]}]", "has capital letters", hint: "nas.kidd.network"),
        .add("secrets: [{name: a, length: 7}]", "secrets[0].length is 7, and must be 8 to 512"),
        .add("secrets: [{name: a}, {name: a}]", "secrets[1].name is already that of secrets[0]"),
        .warn("secrets: [{name: a, length: 12}]", "less than 128 bits", hint: "22 characters"),
    ]

    @Test(arguments: authorities) func `certificates that verifiers would refuse are refused`(example: Case) {
        judge(example)
    }

    static let identities: [Case] = [
        .identity("lifetimes: {code: 11m}", "identity.lifetimes.code is 11m, and must be 1s to 10m"),
        .identity("lifetimes: {idToken: 8d}", "must be 1s to 7d"),
        .identity("lifetimes: {idToken: 0s}", "is 0s, and must be 1s"),
        .identity(
            "lifetimes: {idTokens: 1h}",
            "identity.lifetimes.idTokens is not known",
            hint: "did you mean idToken?"
        ),
        .identity("keyRotation: 5m", "must be 1h to 1y"),
        .identity("proxied: yes", "must be true or false", hint: "write true or false"),
        .identity("connectors: [{type: gitea, id: a, url: https://a.test, clientID: x}]", "connectors[0] needs secret"),
        .identity(
            "connectors: [{type: gitea, id: local, url: https://a.test, clientID: x, secret: s}]",
            "the connector of the lab's own users"
        ),
        .identity(
            "connectors: [{type: oidc, id: a, url: http://a.test, clientID: x, secret: s}]",
            "is plain HTTP, which only loopback hosts may use"
        ),
        .identity(
            "connectors: [{type: oidc, id: a, url: https://a.test, clientID: x, secret: s, orgs: [b]}]",
            "is for connectors of type gitea"
        ),
        .replace("admin@kidd.network", "admin", "users[0].email is not an e-mail address"),
        .replace("admin@kidd.network", "Admin@kidd.network", "has capital letters", hint: "admin@kidd.network"),
        .replace("groups: [cluster-admins]}", "groups: ['cluster-admins', 'system:masters']}", "begins with system:"),
        .replace("groups: [cluster-admins]}", "groups: [cluster-admins, SYSTEM:x]}", "begins with system:"),
        .replace("groups: [cluster-admins]}", "groups: [cluster-admins, 'a,b']}", "is not a group"),
        .replace(
            "email: admin@kidd.network",
            "email: admin@kidd.network, username: 'system:admin'",
            "is not a user name"
        ),
        .replace(
            "email: admin@kidd.network",
            "email: admin@kidd.network, id: 0001",
            "must be a user id",
            hint: "\"0001\""
        ),
        .replace(
            "groups: [cluster-admins]}",
            "groups: [cluster-admins]}\n  - {email: admin@kidd.network, username: two}",
            "users[1].email is already that of users[0]"
        ),
        .replace(
            "groups: [cluster-admins]}",
            "groups: [cluster-admins], id: a}\n  - {email: b@kidd.network, id: a}",
            "users[1].id is already that of users[0]",
            hint: "one person"
        ),
        .replace(
            "groups: [cluster-admins]}",
            "groups: [cluster-admins]}\n  - {email: b@kidd.network, username: ADMIN}",
            "users[1].username is already that of users[0]"
        ),
        .replace(
            "groups: [cluster-admins]}",
            "groups: [cluster-admins]}\n  - {email: admin@b.kidd.network}",
            "users[1].username is already that of users[0]",
            hint: "a username of its own"
        ),
    ]

    @Test(arguments: identities) func `people and upstreams that would clash are refused`(example: Case) {
        judge(example)
    }

    @Test func `administrators whom nobody is are a warning`() {
        let findings = Fixture.findings(replacing: "administrators: [cluster-admins]", with: "administrators: [admins]")
        #expect(findings.map(\.severity) == [.warning])
        let none = Fixture.findings(replacing: "  administrators: [cluster-admins]\n", with: "")
        #expect(none.map(\.severity) == [.warning])
        let upstream = Fixture.findings(
            replacing: "  administrators: [cluster-admins]\n",
            with: """
                  administrators: [org:admins]
                  connectors: [{type: gitea, id: a, url: https://a.test, clientID: x, secret: s}]

                """
        )
        #expect(upstream.map(\.description) == [])
    }

    static let shapes: [Case] = [
        .add("colour: red", "colour is not known", hint: "known are lab, domain"),
        .add("netbot: {}", "netbot is not known", hint: "did you mean netboot?"),
        .add("clients: {app: argocd}", "clients must be a list, and is a mapping"),
        .add("clients: argocd", "clients must be a list, and is text", hint: "[argocd]"),
        .add("clients: [argocd]", "clients[0] must be a mapping, and is text"),
        .add("authority:", "authority must be a mapping, and is nothing", hint: "remove the key"),
        .add("authority: {commonName: no}", "is a truth value", hint: "\"no\""),
        .add("authority: {commonName: 7}", "is a number", hint: "\"7\""),
        .add("authority: {commonName: ''}", "authority.commonName is empty"),
        .add("authority: {commonName: !secret x}", "is the tag !secret", hint: "remove the tag"),
        .add("secrets: [{name: a, length: '32'}]", "must be a whole number, and is text", hint: "without quotes"),
        .add("secrets: [{name: a, length: 1e3}]", "must be a whole number, and is a number"),
        .add("true: x", "a key of lab.yaml must be text", hint: "\"true\""),
        .replace("lab: ainur\n", "", "lab.yaml needs lab"),
        .replace("lab: ainur", "lab: Ainur", "lab is not a DNS label"),
        .replace("domain: kidd.network", "domain: kidd.network.", "domain ends with a dot", hint: "kidd.network"),
    ]

    @Test(arguments: shapes) func `what has not the shape of a lab is refused`(example: Case) {
        judge(example)
    }

    @Test func `empty lists may be left without a value`() {
        #expect(Fixture.findings(adding: "clients:\ncertificates: ~\nsecrets: []\nnodes:").map(\.description) == [])
    }
}

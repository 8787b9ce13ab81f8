//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import PKI
import Server

/// What `up` tells: what stands, where it is, what to do next.
struct UpReport {
    let lab: Lab
    let paths: LabPaths
    let boot: FirstBoot.Result
    let outputs: OutputFolder.Report

    /// The text for standard output.
    func text(isServing: Bool) -> String {
        var lines = ["lab \(lab.name) (\(lab.domain))"]
        lines += boot.made.map { "  made        \($0)" }
        lines += [
            "  authority   \(boot.authorities.root.commonName)",
            "              SHA-256 \(boot.authorities.trust.fingerprints.joined(separator: "\n              SHA-256 "))",
            "  issuer      \(lab.identity.issuer)",
        ]
        if let address = PublishedAddress(lab) { lines.append("  trust page  \(address.trustPage)") }
        if let hosts = hostsLine { lines.append("  hosts line  \(hosts)") }
        lines.append("  outputs     \(paths.out) (\(outputs.summary))")
        lines += notServed.map { "  note        \($0)" }
        lines.append("next")
        lines += next(isServing: isServing).map { "  \($0)" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What `up` would do, for `--dry-run`.
    static func plan(lab: Lab, paths: LabPaths) -> String {
        let secrets = lab.clients.filter { !$0.isPublic }.map(\.id).joined(separator: ", ")
        var lines = [
            "lab \(lab.name) (\(lab.domain)): would make what is missing of",
            "  state         \(paths.state)",
            "  authority     \(lab.authority.commonName)",
            "  certificates  \((["issuer"] + lab.certificates.map(\.name)).joined(separator: ", "))",
            "  secrets of    \(secrets.isEmpty ? "no client" : secrets)",
            "  outputs       \(paths.out)",
            "then would serve \(lab.identity.issuer) on \(lab.identity.listen)",
        ]
        if let listen = lab.authority.listen, let address = PublishedAddress(lab) {
            lines.append("and would publish certificates at \(address.trustPage) on \(listen)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The line for `/etc/hosts` of workstations; none where the name is loopback anyway.
    private var hostsLine: String? {
        guard !lab.identity.isLoopback, let address = lab.identity.address else { return nil }
        return "\(address) \(lab.identity.issuerHost)"
    }

    /// Keys of lab.yaml that are valid and that this version does nothing for yet.
    private var notServed: [String] {
        var notes: [String] = []
        if lab.netboot != nil { notes.append("netboot is not served by this version; write seeds to USB or SD") }
        for client in lab.clients where client.grants.contains(.tokenExchange) {
            notes.append("token_exchange of client \(client.id) is not offered by this version")
        }
        if !lab.identity.connectors.isEmpty { notes.append("connectors are not offered by this version") }
        return notes
    }

    private func next(isServing: Bool) -> [String] {
        var steps = [
            "trust the CA on your workstation: \(paths.command("bundle --to lab-ca.crt")), see docs/trust.md"
        ]
        if let hostsLine {
            steps.append("let your workstation find the issuer: echo '\(hostsLine)' | sudo tee -a /etc/hosts")
        }
        for node in lab.nodes.prefix(1) {
            steps.append("boot \(node.name) with \(paths.out)/nodes/\(node.name)/user-data, see docs/first-boot.md")
        }
        if !isServing { steps.append("serve the identity provider: \(paths.command("idp serve"))") }
        return steps
    }
}

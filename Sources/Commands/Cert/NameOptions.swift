//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import PKI

/// The names of a leaf, by kind.
struct NameOptions: ParsableArguments {
    @Option(name: .customLong("host"), help: "A DNS name or IP address; may be repeated.")
    var hosts: [String] = []

    @Option(name: .customLong("email"), help: "An e-mail address; may be repeated.")
    var emails: [String] = []

    @Option(
        name: .customLong("uri"),
        help: "A URI with a host, for example spiffe://kidd.network/nas; may be repeated."
    )
    var uris: [String] = []

    /// All of them as a request lists them, each of the kind of its flag.
    func names() throws -> [String] {
        try check(hosts, "--host", "a DNS name or IP address") { if case .dns = $0 { true } else { $0.isAddress } }
        try check(emails, "--email", "an e-mail address") { if case .email = $0 { true } else { false } }
        try check(uris, "--uri", "a URI") { if case .uri = $0 { true } else { false } }
        return hosts + emails + uris
    }

    private func check(
        _ texts: [String],
        _ flag: String,
        _ words: String,
        _ isOfKind: (AlternativeName) -> Bool
    ) throws {
        for text in texts where try !isOfKind(.read(text)) {
            throw CommandError(
                .badArgument,
                "\(text) after \(flag) is not \(words)",
                remedy: "DNS names and addresses come with --host, e-mail addresses with --email, URIs with --uri"
            )
        }
    }
}

extension AlternativeName {
    /// Whether it is an IP address.
    fileprivate var isAddress: Bool { if case .address = self { true } else { false } }
}

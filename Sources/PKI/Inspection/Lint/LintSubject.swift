//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import X509

/// A certificate before its judges, with what else is known of it.
struct LintSubject: Sendable {
    let fields: CertificateFields
    let extensions: ParsedExtensions
    /// The certificates at hand that bear its issuer's name.
    let issuers: [Issuer]
    /// All authorities above, as far as they are at hand.
    let ancestors: [CertificateGraph.Entry]
    let now: Date

    /// A certificate that may have issued it.
    struct Issuer: Sendable {
        let entry: CertificateGraph.Entry
        /// Whether its key made the signature; `nil` where that cannot be told.
        let didSign: Bool?
        /// Whether the key identifiers agree, or one side has none.
        let isOfKeyIdentifier: Bool
    }

    /// What it is, by its extensions and names.
    enum Role: Sendable {
        case root, intermediate, leaf
    }

    var role: Role {
        guard extensions.isAuthority else { return .leaf }
        return fields.isSelfIssued ? .root : .intermediate
    }

    /// Whether it is a leaf of version 3, whose extensions say something.
    var isLeaf: Bool { role == .leaf && fields.version == 3 }

    /// Whether it is for clients alone.
    var isClientOnly: Bool {
        guard let usages = extensions.extendedKeyUsage?.value else { return false }
        return usages.contains(.clientAuth) && !usages.contains(.serverAuth)
    }

    /// Those that did issue it, or may have for all that can be told.
    var likelyIssuers: [CertificateGraph.Entry] {
        issuers.filter { $0.didSign ?? $0.isOfKeyIdentifier }.map(\.entry)
    }
}

extension CertificateFields {
    /// Whether issuer and subject are the same.
    var isSelfIssued: Bool { issuer.encoded == subject.encoded }
}

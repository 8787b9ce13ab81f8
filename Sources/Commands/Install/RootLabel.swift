//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PKI

/// The name that kindling gives a root in a store: `kindling-OWNER-1a2b3c4d`.
///
/// By it the root is found again: the owner says who put it there, the end is the head of the certificate's fingerprint.
struct RootLabel: Sendable, Hashable, CustomStringConvertible {
    /// The lab, or for a root that was trusted without its lab.yaml ``trustedPrefix`` and the root's own name.
    let owner: String
    /// Eight hexadecimal digits.
    let head: String

    /// No name of a lab has a dot.
    static let trustedPrefix = "trusted."

    private static let prefix = "kindling-"

    /// The label of a certificate.
    init(owner: String, certificate: [UInt8]) {
        self.owner = owner
        head = Fingerprint.short(certificate)
    }

    /// Reads a label; `nil` for a name that is none, or none of this certificate.
    init?(_ name: String, of certificate: [UInt8]) {
        guard name.hasPrefix(Self.prefix), let hyphen = name.lastIndex(of: "-") else { return nil }
        let rest = name.dropFirst(Self.prefix.count)
        guard hyphen > rest.startIndex else { return nil }
        self.init(owner: String(rest[..<hyphen]), certificate: certificate)
        guard description == name else { return nil }
    }

    var description: String { "\(Self.prefix)\(owner)-\(head)" }
}

/// A root that is to be in a store.
struct LabelledRoot: Sendable, Hashable {
    let label: RootLabel
    /// DER.
    let certificate: [UInt8]

    init(owner: String, certificate: [UInt8]) {
        label = RootLabel(owner: owner, certificate: certificate)
        self.certificate = certificate
    }
}

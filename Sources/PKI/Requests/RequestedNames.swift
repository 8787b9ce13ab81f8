//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import SwiftASN1
import X509

/// The alternative names of a request: those that a certificate of this authority may hold, and what the others are.
struct RequestedNames {
    private(set) var names: [AlternativeName] = []
    private(set) var dropped: [String] = []

    /// Throws ``PKIError`` for too many names, and for one that is not what it says it is.
    init(_ requested: [GeneralName]) throws(PKIError) {
        guard requested.count <= AlternativeName.most else {
            throw PKIError(
                .nameInvalid,
                "the request has \(requested.count) names, and a certificate holds \(AlternativeName.most) at most"
            )
        }
        for name in requested { try add(name) }
    }

    private mutating func add(_ requested: GeneralName) throws(PKIError) {
        switch requested {
        case .dnsName(let text):
            let name = try AlternativeName.read(text)
            guard case .dns = name else { throw Self.mistaken(text, "a DNS name") }
            names.append(name)
        case .rfc822Name(let text):
            let name = try AlternativeName.read(text)
            guard case .email = name else { throw Self.mistaken(text, "an e-mail address") }
            names.append(name)
        case .uniformResourceIdentifier(let text):
            let name = try AlternativeName.read(text)
            guard case .uri = name else { throw Self.mistaken(text, "a URI") }
            names.append(name)
        case .ipAddress(let octets):
            guard octets.bytes.count == 4 || octets.bytes.count == 16 else {
                throw PKIError(.nameInvalid, "the request has an IP address of \(octets.bytes.count) octets")
            }
            names.append(.address(Array(octets.bytes)))
        case .directoryName: drop("a directory name")
        case .registeredID(let identifier): drop("the registered identifier \(identifier)")
        default: drop("a name of another kind")
        }
    }

    private mutating func drop(_ words: String) {
        let phrase = "\(words) among the names"
        if !dropped.contains(phrase), dropped.count < 20 { dropped.append(phrase) }
    }

    private static func mistaken(_ text: String, _ kind: String) -> PKIError {
        PKIError(.nameInvalid, "the request gives \(text.debugDescription) for \(kind), which it is not")
    }
}

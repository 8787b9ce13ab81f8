//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab
import Support

/// The claims of a token whose signature is ours.
package struct VerifiedToken: Sendable, Hashable {
    /// The `typ` header.
    package var type: String?
    package var claims: [String: JSONValue]

    /// A claim that is a string.
    package func text(_ name: String) -> String? { claims[name]?.text }

    /// When it expires; the distant past without `exp`.
    package var expires: Date {
        claims["exp"]?.number.map { Date(timeIntervalSince1970: Double($0)) } ?? .distantPast
    }
}

/// Compact serialisation (RFC 7515, section 7.1).
package enum CompactToken {
    /// Longest token that is looked at, in bytes.
    private static let limit = 16_384

    private static let opening = [UInt8(ascii: "{"), UInt8(ascii: "[")]

    /// What the header says before the signature was checked.
    struct Header {
        var algorithm: String
        var kid: String
        var type: String?
    }

    /// The header of a well-formed token; `nil` for anything else. Ours are flat; one that nests is not read at all, nor
    /// one with critical extensions, which would be a list.
    static func header(of token: String) -> Header? {
        guard token.utf8.count <= limit else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ Encoding.bytes(base64URL: String($0)) != nil }),
            let bytes = Encoding.bytes(base64URL: String(parts[0])), bytes.count(where: { opening.contains($0) }) == 1,
            let header = JSONValue.object(bytes), header["crit"] == nil, let algorithm = header["alg"]?.text,
            let kid = header["kid"]?.text
        else { return nil }
        return Header(algorithm: algorithm, kid: kid, type: header["typ"]?.text)
    }

    /// The claims of a token whose signature has been checked.
    static func claims(of token: String) -> [String: JSONValue]? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        return Encoding.bytes(base64URL: String(parts[1])).flatMap { JSONValue.object($0) }
    }

    /// Signs claims. The same claims and key give the same bytes with RS256.
    package static func sign(_ claims: [String: JSONValue], type: String, with key: SigningKey) throws -> String {
        let header: JSONValue = .object([
            "alg": .string(key.algorithm.rawValue), "kid": .string(key.kid), "typ": .string(type),
        ])
        let input =
            Encoding.base64URL(try header.encoded()) + "." + Encoding.base64URL(try JSONValue.object(claims).encoded())
        return input + "." + Encoding.base64URL(try key.sign(Array(input.utf8)))
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What a DER form is, by its outline.
enum BinaryForm {
    case certificate, revocationList, request, keystore, other

    /// The bytes that one DER form may have; more is no certificate of any use, and costs memory to read.
    static let sizeLimit = 4 << 20

    /// Whether bytes begin as DER does, and not as a text: a SEQUENCE with a length in long form.
    static func isBinary(_ bytes: [UInt8]) -> Bool {
        bytes.count > 4 && bytes[0] == 0x30 && (0x80...0x84).contains(bytes[1])
    }

    /// Looks at the outline alone. Throws ``MalformedField`` for what is no DER.
    init(_ bytes: [UInt8]) throws {
        self = .other
        if Self.isKeystore(bytes) {
            self = .keystore
            return
        }
        // What has more or fewer fields is of another kind; so is a private key, of which the version is the first.
        guard let outer = try? DERElement.sequence(bytes[...], limit: 3), outer.count == 3 else {
            var rest = bytes[...]
            guard try DERElement(from: &rest).encoded.count == bytes.count else {
                throw MalformedField("something stands behind the end")
            }
            return
        }
        guard let body = try? DERElement.sequence(outer[0].encoded, limit: 16), body.count >= 4 else { return }
        switch (body[0].identifier, body[1].identifier, body[2].identifier, body[3].identifier) {
        case (0xa0, 0x02, 0x30, 0x30), (0x02, 0x30, 0x30, 0x30): self = .certificate
        case (0x02, 0x30, 0x30, 0xa0): self = .request
        case (0x02, 0x30, 0x30, 0x17...0x18), (0x30, 0x30, 0x17...0x18, _): self = .revocationList
        default: break
        }
    }

    /// PKCS#12 (RFC 7292, section 4): version 3, then a ContentInfo; often with lengths that DER does not allow.
    private static func isKeystore(_ bytes: [UInt8]) -> Bool {
        guard isBinary(bytes) else { return false }
        let content = bytes.dropFirst(2 + Int(bytes[1] & 0x7f))
        return content.prefix(4).elementsEqual([0x02, 0x01, 0x03, 0x30])
    }
}

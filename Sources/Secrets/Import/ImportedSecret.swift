//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// A secret as a person or a program hands it over, on standard input or in a file; never as an argument.
package struct ImportedSecret: Sendable {
    package let value: Secret<String>
    /// What the person should know about it; the secret is taken all the same.
    package let notices: [Notice]

    /// Something that is odd about a value.
    package enum Notice: Sendable, Hashable, CustomStringConvertible {
        /// A line end at its end was taken off.
        case lineEndRemoved
        /// It may be guessed: an estimate in bits, below ``SecretStrength/enough``.
        case weak(bits: Int)
        /// It holds characters that some clients encode and others do not before HTTP Basic.
        case fragile

        package var description: String {
            switch self {
            case .lineEndRemoved: "the line end after the secret was removed"
            case .weak(let bits): "the secret has about \(bits) bits at best; \(SecretStrength.enough) or more are safe"
            case .fragile: "the secret has other characters than A-Z a-z 0-9 - . _; some clients send those differently"
            }
        }
    }

    /// Takes a secret in: a line end at the end is removed, all else is kept byte for byte.
    ///
    /// Throws ``SecretsError`` when nothing is left, or when it is not text at all.
    package init(_ input: Secret<[UInt8]>) throws(SecretsError) {
        var bytes = input.expose()[...]
        if bytes.last == 0x0a { bytes = bytes.dropLast() }
        if bytes.last == 0x0d { bytes = bytes.dropLast() }
        guard !bytes.isEmpty else {
            throw SecretsError(.secretEmpty, "the secret is empty", remedy: "write it to the command's standard input")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw SecretsError(
                .secretNotText,
                "the secret is not UTF-8 text",
                remedy: "encode it first, for example: base64 --wrap=0 FILE"
            )
        }
        value = Secret(text)
        var notices: [Notice] = []
        if bytes.count < input.expose().count { notices.append(.lineEndRemoved) }
        let bits = SecretStrength.bits(value)
        if bits < SecretStrength.enough { notices.append(.weak(bits: bits)) }
        if !text.unicodeScalars.allSatisfy(Self.isPlain) { notices.append(.fragile) }
        self.notices = notices
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "-", ".", "_": true
        default: false
        }
    }
}

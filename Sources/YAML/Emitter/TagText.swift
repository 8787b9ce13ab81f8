//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Writes tags.
enum TagText {
    /// The tag as it stands before a node; empty when the node needs none.
    static func written(_ tag: String?) -> String {
        guard let tag = Node.applicationTag(tag), tag != "!", !tag.isEmpty else { return "" }
        return explicit(tag)
    }

    /// A tag by name, the standard ones too.
    static func explicit(_ tag: String) -> String {
        let standard = "tag:yaml.org,2002:"
        if tag.hasPrefix(standard), tag.count > standard.count { return "!!" + escaped(tag.dropFirst(standard.count)) }
        if tag.hasPrefix("!"), tag.count > 1 { return "!" + escaped(tag.dropFirst()) }
        return "!<" + escaped(tag[...]) + ">"
    }

    /// Percent-encodes all but the characters that mean nothing in a tag.
    private static func escaped(_ text: Substring) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x2f, 0x3a, 0x5f:
                escaped.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (byte < 16 ? "0" : "") + digits
            }
        }
        return escaped
    }
}

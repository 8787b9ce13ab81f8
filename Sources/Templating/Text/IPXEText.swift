//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Values in iPXE scripts, which have no quotes: words are parted by blanks, and `${…}` is expanded everywhere.
enum IPXEText {
    /// The value, when it is one word that iPXE takes as it is.
    static func checked(_ value: String) throws(TextFiller.Refusal) -> String {
        guard !value.isEmpty else { throw .init("an empty value would shift the words of the line") }
        guard value.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .init("iPXE has no quotes: a value cannot hold blanks, line ends or characters outside ASCII")
        }
        guard !value.contains("${"), !value.hasSuffix("$") else { throw .init("iPXE would expand `${` in the value") }
        guard !value.holds(anyOf: "\"'\\"), !value.hasPrefix("#"), value != "&&", value != "||" else {
            throw .init("the value would mean something else to iPXE")
        }
        return value
    }
}

/// Values in files whose quoting is not known.
enum PlainText {
    /// The value, when it is a plain word that means itself nearly everywhere.
    static func checked(_ value: String) throws(TextFiller.Refusal) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || "._:/@%+=,-".utf8.contains(byte)
        }
        guard isPlain, !value.isEmpty else {
            throw .init("only letters, digits and ._:/@%+=,- can be written into a file of this kind")
        }
        return value
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Changes inputs a little, the way in which files get damaged and attackers write them. Repeatable by its seed.
struct Mutator {
    private let random: SeededRandomSource
    private let corpus: [[UInt8]]

    /// What an input may grow to.
    static let sizeLimit = 1 << 16

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SeededRandomSource(seed: seed)
        self.corpus = corpus
    }

    /// An input of the corpus with one to four changes.
    func next() -> [UInt8] {
        var bytes = corpus[below(corpus.count)]
        for _ in 0...below(4) { change(&bytes) }
        return Array(bytes.prefix(Self.sizeLimit))
    }

    private func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = random.bytes(1 + below(16))
            return
        }
        switch below(9) {
        case 0: bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
        case 1: bytes[below(bytes.count)] = Self.notable[below(Self.notable.count)]
        case 2: bytes.removeLast(1 + below(bytes.count))
        case 3: changeLength(&bytes)
        case 4: splice(&bytes)
        case 5: repeatPiece(&bytes)
        case 6: bytes.removeSubrange(piece(of: bytes))
        case 7: bytes.insert(contentsOf: random.bytes(1 + below(8)), at: below(bytes.count))
        default: bytes.insert(contentsOf: Self.words[below(Self.words.count)].utf8, at: below(bytes.count))
        }
    }

    /// Octets that parsers have opinions on: tags, lengths, line ends, quotes, the base64 alphabet's end.
    private static let notable: [UInt8] = [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x09, 0x0a, 0x0d, 0x0c, 0x16, 0x17, 0x18, 0x20, 0x22, 0x27, 0x2a,
        0x2d,
        0x2e, 0x2f, 0x30, 0x31, 0x3a, 0x3d, 0x5b, 0x7b, 0x7c, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xa0, 0xa3, 0xbf,
        0xc3,
        0xed, 0xf4, 0xfe, 0xff,
    ]

    private static let words = [
        "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN X509 CRL-----\n", "-----", "LS0tLS1CRUdJTi", "\n---\n", "kind: Secret\n", "data:\n", "&a ", "*a",
        "<<: *a", "!!binary ", "{", "[", "\u{feff}", "xn--", "*.", "::", "/0",
    ]

    /// Sets what follows something like a tag of DER to another length.
    private func changeLength(_ bytes: inout [UInt8]) {
        let tags: Set<UInt8> = [0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x16, 0x17, 0x18, 0x30, 0x31, 0xa0, 0xa3]
        let start = below(bytes.count)
        guard let tag = bytes[start...].firstIndex(where: tags.contains), tag + 1 < bytes.count else { return }
        let lengths: [[UInt8]] = [
            [0x00], [0x7f], [0x80], [0x81, 0x00], [0x82, 0xff, 0xff], [0x84, 0x7f, 0xff, 0xff, 0xff],
            [0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [bytes[tag + 1] &+ 1], [bytes[tag + 1] &- 1],
        ]
        bytes.replaceSubrange((tag + 1)...(tag + 1), with: lengths[below(lengths.count)])
    }

    /// The beginning of this one and the end of another.
    private func splice(_ bytes: inout [UInt8]) {
        let other = corpus[below(corpus.count)]
        bytes.removeSubrange(below(bytes.count)...)
        bytes += other.dropFirst(below(other.count + 1))
    }

    private func repeatPiece(_ bytes: inout [UInt8]) {
        let piece = piece(of: bytes)
        let copy = Array(bytes[piece])
        let room = max(0, Self.sizeLimit - bytes.count) / max(1, copy.count)
        for _ in 0..<min(room, 1 << below(8)) { bytes.insert(contentsOf: copy, at: piece.upperBound) }
    }

    private func piece(of bytes: [UInt8]) -> Range<Int> {
        let start = below(bytes.count)
        return start..<min(bytes.count, start + 1 + below(64))
    }

    private func below(_ bound: Int) -> Int { Int(random.below(UInt32(bound))) }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// One element of DER, whose inside is not looked at: what takes as much memory as there are elements does so only where
/// all of them are wanted.
struct DERElement {
    /// Tag of one octet.
    let identifier: UInt8
    let content: ArraySlice<UInt8>
    /// With its header.
    let encoded: ArraySlice<UInt8>

    static let sequence: UInt8 = 0x30
    static let integer: UInt8 = 0x02

    /// Takes the first element off. Throws ``MalformedField`` where none begins, or its length is not as in DER.
    init(from bytes: inout ArraySlice<UInt8>) throws {
        var rest = bytes
        guard let identifier = rest.popFirst(), let first = rest.popFirst() else {
            throw MalformedField("it ends too early")
        }
        var length = Int(first)
        if first >= 0x80 {
            let octets = rest.prefix(Int(first & 0x7f))
            guard (1...4).contains(octets.count), octets.count == Int(first & 0x7f), octets.first != 0 else {
                throw MalformedField("a length is not as in DER")
            }
            length = octets.reduce(0) { $0 << 8 | Int($1) }
            guard length >= 0x80 else { throw MalformedField("a length is not as in DER") }
            rest = rest.dropFirst(octets.count)
        }
        guard length <= rest.count else { throw MalformedField("it ends too early") }
        self.identifier = identifier
        content = rest.prefix(length)
        encoded = bytes[bytes.startIndex..<content.endIndex]
        bytes = rest.dropFirst(length)
    }

    /// The members of a SEQUENCE that is all of `bytes`, no more than `limit`. Throws ``MalformedField`` for anything else.
    static func sequence(_ bytes: ArraySlice<UInt8>, limit: Int) throws -> [DERElement] {
        var rest = bytes
        let outer = try DERElement(from: &rest)
        guard outer.identifier == sequence else { throw MalformedField("a sequence is missing") }
        guard rest.isEmpty else { throw MalformedField("something stands behind the end") }
        var members: [DERElement] = []
        rest = outer.content
        while !rest.isEmpty {
            guard members.count < limit else { throw MalformedField("it has too many fields") }
            members.append(try DERElement(from: &rest))
        }
        return members
    }

    /// How many elements the content holds. Throws ``MalformedField`` when it is not made of elements.
    func count() throws -> Int {
        var rest = content
        var count = 0
        while !rest.isEmpty {
            _ = try DERElement(from: &rest)
            count += 1
        }
        return count
    }
}

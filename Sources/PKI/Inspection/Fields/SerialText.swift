//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Serial numbers as people read them.
enum SerialText {
    /// Lower-case hexadecimal of the octets of an INTEGER, no zero octets in front; a negative one as it stands, after a
    /// sign.
    static func text(_ octets: [UInt8]) -> String {
        if let first = octets.first, first & 0x80 != 0 { return "-" + Encoding.hex(negated(octets)) }
        let digits = Encoding.hex(octets.drop { $0 == 0 })
        return digits.isEmpty ? "00" : digits
    }

    private static func negated(_ octets: [UInt8]) -> [UInt8] {
        var carry = true
        var result = octets.map { ~$0 }
        for index in result.indices.reversed() where carry {
            result[index] &+= 1
            carry = result[index] == 0
        }
        return Array(result.drop { $0 == 0 })
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import X509

extension Certificate.SerialNumber {
    /// A positive number of 159 random bits, so that its DER form keeps within 20 octets (RFC 5280, section 4.1.2.2).
    static func random(from random: any RandomSource) -> Certificate.SerialNumber {
        var bytes = random.bytes(20)
        bytes[0] &= 0x7f
        return Certificate.SerialNumber(bytes: bytes)
    }

    /// Lower-case hexadecimal, two digits per octet, no zero octets in front.
    var hex: String { Encoding.hex(bytes.drop { $0 == 0 }) }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
package import Support

/// How hard a secret of unknown origin is to guess, at best.
package enum SecretStrength {
    /// Bits below which a secret that is set draws a warning.
    package static let enough = 128

    /// An upper estimate in bits: the length times the binary logarithm of the alphabet that its characters suggest.
    ///
    /// A value of few different characters is a pattern and counts at most 16 bits for each of them. Words and dates
    /// are not recognised.
    package static func bits(_ secret: Secret<String>) -> Int {
        let scalars = secret.expose().unicodeScalars
        let byAlphabet = Double(scalars.count) * log2(Double(alphabet(scalars)))
        return min(Int(byAlphabet), Set(scalars).count * 16)
    }

    private static func alphabet(_ scalars: String.UnicodeScalarView) -> Int {
        let digits = scalars.contains { ("0"..."9").contains($0) }
        let lowerHex = scalars.allSatisfy { ("0"..."9").contains($0) || ("a"..."f").contains($0) }
        let upperHex = scalars.allSatisfy { ("0"..."9").contains($0) || ("A"..."F").contains($0) }
        if digits, lowerHex || upperHex {
            return scalars.allSatisfy { ("0"..."9").contains($0) } ? 10 : 16
        }
        var count = digits ? 10 : 0
        if scalars.contains(where: { ("a"..."z").contains($0) }) { count += 26 }
        if scalars.contains(where: { ("A"..."Z").contains($0) }) { count += 26 }
        let others = scalars.filter { !$0.properties.isAlphabetic && !("0"..."9").contains($0) && $0.isASCII }
        if others.contains(where: { $0 == "-" || $0 == "_" }) { count += 2 }
        if others.contains(where: { $0 != "-" && $0 != "_" }) { count += 31 }
        if scalars.contains(where: { !$0.isASCII }) { count += 100 }
        return max(count, 1)
    }
}

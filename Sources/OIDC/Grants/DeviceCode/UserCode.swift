//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// The code that a person carries from a device to a browser (RFC 8628, section 6.1): eight letters of twenty, none of
/// which is a vowel or easily taken for another; 34 bits, which rate limits make enough for ten minutes.
package enum UserCode {
    private static let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ")
    private static let length = 8

    /// A new code in its normal form.
    package static func make(_ random: any RandomSource) -> String {
        String((0..<length).map { _ in alphabet[Int(random.below(UInt32(alphabet.count)))] })
    }

    /// How a code is shown: in two halves.
    package static func shown(_ code: String) -> String { "\(code.prefix(4))-\(code.dropFirst(4))" }

    /// The normal form of what a person typed: letter case, blanks and dashes do not matter; `nil` when it cannot be a
    /// code.
    package static func normalised(_ typed: String) -> String? {
        guard typed.utf8.count <= 64 else { return nil }
        let letters = typed.uppercased().filter {
            !$0.isWhitespace && $0 != "-" && $0 != "\u{2010}" && $0 != "\u{2013}"
        }
        return letters.count == length && letters.allSatisfy { alphabet.contains($0) } ? letters : nil
    }
}

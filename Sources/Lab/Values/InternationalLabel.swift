//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Labels of internationalised names: as people write them, and as `xn--` in DNS (RFC 5890, section 2.3.2.1).
enum InternationalLabel {
    /// What the ASCII form of such a label begins with.
    static let prefix = "xn--"

    /// The ASCII form of a label that has letters beyond ASCII. Throws for one that no name may have.
    static func ascii(_ label: String) throws(ValueProblem) -> String {
        // Longer ones cannot be a label of 63 octets, and encoding takes time by the square of the length.
        guard label.unicodeScalars.count < 63 else { throw ValueProblem("has a label of more than 63 octets") }
        let label = label.lowercased()
        if let problem = problem(label) { throw problem }
        return prefix + Punycode.encoded(label)
    }

    /// Checks a label that begins with ``prefix``, in lower case: it must be the one ASCII form of a label.
    static func check(_ label: String) throws(ValueProblem) {
        let invalid = ValueProblem("has \(label), which no internationalised label is written as")
        guard label.utf8.count <= 63, let text = Punycode.decoded(String(label.dropFirst(prefix.utf8.count))),
            !text.utf8.allSatisfy({ $0 < 0x80 }), problem(text) == nil, prefix + Punycode.encoded(text) == label
        else { throw invalid }
    }

    /// Why a label cannot be one (RFC 5891, section 4.2.3): of letters, digits, marks and inner hyphens, in lower case
    /// and composed.
    private static func problem(_ label: String) -> ValueProblem? {
        let scalars = Array(label.unicodeScalars)
        if let scalar = scalars.first(where: { !isAllowed($0) }) {
            return ValueProblem("has the character \(codePoint(scalar)), which no name may have")
        }
        if scalars.first == "-" || scalars.last == "-" || scalars.dropFirst(2).prefix(2).elementsEqual(["-", "-"]) {
            return ValueProblem("has a label with hyphens at an end, or as its third and fourth characters")
        }
        if let first = scalars.first, isMark(first) { return ValueProblem("has a label that begins with a mark") }
        return isComposed(scalars) ? nil : decomposed
    }

    private static var decomposed: ValueProblem {
        ValueProblem(
            "has a letter with its mark apart from it, which looks like another name",
            hint: "write the name in its xn-- form"
        )
    }

    /// Lower-case letters, digits and marks that have one form only. The two exceptions have another by old rules alone
    /// (RFC 5892, section 2.6); conjoining Hangul is never a name's (section 2.9).
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x61...0x7A, 0x30...0x39, 0x2D, 0xDF, 0x3C2: return true
        case 0x00..<0x80, 0x1100...0x11FF, 0xA960...0xA97F, 0xD7B0...0xD7FF: return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .decimalNumber, .nonspacingMark, .spacingMark:
            return !scalar.properties.changesWhenNFKCCaseFolded
        default: return false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: false
        }
    }

    /// Whether no mark would compose with the letter before it, and marks stand in their one order (Unicode Standard
    /// Annex 15).
    private static func isComposed(_ scalars: [Unicode.Scalar]) -> Bool {
        var (base, lastClass) = (Unicode.Scalar?.none, UInt8(0))
        for scalar in scalars {
            let order = scalar.properties.canonicalCombiningClass.rawValue
            if order != 0, order < lastClass { return false }
            lastClass = order
            guard isMark(scalar) else {
                base = scalar
                continue
            }
            if let base, composed.contains("\(base)\(scalar)") { return false }
        }
        return true
    }

    /// Every letter of the blocks in which letters with marks stand. Strings are equal, and hash alike, whichever way
    /// they are composed, so that a letter and its mark are found as the one character that they are.
    private static let composed: Set<String> = {
        let blocks = [0xC0...0x24F, 0x370...0x1FFF, 0x3040...0x30FF, 0x11000...0x116FF] as [ClosedRange<UInt32>]
        return Set(blocks.joined().compactMap { Unicode.Scalar($0).map { String($0) } })
    }()

    private static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

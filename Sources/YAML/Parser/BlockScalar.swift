//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Where a literal or folded scalar ends.
enum BlockScalar {
    /// The end of the last line of content, without its line break.
    ///
    /// libyaml's mark lies behind all empty lines that follow. Those are content only with the indicator `+`, where
    /// the text has them too, so that the lines of the text tell how many lines of the source belong to it.
    static func end(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ scalar: Node.Scalar) -> Int {
        let lines = lines(in: bytes, range)
        guard let header = lines.first else { return range.upperBound }
        if scalar.text.isEmpty { return trimmed(bytes, header).upperBound }
        let count =
            switch scalar.style {
            case .literal: contentLines(of: scalar.text)
            default: foldedLines(bytes, lines, scalar.text)
            }
        return lines[min(count, lines.count - 1)].upperBound
    }

    private static func contentLines(of text: String) -> Int {
        var count = 0
        var isAtStart = true
        for scalar in text.unicodeScalars {
            if isAtStart { count += 1 }
            isAtStart = scalar == "\n" || scalar == "\u{2028}" || scalar == "\u{2029}"
        }
        return count
    }

    /// Folding loses line breaks, so count from the end: the empty lines that the text kept, beyond the one break of
    /// the last line, are the content's own.
    private static func foldedLines(_ bytes: UnsafeBufferPointer<UInt8>, _ lines: [Range<Int>], _ text: String) -> Int {
        var breaks = 0
        for scalar in text.unicodeScalars.reversed() {
            guard scalar == "\n" else { break }
            breaks += 1
        }
        var last = lines.count - 1
        while last > 0, trimmed(bytes, lines[last]).isEmpty { last -= 1 }
        return last + max(0, breaks - 1)
    }

    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Range<Int> {
        var end = line.upperBound
        while end > line.lowerBound, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return line.lowerBound..<end
    }

    /// The lines without their breaks, those that libyaml knows: CR, LF, NEL, LS and PS.
    private static func lines(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            let length = breakLength(bytes, index, range.upperBound)
            if length > 0 {
                lines.append(start..<index)
                start = index + length
            }
            index += max(1, length)
        }
        if start < range.upperBound || lines.isEmpty { lines.append(start..<range.upperBound) }
        return lines
    }

    private static func breakLength(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ end: Int) -> Int {
        switch bytes[index] {
        case 0x0a: 1
        case 0x0d: index + 1 < end && bytes[index + 1] == 0x0a ? 2 : 1
        case 0xc2: index + 1 < end && bytes[index + 1] == 0x85 ? 2 : 0
        case 0xe2:
            index + 2 < end && bytes[index + 1] == 0x80 && (bytes[index + 2] == 0xa8 || bytes[index + 2] == 0xa9)
                ? 3 : 0
        default: 0
        }
    }
}

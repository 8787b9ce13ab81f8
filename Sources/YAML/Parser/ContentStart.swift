//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Where the content of a node begins.
enum ContentStart {
    /// The first byte behind tag and anchor, with which libyaml's mark begins, and the blanks and comments behind them;
    /// the end of `range` when there is no content.
    static func offset(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        guard range.lowerBound < bytes.count, isProperty(bytes[range.lowerBound]) else { return range.lowerBound }
        var offset = range.lowerBound
        while offset < range.upperBound {
            if isProperty(bytes[offset]) {
                while offset < range.upperBound, !isBlankOrBreak(bytes[offset]) { offset += 1 }
            } else if bytes[offset] == UInt8(ascii: "#") {
                while offset < range.upperBound, !isBreak(bytes[offset]) { offset += 1 }
            } else if isBlankOrBreak(bytes[offset]) {
                offset += 1
            } else {
                break
            }
        }
        return offset
    }

    private static func isProperty(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "&") || byte == UInt8(ascii: "!") }
    private static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }
    private static func isBlankOrBreak(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || isBreak(byte) }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A line that is typed unseen, byte by byte, with the keys that a terminal would otherwise act on.
struct HiddenLine {
    /// How far it is.
    enum State {
        /// More may come.
        case open
        /// Ended by the Enter key, or by the end of input after some text.
        case done
        /// The end of input came first (Ctrl-D).
        case ended
        /// Ctrl-C or Ctrl-\\.
        case cancelled
    }

    /// Ctrl-D, the key for the end of input.
    static let endOfInput: UInt8 = 0x04

    private(set) var bytes: [UInt8] = []
    private(set) var state = State.open

    /// Takes the next byte.
    mutating func type(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): state = .done
        case Self.endOfInput: state = bytes.isEmpty ? .ended : .done
        case 0x03, 0x1c: state = .cancelled
        case 0x08, 0x7f: removeLast()
        case 0x15: bytes = []  // Ctrl-U
        case 0x00..<0x20: break
        default: if bytes.count < 4_096 { bytes.append(byte) }
        }
    }

    /// Removes a character: its continuation bytes (RFC 3629), then its first.
    private mutating func removeLast() {
        while let byte = bytes.popLast(), byte & 0xc0 == 0x80 {}
    }
}

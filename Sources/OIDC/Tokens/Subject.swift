//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// The `sub` claim as Dex mints it, so that people keep their identity when Dex takes over: base64url of a protobuf
/// message with the user id as field 1 and the connector as field 2.
package enum Subject {
    /// Dex's connector of people with a local password.
    package static let localConnector = "local"

    /// The claim for a user id.
    package static func encode(userID: String, connector: String = localConnector) -> String {
        Encoding.base64URL(field(1, userID) + field(2, connector))
    }

    /// One length-delimited field; an empty one is left out.
    private static func field(_ number: UInt8, _ value: String) -> [UInt8] {
        let bytes = Array(value.utf8)
        return bytes.isEmpty ? [] : [number << 3 | 2] + varint(bytes.count) + bytes
    }

    private static func varint(_ number: Int) -> [UInt8] {
        var rest = number
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}

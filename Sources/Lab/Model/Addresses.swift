//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Where a listener listens, `address:port` or `[address]:port`.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// An IP address or `localhost`.
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `address:port`; `nil` for anything else.
    package init?(_ text: String) {
        guard let address = WebAddress("tcp://\(text)"), let port = address.port, address.path.isEmpty,
            address.userInfo == nil, address.query == nil, address.fragment == nil,
            address.host == "localhost" || IPAddress.bytes(address.host) != nil
        else { return nil }
        self.init(host: address.host, port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether both cannot listen at once: one port, and one host or a host that stands for all.
    package func clashes(with other: Endpoint) -> Bool {
        guard port == other.port else { return false }
        let mine = host == "localhost" ? "127.0.0.1" : host
        let theirs = other.host == "localhost" ? "127.0.0.1" : other.host
        return mine == theirs || ["0.0.0.0", "::"].contains(mine) || ["0.0.0.0", "::"].contains(theirs)
    }
}

/// A range of IP addresses in CIDR form; a single address has the full prefix length.
package struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    /// Network address, 4 or 16 bytes, host bits zero.
    package var bytes: [UInt8]
    /// Prefix length in bits.
    package var prefix: Int

    package init(bytes: [UInt8], prefix: Int) {
        self.bytes = bytes
        self.prefix = prefix
    }

    /// Reads `192.168.1.0/24` or a single address; `nil` when it is none or has host bits set.
    package init?(_ text: String) {
        guard let (bytes, prefix) = IPAddress.split(text) else { return nil }
        self.init(bytes: bytes, prefix: prefix ?? bytes.count * 8)
        guard contains(bytes), zip(bytes, mask).allSatisfy({ $0 & $1 == $0 }) else { return nil }
    }

    /// The mask, as long as ``bytes``.
    package var mask: [UInt8] {
        bytes.indices.map { index in
            let bits = max(0, min(8, prefix - index * 8))
            return bits == 0 ? 0 : UInt8(truncatingIfNeeded: 0xff << (8 - bits))
        }
    }

    /// Whether an address lies in the range.
    package func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        return zip(zip(address, mask), bytes).allSatisfy { $0.0 & $0.1 == $1 }
    }

    package var description: String { "\(IPAddress.text(bytes))/\(prefix)" }
}

/// The address of an interface with its network, `192.168.1.70/24`.
package struct InterfaceAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address alone.
    package var address: String
    /// Prefix length of its network in bits.
    package var prefix: Int

    package init(address: String, prefix: Int) {
        self.address = address
        self.prefix = prefix
    }

    /// Reads `192.168.1.70/24`; `nil` for anything else, an address without a prefix included.
    package init?(_ text: String) {
        guard let (bytes, prefix) = IPAddress.split(text), let prefix, prefix > 0 else { return nil }
        self.init(address: IPAddress.text(bytes), prefix: prefix)
    }

    package var description: String { "\(address)/\(prefix)" }
}

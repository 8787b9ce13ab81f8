//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import Lab

/// Where a request came from, and under which name, with proxies seen through.
struct ClientAddress: Sendable {
    /// Proxies whose `X-Forwarded-For` is believed.
    let trustedProxies: [AddressRange]

    /// The nearest address that is no trusted proxy. What others put in the header is not looked at.
    func of(_ request: Request, peer: String) -> String {
        let peer = Self.plain(peer)
        guard isTrusted(peer) else { return peer }
        let hops = request.headers[values: .forwardedFor].flatMap { $0.split(separator: ",") }
            .map { String($0.filter { !$0.isWhitespace }) }
        for hop in hops.reversed() {
            guard IPAddress.bytes(hop) != nil else { return peer }
            if !isTrusted(Self.plain(hop)) { return Self.plain(hop) }
        }
        return peer
    }

    /// The name under which the browser reached us, as it wrote it: what a trusted proxy says of it, else the `Host` of the
    /// request. It is compared with what the browser itself says, and never put into an answer.
    func host(of request: Request, peer: String) -> String? {
        if isTrusted(Self.plain(peer)), let host = request.headers[values: .forwardedHost].last {
            return host.split(separator: ",").last.map { $0.filter { !$0.isWhitespace } }
        }
        return request.head.authority
    }

    /// What one party has for sure: an IPv4 address, or the network of an IPv6 address (RFC 4291, section 2.5.4), in which it
    /// can choose its address freely.
    static func network(of address: String) -> String {
        let address = plain(address)
        guard let bytes = IPAddress.bytes(address), bytes.count == 16 else { return address }
        return IPAddress.text(bytes[..<8] + [UInt8](repeating: 0, count: 8)) + "/64"
    }

    /// The IPv4 address that an IPv4-mapped one stands for (RFC 4291, section 2.5.5.2), as a listener on `[::]` sees it.
    private static func plain(_ address: String) -> String {
        guard let bytes = IPAddress.bytes(address), bytes.count == 16,
            bytes[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        else { return address }
        return IPAddress.text(Array(bytes[12...]))
    }

    private func isTrusted(_ address: String) -> Bool {
        guard let bytes = IPAddress.bytes(address) else { return false }
        return trustedProxies.contains { $0.contains(bytes) }
    }
}

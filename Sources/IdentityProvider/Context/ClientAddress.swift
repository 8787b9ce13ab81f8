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

/// The address that a request came from, for throttling.
struct ClientAddress: Sendable {
    /// Proxies whose `X-Forwarded-For` is believed.
    let trustedProxies: [AddressRange]

    /// The nearest address that is no trusted proxy. What others put in the header is not looked at.
    func of(_ request: Request, peer: String) -> String {
        guard isTrusted(peer), let name = HTTPField.Name("X-Forwarded-For") else { return peer }
        let hops = request.headers[values: name].flatMap { $0.split(separator: ",") }
            .map { String($0.filter { !$0.isWhitespace }) }
        for hop in hops.reversed() {
            guard IPAddress.bytes(hop) != nil else { return peer }
            if !isTrusted(hop) { return hop }
        }
        return peer
    }

    private func isTrusted(_ address: String) -> Bool {
        guard let bytes = IPAddress.bytes(address) else { return false }
        return trustedProxies.contains { $0.contains(bytes) }
    }
}

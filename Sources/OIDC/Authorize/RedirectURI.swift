//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// The comparison of a redirect URI with those of a client.
package enum RedirectURI {
    /// Whether `requested` is one that `client` registered: equal byte for byte, or a loopback address that differs in
    /// the port alone (RFC 8252, section 7.3). Never by prefix or pattern.
    package static func isRegistered(_ requested: String, among registered: [String]) -> Bool {
        if registered.contains(where: { Array($0.utf8) == Array(requested.utf8) }) { return true }
        guard let loopback = Loopback(requested) else { return false }
        return registered.contains { Loopback($0) == loopback }
    }

    /// `http://127.0.0.1[:port][/path]` or `http://[::1][:port][/path]`, without its port. `localhost` is a name, which may
    /// be resolved elsewhere, so that its port has to be registered.
    private struct Loopback: Equatable {
        var host: String
        /// Path and query, as they stand.
        var rest: String

        init?(_ uri: String) {
            for host in ["127.0.0.1", "[::1]"] where uri.hasPrefix("http://\(host)") {
                var rest = uri.dropFirst("http://\(host)".count)
                if rest.first == ":" {
                    let port = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
                    guard let number = Int(port), (1...65_535).contains(number), port.first != "0" else { return nil }
                    rest = rest.dropFirst(1 + port.count)
                }
                guard rest.isEmpty || rest.first == "/",
                    rest.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x23 })
                else {
                    return nil
                }
                self.host = host
                self.rest = String(rest)
                return
            }
            return nil
        }
    }
}

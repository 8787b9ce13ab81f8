//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Hummingbird
import Support

/// The cookies of the provider. `__Host-` keeps them to this host, all its paths and TLS: no other host of the domain can
/// plant one.
enum BrowserCookies {
    static let session = "__Host-kindling-session"
    static let form = "__Host-kindling-form"

    /// The value that a browser sent, if it has the form of ours and came once.
    ///
    /// Names are compared by bytes, and nothing but spaces and tabs is taken from before them (RFC 6265, section 5.4): any
    /// host of the domain can plant a cookie whose name begins with another kind of space, which no browser takes for
    /// `__Host-`.
    static func value(_ name: String, _ request: Request) -> Secret<String>? {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let values = request.headers[values: .cookie].flatMap { $0.utf8.split(separator: UInt8(ascii: ";")) }
            .compactMap { pair -> String? in
                let pair = pair.drop(while: isBlank)
                guard pair.starts(with: "\(name)=".utf8) else { return nil }
                return String(pair.dropFirst(name.utf8.count + 1).prefix { !isBlank($0) })
            }
        guard let value = values.first, values.count == 1, value.utf8.count == 43,
            Encoding.bytes(base64URL: value) != nil
        else { return nil }
        return Secret(value)
    }

    /// A `Set-Cookie` header for a value that lives as long as the browser runs.
    static func set(_ name: String, _ value: Secret<String>) -> String {
        "\(name)=\(value.expose()); Path=/; Secure; HttpOnly; SameSite=Lax"
    }

    /// A `Set-Cookie` header that removes a cookie.
    static func clear(_ name: String) -> String {
        "\(name)=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"
    }
}

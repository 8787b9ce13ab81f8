//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird

/// Headers that every answer has, unless its route has set them itself.
struct ResponseHeaders: RouterMiddleware {
    /// Whether browsers are told to use TLS only; not on loopback, where other programs share the name.
    let isStrict: Bool

    private static let standard = [
        ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        // Not `no-referrer`: with that, browsers name the origin of our own forms as `null`.
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]

    func handle(
        _ request: Request,
        context: ProviderContext,
        next: (Request, ProviderContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for (name, value) in Self.standard {
            guard let name = HTTPField.Name(name), !response.headers.contains(name) else { continue }
            response.headers[name] = value
        }
        if isStrict { response.headers[.strictTransportSecurity] = "max-age=2592000" }
        return response
    }
}

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

    private static let standard: [(HTTPField.Name, String)] = [
        (.contentSecurityPolicy, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
        (.xContentTypeOptions, "nosniff"),
        (.xFrameOptions, "DENY"),
        // Not `no-referrer`: with that, browsers name the origin of our own forms as `null`.
        (.referrerPolicy, "same-origin"),
        (.cacheControl, "no-store"),
    ]

    func handle(
        _ request: Request,
        context: ProviderContext,
        next: (Request, ProviderContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        complete(&response.headers)
        return response
    }

    /// Adds what is missing. Headers that are complete are not touched, so that they can be shared by many answers.
    func complete(_ headers: inout HTTPFields) {
        for (name, value) in Self.standard where !headers.contains(name) {
            headers[name] = value
        }
        if isStrict, !headers.contains(.strictTransportSecurity) {
            headers[.strictTransportSecurity] = "max-age=2592000"
        }
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Hummingbird
import Logging

/// One line and one measurement for each request: the route's pattern instead of the address, which may hold codes, hints
/// and link tokens. What programs ask for all the time (metadata, health, static files) is told at the level `debug`.
struct AccessLog: RouterMiddleware {
    let metrics: ProviderMetrics
    /// Patterns of such routes.
    let quiet: Set<String>

    func handle(
        _ request: Request,
        context: ProviderContext,
        next: (Request, ProviderContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await CurrentRequest.$logger.withValue(context.logger) {
            try await next(request, context)
        }
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        let route = context.endpointPath ?? "-"
        let method = request.method.rawValue
        metrics.count(
            route: route,
            method: Self.methods.contains(method) ? method : "other",
            status: response.status.code,
            seconds: Double(seconds) + Double(attoseconds) / 1e18
        )
        context.logger.log(
            level: quiet.contains(route) && response.status.code < 400 ? .debug : .info,
            "request",
            metadata: [
                "method": "\(method)",
                "route": "\(route)",
                "status": "\(response.status.code)",
                "ms": "\(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)",
            ]
        )
        return response
    }

    /// Others are made up by whoever calls, and would be series without end.
    private static let methods: Set = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"]
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import Logging
import OIDC

/// Turns whatever a route throws into a page with the number of the request. The cause of a fault goes to the log alone.
struct ErrorPages: RouterMiddleware {
    let pages: Pages

    func handle(
        _ request: Request,
        context: ProviderContext,
        next: (Request, ProviderContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as PageError {
            return try answer(error, context)
        } catch let error as OAuthError {
            let message = error.description.prefix(1).uppercased() + error.description.dropFirst() + "."
            return try answer(
                PageError(.badRequest, title: "This request cannot be answered", message: message),
                context
            )
        } catch let error as any HTTPResponseError {
            if error.status == .notFound { return try answer(.notFound, context) }
            let refusal = PageError(
                error.status,
                title: "This request cannot be answered",
                message: "The server refused it: \(error.status.reasonPhrase.lowercased())."
            )
            return try answer(refusal, context)
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return try answer(.failed, context)
        }
    }

    private func answer(_ error: PageError, _ context: ProviderContext) throws -> Response {
        let id = context.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? "-"
        let page = ErrorPage(site: pages.site, title: error.title, message: error.message, requestID: id)
        var response = try pages.response(page, status: error.status)
        if let seconds = error.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}

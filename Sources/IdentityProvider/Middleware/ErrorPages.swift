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
            return try answer(error, request, context)
        } catch let error as OAuthError {
            return try answer(.refused(.badRequest, error.description), request, context)
        } catch let error as any HTTPResponseError {
            if error.status == .notFound { return try answer(.notFound, request, context) }
            return try answer(.refused(error.status, error.status.reasonPhrase.lowercased()), request, context)
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return try answer(.failed, request, context)
        }
    }

    private func answer(_ error: PageError, _ request: Request, _ context: ProviderContext) throws -> Response {
        let id = context.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? "-"
        let language = pages.languages.language(for: request)
        let page = ErrorPage(
            site: pages.site,
            title: language.text(error.title),
            message: language.text(error.message),
            requestID: id
        )
        var response = try pages.response(page, in: language, status: error.status)
        if let seconds = error.retryAfter { response.headers[.retryAfter] = String(seconds) }
        // RFC 9110, section 9.3.2: what would follow is taken for the next answer.
        if request.method == .head { response.body = ResponseBody() }
        return response
    }
}

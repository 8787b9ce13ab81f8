//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import IdentityProvider
import Logging
import Support

/// Answers what a ``PublishedSite`` has, to GET and HEAD, and nothing else. The name under which it was reached does not
/// matter, and nothing is asked of the store.
struct PublicationResponder: HTTPResponder {
    let content: PublishedContent
    let clock: any WallClock

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let (site, languages) = (content.site, content.languages)
        let response = answer(request, site, languages)
        context.logger.debug(
            "request of what is published",
            metadata: ["method": "\(request.method)", "status": "\(response.status.code)"]
        )
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, _ site: PublishedSite, _ languages: Languages) -> Response {
        guard let place = site.places[request.uri.path] else {
            return choose(site.absent, languages, request)?.absence() ?? Response(status: .notFound)
        }
        guard request.method == .get || request.method == .head else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        switch place {
        case .document(let document):
            return document.response(to: request, at: clock.now)
        case .translated(let documents):
            let document = choose(documents, languages, request)
            return document?.response(to: request, at: clock.now) ?? Response(status: .notFound)
        case .moved(let path):
            return Response(status: .found, headers: [.location: path, .cacheControl: "no-cache"])
        }
    }

    private func choose(
        _ documents: [String: PublishedDocument],
        _ languages: Languages,
        _ request: Request
    ) -> PublishedDocument? {
        documents[languages.language(for: request).tag]
    }
}

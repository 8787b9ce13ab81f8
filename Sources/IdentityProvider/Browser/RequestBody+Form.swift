//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import NIOCore
import OIDC

extension Request {
    /// Most bytes of a form; the longest parameters that are accepted fit in.
    private static let formLimit = 65_536

    /// The parameters of the query. Throws ``OAuthError`` when they are not form-encoded.
    func queryParameters() throws -> RequestParameters {
        guard let parameters = RequestParameters(formEncoded: uri.query ?? "") else {
            throw OAuthError(.invalidRequest, "the query is not form-encoded")
        }
        return parameters
    }

    /// The parameters of the body. Throws ``OAuthError`` when it is not a form, and `HTTPError` when it is too large.
    func formParameters() async throws -> RequestParameters {
        let type = headers[.contentType]?.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        guard type == "application/x-www-form-urlencoded" else {
            throw OAuthError(.invalidRequest, "the body has to be application/x-www-form-urlencoded")
        }
        let buffer = try await collected()
        guard let text = String(validating: buffer.readableBytesView, as: UTF8.self),
            let parameters = RequestParameters(formEncoded: text)
        else { throw OAuthError(.invalidRequest, "the body is not form-encoded") }
        return parameters
    }

    /// The whole body. One that is not valid HTTP, or ends in the middle, is the caller's fault and no fault of ours.
    private func collected() async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: Self.formLimit)
        } catch let error as any HTTPResponseError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw OAuthError(.invalidRequest, "the body could not be read")
        }
    }
}

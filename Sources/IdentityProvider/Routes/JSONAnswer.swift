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
import NIOCore
import OIDC

/// Answers of the endpoints that programs call.
struct JSONAnswer: Sendable {
    /// Named in challenges.
    let realm: String

    /// Any page may read the answer: it holds nothing that a cookie opens (SPAs as public clients).
    private static let open: HTTPFields = [.accessControlAllowOrigin: "*"]

    /// A JSON document.
    func response(
        _ value: JSONValue,
        status: HTTPResponse.Status = .ok,
        cacheControl: String = "no-store"
    ) throws -> Response {
        let (headers, body) = try parts(value, cacheControl: cacheControl)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    /// What a JSON document is answered with.
    func parts(_ value: JSONValue, cacheControl: String) throws -> (headers: HTTPFields, body: ByteBuffer) {
        var headers = Self.open
        headers[.contentType] = "application/json"
        headers[.cacheControl] = cacheControl
        return (headers, ByteBuffer(bytes: try value.encoded()))
    }

    /// An empty answer.
    func empty() -> Response { Response(status: .ok, headers: Self.open) }

    /// The answer to a browser that asks whether a page of another origin may call.
    func preflight(methods: String) -> Response {
        var headers = Self.open
        headers[.accessControlAllowMethods] = methods
        headers[.accessControlAllowHeaders] = "Authorization, Content-Type"
        headers[.accessControlMaxAge] = "3600"
        return Response(status: .noContent, headers: headers)
    }

    /// The answer to who asks too often; RFC 6749 has no code for it.
    func tooMany(seconds: Int) throws -> Response {
        var response = try errorObject("temporarily_unavailable", "too many requests", .tooManyRequests)
        response.headers[.retryAfter] = String(seconds)
        return response
    }

    /// How an endpoint challenges its caller.
    enum Challenge: Sendable {
        case basic, bearer
    }

    /// Runs a handler; what it throws becomes an error object. A fault is logged, and answered with 503, since nothing
    /// was done and the caller may try again.
    func answering(
        _ challenge: Challenge,
        _ context: ProviderContext,
        _ handler: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await handler()
        } catch let error as OAuthError {
            return try response(error, challenge)
        } catch let error as any HTTPResponseError {
            return try errorObject("invalid_request", error.status.reasonPhrase, error.status)
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            var answer = try errorObject("temporarily_unavailable", "try again later", .serviceUnavailable)
            answer.headers[.retryAfter] = "5"
            return answer
        }
    }

    private func response(_ error: OAuthError, _ challenge: Challenge) throws -> Response {
        let status: HTTPResponse.Status =
            switch error.code {
            case .invalidClient, .invalidToken: .unauthorized
            case .insufficientScope: .forbidden
            default: .badRequest
            }
        var response = try errorObject(error.code.rawValue, error.description, status)
        switch challenge {
        case .basic where status == .unauthorized:
            response.headers[.wwwAuthenticate] = "Basic realm=\"\(realm)\""
        case .bearer:
            let details = "error=\"\(error.code.rawValue)\", error_description=\"\(error.description)\""
            response.headers[.wwwAuthenticate] = "Bearer realm=\"\(realm)\", \(details)"
        default: break
        }
        return response
    }

    private func errorObject(
        _ code: String,
        _ description: String,
        _ status: HTTPResponse.Status
    ) throws -> Response {
        try response(.object(["error": .string(code), "error_description": .string(description)]), status: status)
    }
}

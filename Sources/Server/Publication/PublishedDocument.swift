//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import IdentityProvider
import NIOCore
import Support

/// A document as it is sent: its bytes, and the headers that go with them (RFC 9110, RFC 9111).
struct PublishedDocument: Sendable {
    /// How long a cache may keep it without asking.
    enum Freshness: Sendable {
        /// It asks each time, and is told when nothing has changed.
        case none
        case seconds(Int)
        /// Some seconds, but never beyond an instant.
        case secondsUntil(Int, Date)

        /// The value of `Cache-Control`.
        func text(at now: Date) -> String {
            switch self {
            case .none: return "no-cache"
            case .seconds(let seconds): return "public, max-age=\(seconds)"
            case .secondsUntil(let seconds, let end):
                let left = Int(end.timeIntervalSince(now).rounded(.down))
                return left > 0 ? "public, max-age=\(min(seconds, left))" : "no-cache"
            }
        }
    }

    private let body: ByteBuffer
    private let freshness: Freshness
    /// Everything but `Cache-Control`.
    private let headers: HTTPFields

    /// A document.
    ///
    /// - Parameters:
    ///   - bytes: the body.
    ///   - type: its media type.
    ///   - freshness: how long it may be kept.
    ///   - modified: when it was made.
    ///   - more: headers of its own.
    init(
        _ bytes: some Sequence<UInt8>,
        type: String,
        freshness: Freshness,
        modified: Date? = nil,
        _ more: HTTPFields = [:]
    ) {
        body = ByteBuffer(bytes: bytes)
        self.freshness = freshness
        var headers = more
        headers[.contentType] = type
        headers[.eTag] = "\"\(Encoding.hex(SHA256.hash(data: Array(body.readableBytesView)).prefix(16)))\""
        headers[.lastModified] = modified.map(HTTPDate.text)
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        headers[.contentSecurityPolicy] = Self.policy
        self.headers = headers
    }

    /// Nothing but our own style sheet and pictures; no form, no script, no frame.
    private static let policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// The answer to a request for it: all of it, or that the caller has it already.
    func response(to request: Request, at now: Date) -> Response {
        var headers = headers
        headers[.cacheControl] = freshness.text(at: now)
        guard isKnown(to: request) else {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
        }
        headers[.contentType] = nil
        headers[.contentDisposition] = nil
        var response = Response(status: .notModified, headers: headers)
        // That of nothing would be taken for that of the document (RFC 9110, section 8.6).
        response.headers[.contentLength] = nil
        return response
    }

    /// The document in place of one that is not there.
    func absence() -> Response {
        var headers = headers
        headers[.eTag] = nil
        headers[.cacheControl] = "no-store"
        return Response(status: .notFound, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    /// Whether the caller says that it has exactly this (RFC 9110, section 13.1). A date has to be the one that was sent:
    /// whoever has another one gets the document.
    private func isKnown(to request: Request) -> Bool {
        guard let tags = request.headers[.ifNoneMatch] else {
            guard let since = request.headers[.ifModifiedSince] else { return false }
            return since == headers[.lastModified]
        }
        return tags.split(separator: ",").contains { part in
            let tag = part.filter { $0 != " " && $0 != "\t" }
            return tag == "*" || (tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag) == headers[.eTag]
        }
    }
}

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
import Synchronization

/// A document that many ask for and that seldom changes: its bytes and headers are made once for each change.
final class SharedDocument<Stamp: Equatable & Sendable>: Sendable {
    private let kept = Mutex<(stamp: Stamp, headers: HTTPFields, body: ByteBuffer)?>(nil)
    private let standard: ResponseHeaders

    /// A document whose headers are completed by `standard`.
    init(_ standard: ResponseHeaders) {
        self.standard = standard
    }

    /// The document as an answer; `make` is called when `stamp` is not the one that it was made for last.
    func answer(_ stamp: Stamp, make: () throws -> (headers: HTTPFields, body: ByteBuffer)) throws -> Response {
        if let kept = kept.withLock({ $0 }), kept.stamp == stamp {
            return Response(status: .ok, headers: kept.headers, body: ResponseBody(byteBuffer: kept.body))
        }
        var (headers, body) = try make()
        standard.complete(&headers)
        let made = (stamp, headers, body)
        kept.withLock { $0 = made }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}

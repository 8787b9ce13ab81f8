//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Hummingbird
import HummingbirdCore

extension HTTPServerBuilder {
    /// HTTP/1.1 with a deadline on all that a connection does, and heads of requests of 32 KiB at most. Bodies are
    /// bounded where they are read.
    static func bounded(_ limits: ConnectionLimits) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            HTTP1Channel(
                responder: { request, writer, channel in
                    channel.triggerUserOutboundEvent(ConnectionDeadline.Event.requestBegan, promise: nil)
                    defer { channel.triggerUserOutboundEvent(ConnectionDeadline.Event.responseEnded, promise: nil) }
                    try await responder(request, writer, channel)
                },
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionDeadline(limits: limits)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16_384,
                        maxHeaderListSize: 32_768,
                        maxHeaderFieldCount: 100
                    )
                )
            )
        }
    }
}

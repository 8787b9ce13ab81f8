//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import NIOCore

/// Closes a connection that takes too long.
///
/// The HTTP library's own time-out begins anew with every byte of a body, and not at all while an answer is not taken.
/// Here one deadline always stands; what the connection is at moves it.
final class ConnectionDeadline: ChannelInboundHandler, ChannelOutboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias OutboundIn = Any

    /// What a connection tells of itself, as a user event of its channel.
    enum Event: Sendable {
        case requestBegan, responseEnded
    }

    private let limits: ConnectionLimits
    private var closing: Scheduled<Void>?
    private var isEnding = false

    init(limits: ConnectionLimits) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        move(to: limits.opening, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closing?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closing?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            move(to: limits.ending, context)
            isEnding = true
        }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let event = event as? Event else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch event {
        case .requestBegan: move(to: limits.exchange, context)
        case .responseEnded: move(to: limits.pause, context)
        }
        promise?.succeed()
    }

    private func move(to amount: TimeAmount, _ context: ChannelHandlerContext) {
        // Once the server ends, nothing prolongs a connection.
        guard !isEnding else { return }
        closing?.cancel()
        let channel = context.channel
        closing = context.eventLoop.scheduleTask(in: amount) { channel.close(promise: nil) }
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import NIOCore

/// How long a connection may take for each thing that it is there for; the sum bounds what a slow client can hold.
package struct ConnectionLimits: Sendable {
    /// From the connection to the head of the first request, with the TLS handshake between them.
    package var opening = TimeAmount.seconds(15)
    /// From the head of a request to the end of its answer, however slowly either is sent or taken.
    package var exchange = TimeAmount.seconds(30)
    /// From the end of an answer to the head of the next request, with what is left of the body before.
    package var pause = TimeAmount.seconds(60)
    /// From the begin of the end of the server to the end of the exchange.
    package var ending = TimeAmount.seconds(3)

    package init() {}
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Hummingbird
import NIOCore

/// What the router carries along with a request.
package struct ProviderContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Address of the peer, without port; empty when there is none.
    package let peer: String

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

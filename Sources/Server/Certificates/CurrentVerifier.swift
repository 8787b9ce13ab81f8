//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import PKI
import Synchronization

/// Judges the certificates of servers that are called, by the lab's roots as they are now: a rotation adds one and takes
/// one away while the server runs.
package final class CurrentVerifier: Sendable {
    private let verifier: Mutex<(roots: [[UInt8]], verifier: PeerVerifier)>

    /// A verifier for certificates of these roots, DER. Throws what the parser throws for one that is none.
    package init(roots: [[UInt8]]) throws {
        verifier = Mutex((roots, try PeerVerifier(roots: roots)))
    }

    package var current: PeerVerifier { verifier.withLock { $0.verifier } }

    /// Goes by other roots from now on. Throws as ``init(roots:)``, and goes by those before then.
    package func trust(_ roots: [[UInt8]]) throws {
        guard verifier.withLock({ $0.roots != roots }) else { return }
        let next = try PeerVerifier(roots: roots)
        verifier.withLock { $0 = (roots, next) }
    }
}

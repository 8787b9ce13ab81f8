//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Synchronization

/// The time of day. An argument everywhere, so that a test can fix it.
package protocol WallClock: Sendable {
    /// The present instant.
    var now: Date { get }
}

/// The machine's clock.
package struct SystemWallClock: WallClock {
    package init() {}
    package var now: Date { Date() }
}

/// A clock that stands still until it is moved; for tests and golden files.
package final class FixedClock: WallClock {
    private let instant: Mutex<Date>

    /// Stands at `now`.
    package init(_ now: Date) {
        instant = Mutex(now)
    }

    package var now: Date { instant.withLock { $0 } }

    /// Moves the clock, backwards too.
    package func advance(by seconds: TimeInterval) {
        instant.withLock { $0 = $0.addingTimeInterval(seconds) }
    }
}

extension Duration {
    /// The length in seconds, for arithmetic with `Date`.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    /// Days of 24 hours.
    package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
    /// Hours.
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3_600) }
    /// Minutes.
    package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
}

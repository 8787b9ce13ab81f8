//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Support

/// The life of a certificate, in whole seconds; both ends belong to it (RFC 5280, section 4.1.2.5).
package struct Validity: Sendable, Hashable {
    package let notBefore: Date
    package let notAfter: Date

    /// How long before the present a life begins, since a machine at first boot may have a slow clock.
    package static let backdating: Duration = .minutes(5)
    /// The longest life of a leaf that Apple's platforms take, backdating included.
    package static let longestLeaf: Duration = .days(825)
    /// The longest life of a leaf that Android takes where its system store holds the root.
    package static let longestLeafOnAndroid: Duration = .days(397)
    /// The longest life of an intermediate.
    package static let longestIntermediate: Duration = .days(5 * 365)
    /// The shortest life: what is backdated must not be all of it.
    package static let shortest: Duration = .minutes(10)

    /// A life of exactly `lifetime`, of which the backdating is a part.
    package init(lifetime: Duration, now: Date) {
        notBefore = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down) - Self.backdating.seconds)
        notAfter = notBefore.addingTimeInterval(lifetime.seconds.rounded(.down) - 1)
    }

    /// A life between two instants.
    package init(notBefore: Date, notAfter: Date) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// The same, but ending no later than `limit`.
    package func ending(noLaterThan limit: Date) -> Validity {
        Validity(notBefore: notBefore, notAfter: min(notAfter, limit))
    }

    /// The length, both ends counted.
    package var length: Duration { .seconds(Int(notAfter.timeIntervalSince(notBefore)) + 1) }

    /// When two thirds are over and renewal is due.
    package var renewal: Date { notBefore.addingTimeInterval((length.seconds * 2 / 3).rounded(.down)) }

    /// Whether an instant lies within.
    package func contains(_ instant: Date) -> Bool { notBefore <= instant && instant <= notAfter }
}

extension Date {
    /// The day in UTC, `2026-11-21`, for messages.
    var day: String { formatted(Date.ISO8601FormatStyle().year().month().day()) }
}

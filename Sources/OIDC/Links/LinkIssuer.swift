//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

/// Makes the one-time links with which people set their password.
package enum LinkIssuer {
    /// How long a link is good where nothing else is asked for.
    package static let lifetime = Duration.minutes(15)
    /// The longest that may be asked for.
    package static let longestLifetime = Duration.days(7)
    /// Path of the page, below the issuer.
    package static let path = "/password"

    /// A new link of 256 random bits; the user's earlier one is void from now on. Only its hash is stored: this is the
    /// one time that it can be shown.
    package static func issue(
        for user: DirectoryUser,
        issuer: String,
        store: any PasswordLinkStore,
        random: any RandomSource,
        lifetime: Duration = lifetime,
        at now: Date
    ) async throws -> Secret<String> {
        let value = BearerValue.make(random)
        try await store.addLink(
            PasswordLink(
                digest: TokenDigest(of: value),
                userID: user.id,
                created: now,
                expires: now.addingTimeInterval(lifetime.seconds)
            )
        )
        return Secret("\(issuer)\(path)/\(value.expose())")
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
package import Support

/// Something that the provider did or refused. It names people and clients, and never holds a secret, a token or what
/// somebody typed.
package enum ProviderEvent: Sendable, Hashable {
    /// `client` is `nil` for a sign-in to the provider itself.
    case signedIn(DirectoryUser, client: String?, address: String)
    /// `user` is `nil` when nobody has the name that was typed.
    case signInRefused(DirectoryUser?, address: String)
    case signInThrottled(DirectoryUser?, address: String)
    /// Too many were waiting for their password to be checked.
    case signInTooBusy
    case signedOut(DirectoryUser)
    case sessionsRevoked(DirectoryUser, count: Int)
    case consentGiven(DirectoryUser, client: String)
    case consentRefused(DirectoryUser, client: String)
    case linkOpened(DirectoryUser, address: String)
    case passwordSet(DirectoryUser, byLink: Bool)
    case deviceAllowed(DirectoryUser, client: String)
    case deviceDenied(DirectoryUser, client: String)
    case tokensIssued(Grant, client: String)
    /// `grant` is `nil` for one that is not offered.
    case tokensRefused(Grant?, OAuthError.Code)
    case codeReplayed(client: String, grantID: String)
    case refreshTokenReused(client: String, grantID: String)
    case tokensRevoked(client: String, grantID: String)
    case logoutNotice(LogoutDelivery, client: String)
    case keyStaged(kid: String, algorithm: SigningAlgorithm)
    case keyRetired(kid: String, algorithm: SigningAlgorithm)

    /// What became of a notice to a relying party.
    package enum LogoutDelivery: String, Sendable, CaseIterable {
        case delivered, failed, abandoned
    }

    /// The entry in the audit log; `nil` for what happens all the time and concerns nobody's access.
    package func auditEntry(at now: Date) -> AuditEntry? {
        guard let (actor, action, object, detail) = record else { return nil }
        return AuditEntry(time: now, actor: actor, action: action, object: object, detail: detail)
    }

    private var record: (actor: String, action: String, object: String, detail: String)? {
        switch self {
        case .signedIn(let user, let client, let address):
            (user.label, "session.begin", client ?? "", "from \(address)")
        case .signInRefused(let user, let address):
            (address, "session.refused", user?.label ?? "", user == nil ? "nobody of that name" : "wrong password")
        case .signInThrottled(let user, let address): (address, "session.throttled", user?.label ?? "", "")
        case .signedOut(let user): (user.label, "session.end", "", "")
        case .sessionsRevoked(let user, let count): (user.label, "session.revoke", "", "\(count) sessions")
        case .consentGiven(let user, let client): (user.label, "consent.give", client, "")
        case .consentRefused(let user, let client): (user.label, "consent.refuse", client, "")
        case .linkOpened(let user, let address): (user.label, "link.open", "", "from \(address)")
        case .passwordSet(let user, let byLink):
            (user.label, "password.set", "", byLink ? "by a one-time link" : "on the account page")
        case .deviceAllowed(let user, let client): (user.label, "device.allow", client, "")
        case .deviceDenied(let user, let client): (user.label, "device.deny", client, "")
        case .codeReplayed(let client, let grant): (client, "code.replay", grant, "all tokens of it are revoked")
        case .refreshTokenReused(let client, let grant):
            (client, "refresh-token.reuse", grant, "all tokens of it are revoked")
        case .tokensRevoked(let client, let grant): (client, "token.revoke", grant, "")
        case .logoutNotice(.abandoned, let client):
            ("kindling", "logout.abandon", client, "the relying party was not told")
        case .keyStaged(let kid, let algorithm): ("kindling", "key.stage", kid, algorithm.rawValue)
        case .keyRetired(let kid, let algorithm): ("kindling", "key.retire", kid, algorithm.rawValue)
        case .signInTooBusy, .tokensIssued, .tokensRefused, .logoutNotice: nil
        }
    }
}

/// Is told of events as they happen.
package protocol ProviderObserver: Sendable {
    /// Takes note. What fails in there is the observer's to report.
    func observe(_ event: ProviderEvent, at now: Date) async
}

/// Takes no note.
package struct SilentObserver: ProviderObserver {
    package init() {}
    package func observe(_ event: ProviderEvent, at now: Date) {}
}

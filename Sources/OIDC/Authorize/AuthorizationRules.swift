//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab

/// What to do with a valid authorization request, given who sits at the browser.
package enum AuthorizationStep: Sendable, Hashable {
    /// Ask for user name and password.
    case login
    /// Ask whether the client may have what it wants.
    case consent
    /// Give the code without a page.
    case issue
    /// Send an error to the relying party.
    case refuse(OAuthError)
}

extension AuthorizationRequest {
    /// Decides by `prompt`, `max_age`, hint and client (OpenID Connect Core 1.0, sections 3.1.2.1 and 3.1.2.3).
    ///
    /// - Parameters:
    ///   - user: who is signed in, `nil` for nobody.
    ///   - authenticated: when that user gave the password.
    ///   - hint: the subject of a valid `id_token_hint`.
    ///   - now: the time of the request.
    /// - Returns: the next step.
    package func step(
        user: DirectoryUser?,
        authenticated: Date?,
        hint: String?,
        at now: Date
    ) -> AuthorizationStep {
        guard let user, let authenticated, isRecent(authenticated, at: now),
            prompts.isDisjoint(with: [.login, .selectAccount]),
            idTokenHint == nil || hint == user.subject
        else {
            guard prompts.contains(.none) else { return .login }
            return .refuse(OAuthError(.loginRequired, "the user has to sign in"))
        }
        return afterLogin(user: user, hint: hint)
    }

    /// Decides once the user has just signed in, whatever `prompt` and `max_age` said.
    package func afterLogin(user: DirectoryUser, hint: String?) -> AuthorizationStep {
        if let hint, hint != user.subject {
            return .refuse(OAuthError(.loginRequired, "another user than the expected one signed in"))
        }
        guard user.mayReach(client) else {
            return .refuse(OAuthError(.accessDenied, "the user is in no group that may use this client"))
        }
        guard client.consent == .ask || prompts.contains(.consent) else { return .issue }
        guard prompts.contains(.none) else { return .consent }
        return .refuse(OAuthError(.consentRequired, "the user has to agree"))
    }

    private func isRecent(_ authenticated: Date, at now: Date) -> Bool {
        guard let maxAge else { return true }
        return maxAge > 0 && now.timeIntervalSince(authenticated) <= Double(maxAge)
    }
}

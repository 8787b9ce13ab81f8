//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Lab

/// A request to end the session (OpenID Connect RP-Initiated Logout 1.0).
package struct LogoutRequest: Sendable {
    /// Subject of the `id_token_hint`, if that is genuine; it may have expired.
    package var hintedSubject: String?
    /// Where the browser goes afterwards; only what the hint's client registered.
    package var location: String?

    private static let understood = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"]

    /// Reads a request. Nothing in it is an error: what is not genuine is as good as absent, and then nobody is sent
    /// anywhere.
    package init(_ parameters: RequestParameters, settings: ProviderSettings, at now: Date) async {
        guard parameters.duplicates.isDisjoint(with: Self.understood), let hint = parameters["id_token_hint"],
            let token = await settings.keys.verify(hint, isHint: true, at: now), token.type == TokenClaims.idTokenType,
            token.text("iss") == settings.issuer, let audience = token.text("aud"),
            let client = settings.client(audience),
            parameters["client_id"] == nil || parameters["client_id"] == client.id
        else { return }
        hintedSubject = token.text("sub")
        if let uri = parameters["post_logout_redirect_uri"],
            client.postLogoutRedirectURIs.contains(where: { Array($0.utf8) == Array(uri.utf8) })
        {
            let state = parameters["state"].map { [RequestParameters.Pair("state", $0)] } ?? []
            location = state.isEmpty ? uri : uri + (uri.contains("?") ? "&" : "?") + FormEncoding.encode(state)
        }
    }

    /// Whether the user has to be asked first: without a genuine hint anybody may have sent the browser here, and with
    /// another user's hint it is not clear who should be signed out.
    package func needsConfirmation(signedIn user: DirectoryUser?) -> Bool {
        guard let user else { return false }
        return hintedSubject != user.subject
    }
}

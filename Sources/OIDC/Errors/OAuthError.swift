//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// An error answer of the protocol (RFC 6749, sections 4.1.2.1 and 5.2; RFC 6750, section 3.1; RFC 8628, section 3.5;
/// OpenID Connect Core 1.0, section 3.1.2.6). The description is fixed text: it never repeats what was sent.
package struct OAuthError: Error, Sendable, Hashable {
    package var code: Code
    /// For developers: ASCII without quotes and backslashes.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// The registered codes that are used.
    package enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case accessDenied = "access_denied"
        case loginRequired = "login_required"
        case consentRequired = "consent_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case registrationNotSupported = "registration_not_supported"
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
        /// RFC 8628, section 3.5.
        case authorizationPending = "authorization_pending"
        case slowDown = "slow_down"
        case expiredToken = "expired_token"
    }
}

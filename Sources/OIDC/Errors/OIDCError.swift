//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// The provider cannot do its work: something of its own is missing or broken.
package struct OIDCError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?

    /// An error in own words.
    package init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension ErrorCode {
    /// A signing key in the state cannot be used.
    package static let oidcKeyUnusable = ErrorCode("oidc.key.unusable")
    /// There is no signing key for an algorithm.
    package static let oidcKeyMissing = ErrorCode("oidc.key.missing")
    /// A password does not meet the rules.
    package static let oidcPasswordRefused = ErrorCode("oidc.password.refused", exit: .badInput)
    /// A JSON text could not be written.
    package static let oidcEncodingFailed = ErrorCode("oidc.encoding-failed")
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
package import Support

/// The hidden field that ties a form to the browser that it was made for.
package enum FormToken {
    /// The field's value for a browser's form cookie. `purpose` says what posting the form does, so that the token of one
    /// form is no good in another.
    package static func make(cookie: Secret<String>, purpose: String) -> String {
        let key = SymmetricKey(data: Array(cookie.expose().utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array("kindling form: \(purpose)".utf8), using: key)
        return Encoding.base64URL(Array(code))
    }

    /// Whether a posted field is the one that was made.
    package static func isGenuine(_ field: String?, cookie: Secret<String>?, purpose: String) -> Bool {
        guard let field, let cookie, !cookie.expose().isEmpty else { return false }
        return constantTimeEqual(Array(field.utf8), Array(make(cookie: cookie, purpose: purpose).utf8))
    }
}

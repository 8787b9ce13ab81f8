//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab

extension Grant {
    /// The value of `grant_type`: a name of RFC 6749, or a URN (RFC 8628, section 3.4; RFC 8693, section 2.1).
    package var grantType: String {
        switch self {
        case .authorizationCode, .refreshToken, .clientCredentials: rawValue
        case .deviceCode: "urn:ietf:params:oauth:grant-type:device_code"
        case .tokenExchange: "urn:ietf:params:oauth:grant-type:token-exchange"
        }
    }
}

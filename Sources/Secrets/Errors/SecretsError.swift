//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// A secret cannot be taken or found.
package struct SecretsError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?

    init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension ErrorCode {
    /// A secret to set has no characters.
    package static let secretEmpty = ErrorCode("secret.empty", exit: .badInput)
    /// A secret to set is not UTF-8, or holds a zero byte.
    package static let secretNotText = ErrorCode("secret.not-text", exit: .badInput)
    /// No client of that id stands in lab.yaml.
    package static let clientUnknown = ErrorCode("client.unknown", exit: .usage)
    /// The client is public: it has no secret.
    package static let clientPublic = ErrorCode("client.public", exit: .usage)
    /// The state has no secret of that name.
    package static let secretMissing = ErrorCode("secret.missing")
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// A password cannot be hashed.
package struct PasswordHashError: KindlingError {
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
    /// The password has more bytes than the hash takes in; the rest would not count.
    package static let passwordTooLong = ErrorCode("password.too-long", exit: .badInput)
    /// The password holds a zero byte, at which the C library would cut it.
    package static let passwordHasZeroByte = ErrorCode("password.zero-byte", exit: .badInput)
    /// The cost lies outside ``Bcrypt/costs``.
    package static let passwordCost = ErrorCode("password.cost", exit: .badInput)
    /// The system's libcrypt does not offer the scheme, or ran out of memory.
    package static let passwordHashFailed = ErrorCode("password.hash-failed")
}

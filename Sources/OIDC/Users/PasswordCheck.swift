//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PasswordHashing
package import Support

/// Hashing and checking of passwords. Each call computes for a fifth of a second: run it on threads of its own.
package enum PasswordCheck {
    /// A hash that belongs to no password, of the cost that new ones have.
    private static let nobody = "$2b$\(Bcrypt.defaultCost)$" + String(repeating: ".", count: 53)

    /// Whether the password belongs to the hash. Without a hash the same work is done, so that the time does not tell
    /// whether there is such a user.
    package static func verify(_ password: Secret<String>, against hash: Secret<String>?) -> Bool {
        let matches = Bcrypt.verify(password, against: hash?.expose() ?? nobody)
        return matches && hash != nil
    }

    /// The bcrypt hash of a new password. Throws `PasswordHashError` for what ``PasswordPolicy`` would have refused.
    package static func hash(_ password: Secret<String>, random: any RandomSource) throws -> Secret<String> {
        Secret(try Bcrypt.hash(password, random: random))
    }
}

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
    /// The bcrypt cost of new hashes; Dex takes 10 to 16.
    package static let cost = Bcrypt.defaultCost

    /// A hash that belongs to no password, of the cost that new ones have.
    private static let nobody = "$2b$\(cost)$" + String(repeating: ".", count: 53)

    /// Whether the password belongs to the hash. Without a hash the same work is done, so that the time does not tell
    /// whether there is such a user.
    package static func verify(_ password: Secret<String>, against hash: Secret<String>?) -> Bool {
        let matches = Bcrypt.verify(password, against: hash?.expose() ?? nobody)
        return matches && hash != nil
    }

    /// The bcrypt hash of a new password. Throws `PasswordHashError` for what ``PasswordPolicy`` would have refused.
    package static func hash(_ password: Secret<String>, random: any RandomSource) throws -> Secret<String> {
        Secret(try Bcrypt.hash(password, cost: cost, random: random))
    }

    /// Whether a hash was made with less work than `cost`.
    static func isWeaker(_ hash: Secret<String>, than cost: Int) -> Bool {
        guard let present = Bcrypt.cost(of: hash.expose()) else { return false }
        return present < cost
    }
}

/// Runs what computes for long away from event loops and Swift's cooperative threads.
package protocol PasswordWorker: Sendable {
    /// Runs `work` when it is its turn, and gives its result.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
}

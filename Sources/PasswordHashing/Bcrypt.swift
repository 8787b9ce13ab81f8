//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// bcrypt, as Dex and Argo CD take it.
///
/// Every call computes for a fifth of a second at the default cost and blocks its thread meanwhile: run it on a
/// thread of its own or a small pool, never on an event loop or on Swift's cooperative threads.
package enum Bcrypt {
    /// Costs for new hashes; Dex refuses others.
    package static let costs = 10...16

    /// The cost where none is asked for: about 200 ms.
    package static let defaultCost = 12

    /// Bytes of a password that bcrypt takes in. Longer ones are refused rather than cut, since two passwords
    /// that begin alike would otherwise be the same.
    package static let maximumLength = 72

    /// Hashes a new password into `$2b$…`, 60 characters. Blocks; see ``Bcrypt``.
    ///
    /// - Parameters:
    ///   - password: at most ``maximumLength`` bytes of UTF-8, without a zero byte.
    ///   - cost: the binary logarithm of the rounds, of ``costs``.
    ///   - random: gives the 16 bytes of salt.
    /// - Returns: the hash with its salt and cost.
    /// - Throws: ``PasswordHashError``.
    package static func hash(
        _ password: Secret<String>,
        cost: Int = defaultCost,
        random: any RandomSource
    ) throws(PasswordHashError) -> String {
        guard costs.contains(cost) else {
            throw PasswordHashError(
                .passwordCost,
                "bcrypt cost \(cost) is not between \(costs.lowerBound) and \(costs.upperBound)"
            )
        }
        guard password.expose().utf8.count <= maximumLength else {
            throw PasswordHashError(
                .passwordTooLong,
                "the password is longer than \(maximumLength) bytes",
                remedy: "choose one of at most \(maximumLength) bytes; a letter with an accent counts as two or more"
            )
        }
        guard !password.expose().utf8.contains(0) else {
            throw PasswordHashError(.passwordHasZeroByte, "the password holds a zero byte")
        }
        let setting = CryptLibrary.setting(prefix: "$2b$", cost: UInt(cost), salt: random.bytes(16))
        guard let setting, let hash = CryptLibrary.hash(password.expose(), setting: setting), isHash(hash) else {
            throw PasswordHashError(.passwordHashFailed, "the system's libcrypt made no bcrypt hash")
        }
        return hash
    }

    /// Whether a password belongs to a `$2a$`, `$2b$` or `$2y$` hash. Blocks; see ``Bcrypt``.
    ///
    /// A password that could not have been set (too long, a zero byte) and a text that is no such hash are `false`.
    /// So is a cost above 16: checking one would hold a thread for half a minute and more. The comparison takes
    /// constant time.
    package static func verify(_ password: Secret<String>, against hash: String) -> Bool {
        let bytes = password.expose().utf8
        guard isHash(hash), bytes.count <= maximumLength, !bytes.contains(0) else { return false }
        guard let computed = CryptLibrary.hash(password.expose(), setting: hash) else { return false }
        return constantTimeEqual(Array(computed.utf8), Array(hash.utf8))
    }

    /// Whether a text has the form of a bcrypt hash that ``verify(_:against:)`` would compute, for those who take
    /// hashes from elsewhere.
    package static func isHash(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 60, ["$2a$", "$2b$", "$2y$"].contains(String(text.prefix(4))), bytes[6] == 0x24,
            bytes[4..<6].allSatisfy({ (0x30...0x39).contains($0) }),
            let cost = Int(String(decoding: bytes[4..<6], as: UTF8.self)), (4...costs.upperBound).contains(cost)
        else { return false }
        return bytes[7...].allSatisfy { alphabet.contains($0) }
    }

    /// The cost of a hash; `nil` for a text that is none.
    package static func cost(of hash: String) -> Int? {
        isHash(hash) ? Int(hash.dropFirst(4).prefix(2)) : nil
    }

    private static let alphabet = Set("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
}

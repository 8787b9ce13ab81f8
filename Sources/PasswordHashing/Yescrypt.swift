//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// yescrypt (`$y$`), Debian's scheme for the passwords of shell users, as cloud-init's `passwd` takes it.
///
/// A call computes for some 50 ms with 16 MiB of memory and blocks its thread meanwhile.
package enum Yescrypt {
    /// Bytes that the C library takes in.
    package static let maximumLength = 511

    /// Hashes a new password with the library's default cost. Blocks; see ``Yescrypt``.
    ///
    /// - Parameters:
    ///   - password: at most ``maximumLength`` bytes of UTF-8, without a zero byte.
    ///   - random: gives the 16 bytes of salt.
    /// - Returns: the hash with its salt and cost.
    /// - Throws: ``PasswordHashError``.
    package static func hash(
        _ password: Secret<String>,
        random: any RandomSource
    ) throws(PasswordHashError) -> String {
        guard password.expose().utf8.count <= maximumLength else {
            throw PasswordHashError(.passwordTooLong, "the password is longer than \(maximumLength) bytes")
        }
        guard !password.expose().utf8.contains(0) else {
            throw PasswordHashError(.passwordHasZeroByte, "the password holds a zero byte")
        }
        let setting = CryptLibrary.setting(prefix: "$y$", cost: 0, salt: random.bytes(16))
        guard let setting, let hash = CryptLibrary.hash(password.expose(), setting: setting) else {
            throw PasswordHashError(
                .passwordHashFailed,
                "the system's libcrypt made no yescrypt hash",
                remedy: "install a libcrypt that has it: apt-get install libcrypt1"
            )
        }
        return hash
    }
}

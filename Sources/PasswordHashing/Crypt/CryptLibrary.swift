//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import CCrypt
import Glibc
import Support

/// The system's libcrypt (libxcrypt), by its reentrant functions alone.
enum CryptLibrary {
    /// A setting (scheme, cost, salt) to hash a new password with.
    ///
    /// - Parameters:
    ///   - prefix: the scheme, for example `$2b$`.
    ///   - cost: its cost; 0 for the scheme's own default.
    ///   - salt: random bytes.
    /// - Returns: the setting, or `nil` when the library does not know the scheme or refuses the cost.
    static func setting(prefix: String, cost: UInt, salt: [UInt8]) -> String? {
        var output = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        return salt.withUnsafeBytes { salt in
            let made = crypt_gensalt_rn(
                prefix,
                cost,
                salt.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(salt.count),
                &output,
                Int32(output.count)
            )
            return made == nil ? nil : text(output)
        }
    }

    /// The hash of a password; `nil` when the library refuses the setting. The password holds no zero byte.
    static func hash(_ password: String, setting: String) -> String? {
        // 32 KiB: too much for the stack of a thread that may be small. The library wants it zeroed.
        let size = MemoryLayout<crypt_data>.size
        guard let memory = calloc(1, size) else { return nil }
        defer {
            explicit_bzero(memory, size)
            free(memory)
        }
        return crypt_rn(password, setting, memory, Int32(size)).map { String(cString: $0) }
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

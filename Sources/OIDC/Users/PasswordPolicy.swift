//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// What a new password has to be.
package struct PasswordPolicy: Sendable {
    /// Fewest characters.
    package static let minimumLength = 12
    /// Most bytes: bcrypt looks at no more.
    package static let maximumBytes = 72

    /// Passwords that are refused, in lower case.
    private let refused: Set<String>

    /// A policy with passwords that are refused, in any letter case.
    package init(refused: some Sequence<String> = []) {
        self.refused = Set(refused.map { $0.lowercased() })
    }

    /// A policy with the refused passwords of a file, one on each line. Throws ``FileError`` when it cannot be read.
    package init(refusedPasswordsFile path: String) throws(FileError) {
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        self.init(refused: text.split(whereSeparator: \.isNewline).map(String.init))
    }

    /// Throws ``OIDCError`` in words for the person who chose the password, which they do not repeat.
    package func check(_ password: Secret<String>, for user: DirectoryUser) throws(OIDCError) {
        let text = password.expose()
        guard text.count >= Self.minimumLength else {
            throw OIDCError(.oidcPasswordRefused, "the password has fewer than \(Self.minimumLength) characters")
        }
        guard text.utf8.count <= Self.maximumBytes else {
            throw OIDCError(.oidcPasswordRefused, "the password has more than \(Self.maximumBytes) bytes")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw OIDCError(.oidcPasswordRefused, "the password has control characters")
        }
        let lower = text.lowercased()
        guard !refused.contains(lower), !Set(lower).isSubset(of: lower.prefix(1)) else {
            throw OIDCError(.oidcPasswordRefused, "the password is one that is tried first")
        }
        let own = [user.email, user.username, user.name].map { $0.lowercased() }
        guard !own.contains(lower) else {
            throw OIDCError(.oidcPasswordRefused, "the password is the name or e-mail address of its user")
        }
    }
}

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

    /// Why a password is not taken.
    package enum Refusal: Sendable, Hashable, CaseIterable {
        case tooShort, tooLong, hasControls, isCommon, isOwnName

        /// For the person who chose it; the password is not repeated.
        package var message: String {
            switch self {
            case .tooShort: "the password has fewer than \(minimumLength) characters"
            case .tooLong: "the password has more than \(maximumBytes) bytes"
            case .hasControls: "the password has control characters"
            case .isCommon: "the password is one that is tried first"
            case .isOwnName: "the password is the name or e-mail address of its user"
            }
        }
    }

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
        if let refusal = refusal(of: password, for: user) { throw OIDCError(.oidcPasswordRefused, refusal.message) }
    }

    /// Why the password is not taken for this user; `nil` when it is.
    package func refusal(of password: Secret<String>, for user: DirectoryUser) -> Refusal? {
        let text = password.expose()
        if text.count < Self.minimumLength { return .tooShort }
        if text.utf8.count > Self.maximumBytes { return .tooLong }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) { return .hasControls }
        let lower = text.lowercased()
        if refused.contains(lower) || Set(lower).isSubset(of: lower.prefix(1)) { return .isCommon }
        let own = [user.email, user.username, user.name].map { $0.lowercased() }
        return own.contains(lower) ? .isOwnName : nil
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

/// What the state knows of a person; who they are stands in lab.yaml.
package struct Account: Sendable {
    /// Stable identity, part of `sub`.
    package var userID: String
    /// bcrypt; `nil` until a password is set.
    package var passwordHash: Secret<String>?
    package var isDisabled: Bool
    package var passwordChanged: Date?

    package init(userID: String, passwordHash: Secret<String>?, isDisabled: Bool, passwordChanged: Date?) {
        self.userID = userID
        self.passwordHash = passwordHash
        self.isDisabled = isDisabled
        self.passwordChanged = passwordChanged
    }
}

/// Where passwords and made-up user ids are kept.
package protocol AccountStore: Sendable {
    /// The id of the person with this e-mail address (compared in lower case); `made` is stored and returned when there
    /// is none yet, atomically. Only for people of lab.yaml without an `id` of their own.
    func userID(email: String, made: String) async throws -> String
    /// The account of a user id; `nil` when nothing was ever stored for it (then no password is set).
    func account(userID: String) async throws -> Account?
    /// In one transaction: sets the password, making the account when there is none, ends the user's sessions, revokes
    /// their grants and voids their one-time link.
    func setPassword(userID: String, hash: Secret<String>, at now: Date) async throws
    /// Disables or enables an account, and makes it when there is none.
    func setDisabled(userID: String, _ isDisabled: Bool) async throws
}

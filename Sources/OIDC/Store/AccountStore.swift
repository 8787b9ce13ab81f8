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

/// A person who is known to the state alone, by an invitation.
package struct Person: Sendable, Hashable {
    /// Stable identity, part of `sub`.
    package var userID: String
    package var email: String
    package var username: String
    package var name: String
    package var groups: [String]
    package var created: Date

    package init(userID: String, email: String, username: String, name: String, groups: [String], created: Date) {
        self.userID = userID
        self.email = email
        self.username = username
        self.name = name
        self.groups = groups
        self.created = created
    }
}

/// Where passwords, made-up user ids and invited people are kept. Each call is one transaction.
///
/// Ending a user's sessions here means what it means in ``SessionStore``; all their grants are revoked besides, those
/// with `offline_access` included, and devices that they have let in get no tokens.
package protocol AccountStore: Sendable {
    /// The id of the person with this e-mail address (compared in lower case); `made` is stored and returned when there
    /// is none yet, atomically. For people of lab.yaml without an `id` of their own; an invited person who is written
    /// into lab.yaml later keeps the id.
    func userID(email: String, made: String) async throws -> String
    /// The account of a user id; `nil` when nothing was ever stored for it (then no password is set).
    func account(userID: String) async throws -> Account?
    /// Sets the password, making the account when there is none, ends the user's sessions but `kept`, revokes their
    /// grants and voids their one-time link. `false`, with nothing done, when the hash is not `old` any more.
    func setPassword(
        userID: String,
        hash: Secret<String>,
        replacing old: Secret<String>?,
        keeping kept: TokenDigest?,
        notifying: Set<String>,
        at now: Date
    ) async throws -> Bool
    /// Puts a hash of the same password in place of `old`; nothing happens when the hash is another by now.
    func replaceHash(userID: String, old: Secret<String>, new: Secret<String>) async throws
    /// Disables an account, and ends the user's sessions and grants; or enables it. Makes it when there is none.
    func setDisabled(userID: String, _ isDisabled: Bool, notifying: Set<String>, at now: Date) async throws
    /// The people that the state alone knows, in the order of their addresses.
    func people() async throws -> [Person]
    /// Adds a person; `false`, with nothing done, when the e-mail address, the user name (both compared in lower case)
    /// or the id is that of another one.
    func addPerson(_ person: Person) async throws -> Bool
    /// Sets the groups of a person; `false` when there is none of that id.
    func setGroups(userID: String, _ groups: [String]) async throws -> Bool
    /// Removes a person with account, sessions, grants and link; `false`, with nothing done, when there is none of that
    /// id. The id of the address is forgotten too, so that nobody inherits it.
    func removePerson(userID: String, notifying: Set<String>, at now: Date) async throws -> Bool
}

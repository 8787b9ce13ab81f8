//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
package import Support

/// A person as the provider knows them: who they are by lab.yaml, with their stable id.
package struct DirectoryUser: Sendable, Hashable {
    /// Stable identity.
    package var id: String
    /// Empty for none; never emitted then.
    package var email: String
    package var username: String
    package var name: String
    /// Without those that Kubernetes reserves.
    package var groups: [String]

    package init(id: String, email: String, username: String, name: String, groups: [String]) {
        self.id = id
        self.email = email
        self.username = username
        self.name = name
        self.groups = groups.filter { !$0.isEmpty && !Self.isReserved($0) }
    }

    /// A person whom the state alone knows.
    package init(_ person: Person) {
        self.init(
            id: person.userID,
            email: person.email,
            username: person.username,
            name: person.name,
            groups: person.groups
        )
    }

    /// How logs and tables name the person: by e-mail address, or user name where there is none.
    package var label: String { email.isEmpty ? username : email }

    /// The `sub` claim.
    package var subject: String { Subject.encode(userID: id) }

    /// Whether the client is open to this person (`clients[].groups`; empty: to all).
    package func mayReach(_ client: Client) -> Bool {
        client.groups.isEmpty || !Set(client.groups).isDisjoint(with: groups)
    }

    /// Whether a name belongs to Kubernetes itself: `system:masters` would make its bearer a cluster administrator.
    ///
    /// Compared by bytes, as Kubernetes does, and behind what nobody sees: to Swift a colon with an accent is another letter.
    package static func isReserved(_ name: String) -> Bool {
        let visible = name.lowercased().unicodeScalars.drop {
            $0.properties.isWhitespace || [.control, .format].contains($0.properties.generalCategory)
        }
        return visible.starts(with: "system:".unicodeScalars)
    }
}

/// The people of lab.yaml, and those whom the state alone knows.
package struct UserDirectory: Sendable {
    package let users: [DirectoryUser]
    private let byID: [String: DirectoryUser]

    /// People who are known already.
    package init(_ users: [DirectoryUser]) {
        self.users = users.filter { !DirectoryUser.isReserved($0.username) && !DirectoryUser.isReserved($0.email) }
        byID = Dictionary(self.users.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The people of lab.yaml, then those of the state; who has no `id` in lab.yaml gets one, made once and kept in the
    /// store. Where both name one id, address or user name, lab.yaml has the word.
    package static func load(
        _ users: [User],
        store: any AccountStore,
        random: any RandomSource
    ) async throws -> UserDirectory {
        var known: [DirectoryUser] = []
        for user in users {
            let id: String
            if let given = user.id {
                id = given
            } else {
                id = try await store.userID(email: user.email.lowercased(), made: makeID(random))
            }
            known.append(
                DirectoryUser(id: id, email: user.email, username: user.username, name: user.name, groups: user.groups)
            )
        }
        let ids = Set(known.map(\.id))
        let names = Set(known.flatMap { [normalised($0.email), normalised($0.username)] })
        for person in try await store.people()
        where !ids.contains(person.userID)
            && names.isDisjoint(with: [normalised(person.email), normalised(person.username)])
        {
            known.append(DirectoryUser(person))
        }
        return UserDirectory(known)
    }

    /// The person of an id.
    package func user(id: String) -> DirectoryUser? {
        byID[id]
    }

    /// The person of an e-mail address or user name as typed: letter case and outer spaces do not matter.
    package func user(login: String) -> DirectoryUser? {
        let name = Self.normalised(login)
        guard !name.isEmpty else { return nil }
        return users.first { $0.email.lowercased() == name } ?? users.first { $0.username.lowercased() == name }
    }

    /// What ``user(login:)`` compares.
    package static func normalised(_ login: String) -> String {
        let isSpace = { (character: Character) in character.isWhitespace }
        let trimmed = login.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(trimmed).lowercased()
    }

    /// A random UUID (RFC 9562, version 4), the form of id that Dex makes.
    package static func makeID(_ random: any RandomSource) -> String {
        var bytes = random.bytes(16)
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = Array(Encoding.hex(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
    }
}

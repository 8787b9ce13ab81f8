//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import GRDB
package import OIDC

/// The part of ``AccountStore`` about people that the state alone knows.
extension Database {
    package func people() async throws -> [Person] {
        try await read { connection in
            try Row.fetchAll(connection, sql: "SELECT * FROM person ORDER BY lower(email)").map { row in
                Person(
                    userID: row["user_id"],
                    email: row["email"],
                    username: row["username"],
                    name: row["name"],
                    groups: row.lines("groups"),
                    created: row.date("created")
                )
            }
        }
    }

    package func addPerson(_ person: Person) async throws -> Bool {
        try await write { connection in
            let isTaken = try Bool.fetchOne(
                connection,
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM person
                        WHERE user_id = ? OR lower(email) = lower(?) OR lower(username) = lower(?)
                    )
                    """,
                arguments: [person.userID, person.email, person.username]
            )
            // Who was in lab.yaml once, or is, has an id there already, and is no new person.
            guard isTaken == false, try Self.userID(email: person.email, connection) == nil else { return false }
            try Self.insert(userID: person.userID, email: person.email, connection)
            try connection.execute(
                sql: "INSERT INTO person (user_id, email, username, name, groups, created) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    person.userID, person.email, person.username, person.name,
                    person.groups.joined(separator: "\n"), person.created.milliseconds,
                ]
            )
            return true
        }
    }

    package func setGroups(userID: String, _ groups: [String]) async throws -> Bool {
        try await write { connection in
            try connection.execute(
                sql: "UPDATE person SET groups = ? WHERE user_id = ?",
                arguments: [groups.joined(separator: "\n"), userID]
            )
            return connection.changesCount == 1
        }
    }

    package func removePerson(
        userID: String,
        notifying clients: Set<String>,
        at now: Date
    ) async throws -> Bool {
        try await write { connection in
            try connection.execute(sql: "DELETE FROM person WHERE user_id = ?", arguments: [userID])
            guard connection.changesCount == 1 else { return false }
            try Self.endAll(userID: userID, except: nil, notifying: clients, at: now, connection)
            for table in ["account", "user_id"] {
                try connection.execute(sql: "DELETE FROM \(table) WHERE user_id = ?", arguments: [userID])
            }
            return true
        }
    }
}

extension Row {
    fileprivate func lines(_ column: String) -> [String] {
        let text: String = self[column]
        return text.split(separator: "\n").map { String($0) }
    }
}

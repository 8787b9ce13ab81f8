//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
import Synchronization

/// Who may use the provider: clients and people. Replaced whole while requests are under way; each look gets one that
/// fits together.
package final class Roster: Sendable {
    /// The clients and people of one moment.
    package struct Snapshot: Sendable {
        package let clients: [Client]
        package let directory: UserDirectory
        /// Clients that are told when a session ends.
        package let notified: Set<String>
        /// The algorithms that clients want their tokens signed with.
        package let algorithms: Set<SigningAlgorithm>

        package init(clients: [Client], directory: UserDirectory) {
            self.clients = clients
            algorithms = KeyRing.algorithms(of: clients)
            self.directory = directory
            notified = Set(clients.filter { $0.backchannelLogoutURI != nil }.map(\.id))
        }
    }

    private let snapshot: Mutex<Snapshot>

    package init(clients: [Client], directory: UserDirectory) {
        snapshot = Mutex(Snapshot(clients: clients, directory: directory))
    }

    /// What holds now.
    package var current: Snapshot { snapshot.withLock { $0 } }

    /// Takes other clients and people from now on; sessions and tokens of those who stay go on.
    package func replace(clients: [Client], directory: UserDirectory) {
        let next = Snapshot(clients: clients, directory: directory)
        snapshot.withLock { $0 = next }
    }

    /// Takes other people from now on.
    package func replace(directory: UserDirectory) {
        snapshot.withLock { $0 = Snapshot(clients: $0.clients, directory: directory) }
    }
}

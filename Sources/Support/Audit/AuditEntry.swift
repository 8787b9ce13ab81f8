//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// A deed worth remembering. No secret stands in it.
package struct AuditEntry: Sendable, Hashable {
    package var time: Date
    /// Who did it: a user name of the machine for commands; an e-mail address, a client id or, where nobody is known
    /// yet, the network address for the provider.
    package var actor: String
    /// What was done, dotted, for example `client.secret.set`.
    package var action: String
    /// To what: an id or a name.
    package var object: String
    /// More, for people.
    package var detail: String

    package init(time: Date, actor: String, action: String, object: String, detail: String = "") {
        self.time = time
        self.actor = actor
        self.action = action
        self.object = object
        self.detail = detail
    }
}

/// Where deeds are remembered: entries are only ever added.
package protocol AuditLog: Sendable {
    /// Adds an entry at the end.
    func audit(append entry: AuditEntry) async throws
}

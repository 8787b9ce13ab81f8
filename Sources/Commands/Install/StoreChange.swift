//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// What is to be done to a store.
struct StoreChange: Sendable {
    let store: any TrustStore
    var additions: [LabelledRoot] = []
    var removals: [StoreEntry] = []
    /// Roots that are there already.
    var kept: [LabelledRoot] = []

    /// Whether there is something to do at all.
    var isNeeded: Bool { !additions.isEmpty || !removals.isEmpty || !kept.allSatisfy(store.isSeen) }

    /// Does it, or only says so.
    func apply(isDryRun: Bool, in context: CommandContext) async throws {
        for root in kept { context.say("\(root.label) is in \(store.place) already") }
        for root in additions {
            if !isDryRun { try await store.add(root) }
            context.say("\(isDryRun ? "would add" : "added") \(root.label) to \(store.place)")
        }
        for entry in removals {
            if !isDryRun { try await store.remove(entry) }
            context.say("\(isDryRun ? "would remove" : "removed") \(entry.name) from \(store.place)")
        }
        if kept.isEmpty, !isNeeded { context.say("nothing to remove from \(store.place)") }
        if isDryRun, !kept.allSatisfy(store.isSeen) { context.say("would make programs see what is in \(store.place)") }
        guard isNeeded, !isDryRun, let done = try await store.publish(hasRemoved: !removals.isEmpty) else { return }
        context.note(done)
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Puts roots into the stores of a machine, and takes them out.
struct TrustInstallation {
    let stores: [any TrustStore]
    let isDryRun: Bool
    let context: CommandContext
    /// The command for the stores of these kinds, as it is to be typed, for the hint to run it with more rights.
    let command: ([StoreKind]) -> String

    /// Puts roots in. A root that is there already, by whatever name, stays as it is.
    ///
    /// - Parameters:
    ///   - roots: what is to be there.
    ///   - owner: whose other roots are taken out: they have been rotated away.
    /// - Throws: ``CommandError`` before anything is changed, where a store may not be; what a store throws.
    func install(_ roots: [LabelledRoot], replacingThoseOf owner: String? = nil) async throws {
        try await apply { store in
            let entries = try await store.entries()
            let known = Set(entries.map(\.certificate))
            return StoreChange(
                store: store,
                additions: roots.filter { !known.contains($0.certificate) },
                removals: entries.filter { entry in
                    owner != nil && entry.label?.owner == owner
                        && !roots.contains { $0.certificate == entry.certificate }
                },
                kept: roots.filter { known.contains($0.certificate) }
            )
        }
    }

    /// Takes out what kindling put in, as far as it is meant. Throws as ``install(_:replacingThoseOf:)``.
    func uninstall(_ isMeant: (StoreEntry) -> Bool) async throws {
        try await apply { store in
            StoreChange(store: store, removals: try await store.entries().filter { $0.label != nil && isMeant($0) })
        }
    }

    /// Plans for all stores before any of them is changed, and for each again when its turn comes: Debian's program for
    /// the system's store changes that of Java too.
    private func apply(_ plan: (any TrustStore) async throws -> StoreChange) async throws {
        var refused: [any TrustStore] = []
        for store in stores where !store.isWritable {
            if try await plan(store).isNeeded { refused.append(store) }
        }
        if !isDryRun, !refused.isEmpty {
            let kinds = StoreKind.allCases.filter { kind in refused.contains { $0.kind == kind } }
            throw CommandError(
                .storeNotPermitted,
                "not permitted to change \(refused.map(\.place).joined(separator: ", "))",
                remedy: "run with the rights for it: \(command(kinds))"
            )
        }
        for store in stores { try await plan(store).apply(isDryRun: isDryRun, in: context) }
    }
}

extension ErrorCode {
    /// A trust store may not be changed by this user.
    static let storeNotPermitted = ErrorCode("trust.not-permitted", exit: .notPermitted)
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// A place where programs of a machine find the roots that they trust.
protocol TrustStore: Sendable {
    var kind: StoreKind { get }
    /// Where it is, for messages.
    var place: String { get }
    /// Whether this process may change it.
    var isWritable: Bool { get }

    /// What is in it, as far as a user or kindling may have put it there.
    func entries() async throws -> [StoreEntry]
    /// Puts a root in under its label.
    func add(_ root: LabelledRoot) async throws
    /// Takes an entry out.
    func remove(_ entry: StoreEntry) async throws
    /// Whether programs see a root that is in the store.
    func isSeen(_ root: LabelledRoot) -> Bool
    /// Makes programs see what was changed.
    ///
    /// - Parameter hasRemoved: whether something was taken out.
    /// - Returns: what was done, or is left to do, in a line; `nil` when nothing is needed.
    /// - Throws: ``CommandError`` when the program for it fails.
    func publish(hasRemoved: Bool) async throws -> String?
}

extension TrustStore {
    func isSeen(_ root: LabelledRoot) -> Bool { true }
    func publish(hasRemoved: Bool) async throws -> String? { nil }
}

/// The kinds of stores, `--store`.
enum StoreKind: String, ExpressibleByArgument, CaseIterable {
    /// That of the operating system, which most programs read.
    case system
    /// Those of Firefox and Chromium.
    case nss
    /// Those of Java.
    case java
}

/// A certificate in a store.
struct StoreEntry: Sendable, Hashable {
    /// What the store knows it by: a path, a nickname, an alias.
    let key: String
    /// The part of it that may be a label.
    let name: String
    /// The label in it, if kindling gave it one.
    let label: RootLabel?
    /// DER.
    let certificate: [UInt8]

    init(key: String, name: String, certificate: [UInt8]) {
        self.key = key
        self.name = name
        self.certificate = certificate
        label = RootLabel(name, of: certificate)
    }
}

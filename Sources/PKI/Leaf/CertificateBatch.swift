//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// Many leaves of one authority, made on all cores and kept a part at a time.
package struct CertificateBatch: Sendable {
    private let authority: CertificateAuthority
    private let store: any CertificateStore
    private let random: any RandomSource

    /// Leaves that are made and kept together: enough that a transaction costs little, few enough that all cores share
    /// in a small batch.
    private static let partSize = 250

    /// Issues from `authority` into `store`; serial numbers come from `random`.
    package init(authority: CertificateAuthority, store: any CertificateStore, random: any RandomSource) {
        self.authority = authority
        self.store = store
        self.random = random
    }

    /// Issues leaves that have been checked. Each part is added to the inventory in one transaction; of several parts
    /// that are made at the same time any may be first.
    ///
    /// - Parameters:
    ///   - leaves: what to issue.
    ///   - width: how many parts to make at once.
    ///   - isKept: is told of each part once it is kept.
    /// - Throws: the first failure of making or keeping, after `isKept` was told of all that was kept nevertheless, and
    ///   what `isKept` throws.
    package func issue(
        _ leaves: [CheckedLeaf],
        width: Int,
        isKept: ([StoredCertificate]) async throws -> Void
    ) async throws {
        var parts = stride(from: 0, to: leaves.count, by: Self.partSize).map { start in
            leaves[start..<min(start + Self.partSize, leaves.count)]
        }.makeIterator()
        var failure: (any Error)?
        await withTaskGroup(of: Result<[StoredCertificate], any Error>.self) { group in
            for _ in 0..<max(1, width) {
                if let part = parts.next() { group.addTask { await kept(part) } }
            }
            while let result = await group.next() {
                do {
                    try await isKept(result.get())
                    if failure == nil, let part = parts.next() { group.addTask { await kept(part) } }
                } catch {
                    failure = failure ?? error
                }
            }
        }
        if let failure { throw failure }
    }

    private func kept(_ part: ArraySlice<CheckedLeaf>) async -> Result<[StoredCertificate], any Error> {
        do {
            let issuer = try LeafIssuer(authority)
            let made = try part.map { leaf in try issuer.issue(leaf, random: random) }
            try await store.add(certificates: made)
            return .success(made)
        } catch {
            return .failure(error)
        }
    }
}

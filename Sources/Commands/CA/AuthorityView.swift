//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI

/// How authorities are shown.
enum AuthorityView {
    static let columns: KeyValuePairs = [
        "id": "id", "status": "status", "subject": "subject", "notAfter": "expires",
        "fingerprint": "SHA-256 fingerprint",
    ]

    /// The authorities of a lab in the order of their making; those that are retired only if asked for.
    static func list(_ archive: AuthorityArchive, cluster: String?, showsRetired: Bool = false) throws -> [OutputValue]
    {
        let current = try AuthoritySet(archive, cluster: cluster)
        let inUse = Set([current.root.id, current.issuing.id] + [current.cluster?.id].compactMap { $0 })
        return try archive.authorities.filter { $0.retiredAt == nil || showsRetired }.map { stored in
            try record(CertificateAuthority(stored), status: status(stored, inUse: inUse, archive.rotation))
        }
    }

    /// One line about a rotation that is under way, and the command that goes on with it.
    static func rotation(_ archive: AuthorityArchive) -> String? {
        guard let rotation = archive.rotation else { return nil }
        let next = rotation.phase == .prepared ? "switch" : "finish"
        let since = Timestamp.text(rotation.switchedAt ?? rotation.preparedAt)
        return "a rotation of the root is \(rotation.phase.rawValue) since \(since); next: kindling ca rotate \(next)"
    }

    private static func status(_ stored: StoredAuthority, inUse: Set<String>, _ rotation: RootRotation?) -> String {
        if stored.revokedAt != nil { return "revoked" }
        if stored.retiredAt != nil { return "retired" }
        if inUse.contains(stored.id) { return "current" }
        guard let rotation else { return "old" }
        return stored.generation == rotation.generation && rotation.phase == .prepared ? "next" : "old"
    }

    private static func record(_ authority: CertificateAuthority, status: String) -> OutputValue {
        .record([
            ("id", .string(authority.id)),
            ("role", .string(authority.role.rawValue)),
            ("status", .string(status)),
            ("subject", .string(authority.commonName)),
            ("permitted", .strings(authority.permitted.domains + authority.permitted.ranges.map(\.description))),
            ("notBefore", .string(Timestamp.text(authority.validity.notBefore))),
            ("notAfter", .string(Timestamp.text(authority.validity.notAfter))),
            ("generation", .int(authority.generation)),
            ("fingerprint", .string(Fingerprint.text(authority.der))),
        ])
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
package import PKI
import Support

extension Database {
    package func archive() async throws -> AuthorityArchive {
        try await read { connection in
            AuthorityArchive(
                authorities: try Row.fetchAll(connection, sql: "SELECT * FROM authority ORDER BY position")
                    .map(authority),
                crossCertificates: try crossCertificates(connection),
                rotations: try Row.fetchAll(connection, sql: "SELECT * FROM root_rotation ORDER BY generation").map {
                    RootRotation(
                        generation: $0["generation"],
                        preparedAt: $0.date("prepared"),
                        switchedAt: $0.optionalDate("switched"),
                        finishedAt: $0.optionalDate("finished")
                    )
                }
            )
        }
    }

    package func apply(_ change: AuthorityChange) async throws {
        try await write { connection in
            for authority in change.authorities { try insert(authority, connection) }
            for certificate in change.crossCertificates { try insert(certificate, connection) }
            if let rotation = change.rotation {
                try connection.execute(
                    sql: """
                        INSERT INTO root_rotation (generation, prepared, switched, finished) VALUES (?, ?, ?, ?)
                        ON CONFLICT (generation) DO UPDATE
                        SET prepared = excluded.prepared, switched = excluded.switched, finished = excluded.finished
                        """,
                    arguments: [
                        rotation.generation, rotation.preparedAt.milliseconds, rotation.switchedAt?.milliseconds,
                        rotation.finishedAt?.milliseconds,
                    ]
                )
            }
            for id in change.retired {
                try connection.execute(
                    sql: "UPDATE authority SET retired = ? WHERE id = ? AND retired IS NULL",
                    arguments: [change.instant.milliseconds, id]
                )
            }
            for (id, reason) in change.revoked {
                try connection.execute(
                    sql: "UPDATE authority SET revoked = ?, revocation_reason = ? WHERE id = ? AND revoked IS NULL",
                    arguments: [change.instant.milliseconds, reason.rawValue, id]
                )
            }
        }
    }

    /// The chains as they are now.
    func chains(_ connection: Connection) throws -> CertificateChains {
        let sql = "SELECT id, role, generation, certificate, retired FROM authority ORDER BY position"
        return CertificateChains(
            authorities: try Row.fetchAll(connection, sql: sql).map { row in
                CertificateChains.Link(
                    id: row["id"],
                    role: try row.named("role"),
                    generation: row["generation"],
                    certificate: row.bytes("certificate"),
                    isRetired: row.optionalDate("retired") != nil
                )
            },
            crossCertificates: try crossCertificates(connection)
        )
    }

    private func authority(_ row: Row) throws -> StoredAuthority {
        let id: String = row["id"]
        return StoredAuthority(
            id: id,
            role: try row.named("role"),
            generation: row["generation"],
            cluster: row["cluster"],
            certificate: row.bytes("certificate"),
            privateKey: try sealer.open(row["private_key"], of: .authorityKey(id)),
            createdAt: row.date("created"),
            retiredAt: row.optionalDate("retired"),
            revokedAt: row.optionalDate("revoked"),
            revocationReason: try row.optionalNamed("revocation_reason")
        )
    }

    private func crossCertificates(_ connection: Connection) throws -> [CrossCertificate] {
        try Row.fetchAll(connection, sql: "SELECT * FROM cross_certificate ORDER BY created, subject_id").map { row in
            CrossCertificate(
                subjectID: row["subject_id"],
                issuerID: row["issuer_id"],
                certificate: row.bytes("certificate"),
                createdAt: row.date("created")
            )
        }
    }

    private func insert(_ authority: StoredAuthority, _ connection: Connection) throws {
        let sql = "SELECT id FROM authority WHERE id = ?"
        guard try String.fetchOne(connection, sql: sql, arguments: [authority.id]) == nil else {
            throw PKIError(
                .authorityExists,
                "the certificate authority \(authority.id) exists already",
                remedy: "kindling ca show"
            )
        }
        try connection.execute(
            sql: """
                INSERT INTO authority (
                    id, position, role, generation, cluster, certificate, private_key, created, retired, revoked,
                    revocation_reason
                )
                VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM authority), ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                authority.id, authority.role.rawValue, authority.generation, authority.cluster,
                Data(authority.certificate), try sealer.seal(authority.privateKey, for: .authorityKey(authority.id)),
                authority.createdAt.milliseconds, authority.retiredAt?.milliseconds,
                authority.revokedAt?.milliseconds, authority.revocationReason?.rawValue,
            ]
        )
    }

    private func insert(_ certificate: CrossCertificate, _ connection: Connection) throws {
        let standing = try String.fetchOne(
            connection,
            sql: "SELECT subject_id FROM cross_certificate WHERE subject_id = ? AND issuer_id = ?",
            arguments: [certificate.subjectID, certificate.issuerID]
        )
        guard standing == nil else {
            throw PKIError(
                .authorityExists,
                "the certificate of \(certificate.subjectID) by \(certificate.issuerID) exists already",
                remedy: "kindling ca show"
            )
        }
        try connection.execute(
            sql: "INSERT INTO cross_certificate (subject_id, issuer_id, certificate, created) VALUES (?, ?, ?, ?)",
            arguments: [
                certificate.subjectID, certificate.issuerID, Data(certificate.certificate),
                certificate.createdAt.milliseconds,
            ]
        )
    }
}

extension SealedColumn {
    fileprivate static func authorityKey(_ id: String) -> SealedColumn {
        SealedColumn(table: "authority", column: "private_key", key: id)
    }
}

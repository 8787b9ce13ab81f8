//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
import Lab
import OpenSSL
package import PKI
import Support

extension Database: CertificateStore {
    package func certificates() async throws -> [StoredCertificate] {
        try await read { connection in
            let chains = try chains(connection)
            return try Row.fetchAll(connection, sql: "SELECT * FROM certificate ORDER BY position").map {
                try certificate($0, chains)
            }
        }
    }

    package func latestCertificate(named name: String) async throws -> StoredCertificate? {
        try await read { connection in
            let row = try Row.fetchOne(
                connection,
                sql: "SELECT * FROM certificate WHERE name = ? ORDER BY position DESC LIMIT 1",
                arguments: [name]
            )
            return try row.map { try certificate($0, try chains(connection)) }
        }
    }

    package func add(certificates: [StoredCertificate]) async throws {
        // Sealed and encoded before the transaction, which others wait for.
        let rows = try certificates.map { certificate -> StatementArguments in
            let key = try certificate.privateKey.map { try sealer.seal($0, for: .certificateKey(certificate.serial)) }
            return [
                certificate.serial, certificate.name, try text(certificate.hosts), certificate.profile.rawValue,
                certificate.keyType.rawValue, Data(certificate.der), key, certificate.issuerID,
                certificate.notBefore.milliseconds, certificate.notAfter.milliseconds,
                certificate.revokedAt?.milliseconds, certificate.revocationReason?.rawValue,
            ]
        }
        try await write { connection in
            let statement = try connection.cachedStatement(
                sql: """
                    INSERT INTO certificate (
                        serial, position, name, hosts, profile, key_type, der, chain, private_key, issuer_id,
                        not_before, not_after, revoked, revocation_reason
                    )
                    VALUES (
                        ?, (SELECT COALESCE(MAX(position), 0) + 1 FROM certificate), ?, ?, ?, ?, ?, '[]', ?, ?, ?, ?, ?, ?
                    )
                    """
            )
            for row in rows { try statement.execute(arguments: row) }
        }
    }

    private func certificate(_ row: Row, _ chains: CertificateChains) throws -> StoredCertificate {
        let serial: String = row["serial"]
        let key: Data? = row["private_key"]
        let issuerID: String = row["issuer_id"]
        return StoredCertificate(
            serial: serial,
            name: row["name"],
            hosts: try list(row["hosts"]),
            profile: try row.named("profile"),
            keyType: try row.named("key_type"),
            der: row.bytes("der"),
            chain: chains.chain(of: issuerID),
            privateKey: try key.map { try sealer.open($0, of: .certificateKey(serial)) },
            issuerID: issuerID,
            notBefore: row.date("not_before"),
            notAfter: row.date("not_after"),
            revokedAt: row.optionalDate("revoked"),
            revocationReason: try row.optionalNamed("revocation_reason")
        )
    }

    /// A list as JSON, bytes in base64.
    private func text(_ values: [some Encodable]) throws -> String {
        String(decoding: try JSONEncoder().encode(values), as: UTF8.self)
    }

    private func list<Element: Decodable>(_ text: String) throws -> [Element] {
        do {
            return try JSONDecoder().decode([Element].self, from: Data(text.utf8))
        } catch {
            throw StorageError.damaged("a list in table certificate that cannot be read")
        }
    }
}

extension SealedColumn {
    fileprivate static func certificateKey(_ serial: String) -> SealedColumn {
        SealedColumn(table: "certificate", column: "private_key", key: serial)
    }
}

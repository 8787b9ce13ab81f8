//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Schema {
    /// What the certificate authority needs to renew, to revoke and to change its root.
    ///
    /// Rows of `authority` from before carry their cluster in the id, `cluster-NAME-GENERATION`. The column `chain` of
    /// `certificate` is not read any more: chains are put together from `authority` and `cross_certificate`.
    static let lifecycle = Step(
        identifier: "6-lifecycle",
        sql: """
            ALTER TABLE authority ADD COLUMN cluster TEXT;
            ALTER TABLE authority ADD COLUMN retired INTEGER;
            ALTER TABLE authority ADD COLUMN revoked INTEGER;
            ALTER TABLE authority ADD COLUMN revocation_reason TEXT;
            UPDATE authority SET cluster = substr(id, 9, length(id) - 9 - length(generation)) WHERE role = 'cluster';
            ALTER TABLE certificate ADD COLUMN revocation_reason TEXT;
            CREATE INDEX certificate_issuer ON certificate (issuer_id, revoked);
            CREATE TABLE cross_certificate (
                subject_id TEXT NOT NULL REFERENCES authority (id),
                issuer_id TEXT NOT NULL REFERENCES authority (id),
                certificate BLOB NOT NULL,
                created INTEGER NOT NULL,
                PRIMARY KEY (subject_id, issuer_id)
            ) STRICT;
            CREATE TABLE root_rotation (
                generation INTEGER NOT NULL PRIMARY KEY,
                prepared INTEGER NOT NULL,
                switched INTEGER,
                finished INTEGER
            ) STRICT;
            CREATE TABLE revocation_list (
                issuer_id TEXT NOT NULL PRIMARY KEY REFERENCES authority (id),
                number INTEGER NOT NULL,
                der BLOB NOT NULL,
                digest BLOB NOT NULL,
                this_update INTEGER NOT NULL,
                next_update INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE certificate_folder (
                folder TEXT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                encrypted_key INTEGER NOT NULL,
                created INTEGER NOT NULL
            ) STRICT;
            """
    )
}

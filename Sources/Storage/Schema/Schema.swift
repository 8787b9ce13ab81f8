//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import GRDB

/// The tables of the state, as a list of steps that only ever grows at its end.
///
/// A step that has been released is never edited; a test holds the digest of each. Tables are `STRICT` with explicit
/// primary keys; times are milliseconds since 1970; columns named in comments as sealed go through ``Sealer``.
enum Schema {
    /// One step.
    struct Step: Sendable {
        var identifier: String
        var sql: String
    }

    static let steps = [state, authority, secrets, identity, provider, lifecycle]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for step in steps {
            migrator.registerMigration(step.identifier) { try $0.execute(sql: step.sql) }
        }
        return migrator
    }

    /// The state itself, its master key slots, the audit log.
    private static let state = Step(
        identifier: "1-state",
        sql: """
            CREATE TABLE state (
                id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
                state_id TEXT NOT NULL,
                created INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE master_key_slot (
                id INTEGER NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                wrapped BLOB NOT NULL,
                created INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE audit (
                id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                time INTEGER NOT NULL,
                actor TEXT NOT NULL,
                action TEXT NOT NULL,
                object TEXT NOT NULL,
                detail TEXT NOT NULL
            ) STRICT;
            CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
            CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
            """
    )

    /// Certificate authorities and the inventory. `private_key` is sealed.
    private static let authority = Step(
        identifier: "2-authority",
        sql: """
            CREATE TABLE authority (
                id TEXT NOT NULL PRIMARY KEY,
                position INTEGER NOT NULL UNIQUE,
                role TEXT NOT NULL,
                generation INTEGER NOT NULL,
                certificate BLOB NOT NULL,
                private_key BLOB NOT NULL,
                created INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE certificate (
                serial TEXT NOT NULL PRIMARY KEY,
                position INTEGER NOT NULL UNIQUE,
                name TEXT NOT NULL,
                hosts TEXT NOT NULL,
                profile TEXT NOT NULL,
                key_type TEXT NOT NULL,
                der BLOB NOT NULL,
                chain TEXT NOT NULL,
                private_key BLOB,
                issuer_id TEXT NOT NULL REFERENCES authority (id),
                not_before INTEGER NOT NULL,
                not_after INTEGER NOT NULL,
                revoked INTEGER
            ) STRICT;
            CREATE INDEX certificate_name ON certificate (name, position);
            """
    )

    /// Secrets of clients, named secrets, and what was derived once. `value` is sealed everywhere.
    private static let secrets = Step(
        identifier: "3-secrets",
        sql: """
            CREATE TABLE client_secret (
                id TEXT NOT NULL PRIMARY KEY,
                client_id TEXT NOT NULL,
                value BLOB NOT NULL,
                phase TEXT NOT NULL,
                origin TEXT NOT NULL,
                created INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX client_secret_client ON client_secret (client_id);
            CREATE UNIQUE INDEX client_secret_current ON client_secret (client_id) WHERE phase = 'current';
            CREATE TABLE named_secret (
                name TEXT NOT NULL PRIMARY KEY,
                value BLOB NOT NULL,
                origin TEXT NOT NULL,
                created INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE derived (
                purpose TEXT NOT NULL PRIMARY KEY,
                input BLOB NOT NULL,
                value BLOB NOT NULL
            ) STRICT;
            """
    )

    /// The identity provider. `password_hash` and `private_key` are sealed; `digest` is SHA-256 of a bearer value.
    private static let identity = Step(
        identifier: "4-identity",
        sql: """
            CREATE TABLE user_id (
                email TEXT NOT NULL PRIMARY KEY,
                user_id TEXT NOT NULL UNIQUE
            ) STRICT;
            CREATE TABLE account (
                user_id TEXT NOT NULL PRIMARY KEY,
                password_hash BLOB,
                disabled INTEGER NOT NULL,
                password_changed INTEGER
            ) STRICT;
            CREATE TABLE password_link (
                digest BLOB NOT NULL PRIMARY KEY,
                user_id TEXT NOT NULL UNIQUE,
                created INTEGER NOT NULL,
                expires INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE session (
                digest BLOB NOT NULL PRIMARY KEY,
                sid TEXT NOT NULL,
                user_id TEXT NOT NULL,
                authenticated INTEGER NOT NULL,
                created INTEGER NOT NULL,
                expires INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX session_user ON session (user_id);
            CREATE INDEX session_expires ON session (expires);
            CREATE TABLE authorization_grant (
                id TEXT NOT NULL PRIMARY KEY,
                client_id TEXT NOT NULL,
                user_id TEXT NOT NULL,
                scopes TEXT NOT NULL,
                authenticated INTEGER NOT NULL,
                sid TEXT NOT NULL,
                created INTEGER NOT NULL,
                revoked INTEGER
            ) STRICT;
            CREATE INDEX authorization_grant_user ON authorization_grant (user_id);
            CREATE INDEX authorization_grant_sid ON authorization_grant (sid);
            CREATE TABLE authorization_code (
                digest BLOB NOT NULL PRIMARY KEY,
                grant_id TEXT NOT NULL REFERENCES authorization_grant (id),
                redirect_uri TEXT NOT NULL,
                nonce TEXT,
                code_challenge TEXT,
                expires INTEGER NOT NULL,
                used INTEGER
            ) STRICT;
            CREATE INDEX authorization_code_grant ON authorization_code (grant_id);
            CREATE INDEX authorization_code_expires ON authorization_code (expires);
            CREATE TABLE refresh_token (
                digest BLOB NOT NULL PRIMARY KEY,
                grant_id TEXT NOT NULL REFERENCES authorization_grant (id),
                created INTEGER NOT NULL,
                expires INTEGER NOT NULL,
                used INTEGER
            ) STRICT;
            CREATE INDEX refresh_token_grant ON refresh_token (grant_id);
            CREATE INDEX refresh_token_expires ON refresh_token (expires);
            CREATE TABLE access_token (
                id TEXT NOT NULL PRIMARY KEY,
                grant_id TEXT NOT NULL REFERENCES authorization_grant (id),
                scopes TEXT NOT NULL,
                expires INTEGER NOT NULL,
                revoked INTEGER
            ) STRICT;
            CREATE INDEX access_token_grant ON access_token (grant_id);
            CREATE INDEX access_token_expires ON access_token (expires);
            CREATE TABLE signing_key (
                kid TEXT NOT NULL PRIMARY KEY,
                algorithm TEXT NOT NULL,
                private_key BLOB NOT NULL,
                created INTEGER NOT NULL,
                active_from INTEGER NOT NULL,
                retired INTEGER
            ) STRICT;
            """
    )
}

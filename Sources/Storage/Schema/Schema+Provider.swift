//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Schema {
    /// What the whole of the identity provider needs beside its first tables.
    ///
    /// `digest`, `user_code` and `browser` are SHA-256 of bearer values; `throttle.digest` is keyed, since people type what is
    /// behind it. A grant without a user has an empty `user_id`.
    static let provider = Step(
        identifier: "5-provider",
        sql: """
            ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';
            ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
            CREATE INDEX session_sid ON session (sid);
            ALTER TABLE password_link ADD COLUMN browser BLOB;
            CREATE TABLE person (
                user_id TEXT NOT NULL PRIMARY KEY,
                email TEXT NOT NULL,
                username TEXT NOT NULL,
                name TEXT NOT NULL,
                groups TEXT NOT NULL,
                created INTEGER NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX person_email ON person (lower(email));
            CREATE UNIQUE INDEX person_username ON person (lower(username));
            CREATE TABLE device_authorization (
                digest BLOB NOT NULL PRIMARY KEY,
                user_code BLOB NOT NULL UNIQUE,
                client_id TEXT NOT NULL,
                scopes TEXT NOT NULL,
                created INTEGER NOT NULL,
                expires INTEGER NOT NULL,
                poll_interval INTEGER NOT NULL,
                polled INTEGER,
                decision TEXT NOT NULL,
                user_id TEXT,
                authenticated INTEGER
            ) STRICT;
            CREATE INDEX device_authorization_expires ON device_authorization (expires);
            CREATE TABLE logout_notice (
                id TEXT NOT NULL PRIMARY KEY,
                client_id TEXT NOT NULL,
                sid TEXT NOT NULL,
                user_id TEXT NOT NULL,
                created INTEGER NOT NULL,
                attempts INTEGER NOT NULL,
                due INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX logout_notice_due ON logout_notice (due);
            CREATE TABLE throttle (
                digest BLOB NOT NULL PRIMARY KEY,
                failures INTEGER NOT NULL,
                updated INTEGER NOT NULL,
                known INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX throttle_updated ON throttle (updated);
            """
    )
}

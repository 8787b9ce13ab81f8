//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import OIDC
import PKI
import Secrets
import Storage
import Support
import Testing

/// Whoever has a copy of the state without its key has no secret.
@Suite struct PlaintextTests {
    @Test("no secret, private key, token or link lies in the files of the state, in any form")
    func nothingReadable() async throws {
        let fixture = try StateFixture()
        let database = try fixture.make()
        let values = try await fill(database)
        #expect(values.count == 17)
        try expectNone(of: values, in: fixture)
        // Closing moves everything from the log into the database.
        database.close()
        try expectNone(of: values, in: fixture)
    }

    private func expectNone(of values: [String: [UInt8]], in fixture: StateFixture) throws {
        for (file, content) in try fixture.bytes() {
            for (name, value) in values {
                let forms = [
                    value, Array(Encoding.hex(value).utf8), Array(Encoding.base64(value).utf8),
                    Array(Encoding.base64URL(value).utf8),
                ]
                for form in forms { #expect(!content.holds(form), "\(name) in \(file)") }
            }
        }
    }

    /// Writes one of everything that is secret, and gives what was written.
    private func fill(_ database: Database) async throws -> [String: [UInt8]] {
        var values: [String: [UInt8]] = [:]
        func bytes(_ name: String) -> [UInt8] {
            let value = SystemRandomSource().bytes(40)
            values[name] = value
            return value
        }
        func text(_ name: String) -> String {
            let value = Encoding.hex(SystemRandomSource().bytes(20))
            values[name] = Array(value.utf8)
            return value
        }
        try await database.add(authorities: [.example("root-1", key: bytes("authority key"))])
        try await database.add(certificate: .example("01", key: bytes("certificate key")))
        _ = try await database.addFirstClientSecret(.example("wiki", text("client secret"), id: "1"))
        try await database.replaceClientSecrets(with: .example("wiki", text("second client secret"), id: "2"))
        try await database.replaceNamedSecret(
            NamedSecret(name: "n", value: Secret(text("named")), origin: .imported, created: StateFixture.now)
        )
        let derived = text("derived")
        _ = try await database.derive("p", from: Secret(text("input of derived"))) { Secret(derived) }
        try await database.addSigningKey(.example("kid", key: bytes("signing key")))
        try await database.set("0001", Secret(text("password hash")), at: StateFixture.now)
        try await database.add(session(text("session")))
        try await database.addCode(.example(text("code"), grant: "g"), of: .example("g"))
        let (first, second) = (text("refresh token"), text("second refresh token"))
        try await database.addGrant(
            .example("h"),
            access: .example("a1", grant: "h"),
            refresh: .example(first, grant: "h")
        )
        _ = try await database.addDevice(.example(text("device code"), userCode: text("user code")))
        try await database.addFailure([text("what somebody typed"): 60], at: StateFixture.now)
        _ = try await database.rotateRefreshToken(
            TokenDigest(of: Secret(first)),
            to: .example(second, grant: "h"),
            access: .example("a2", grant: "h"),
            grace: .zero,
            at: StateFixture.now
        )
        try await database.addLink(.example(text("link")))
        return values
    }

    /// The example's `sid` shows its value; this one does not.
    private func session(_ value: String) -> Session {
        var session = Session.example(value)
        session.sid = "sid"
        return session
    }
}

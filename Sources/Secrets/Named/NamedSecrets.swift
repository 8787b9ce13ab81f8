//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

/// Secrets that are known by a name.
package enum NamedSecrets {
    /// Sees to it that there is a secret of a name; one that is there keeps its value, whatever its form.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - store: where the secrets are.
    ///   - now: the time of making.
    ///   - make: makes the value; called only where there is none.
    /// - Returns: the secret, and whether it was made now.
    /// - Throws: what `make` and the store throw.
    package static func ensure(
        _ name: String,
        in store: any SecretStore,
        now: Date,
        make: () throws -> Secret<String>
    ) async throws -> (secret: NamedSecret, isMade: Bool) {
        if let present = try await store.namedSecret(name) { return (present, false) }
        let secret = NamedSecret(name: name, value: try make(), origin: .generated, created: now)
        if try await store.addFirstNamedSecret(secret) { return (secret, true) }
        // Another process was first.
        return (try await require(name, in: store), false)
    }

    /// Sets a secret to a value from elsewhere, and says whether that changed anything.
    package static func set(
        _ value: Secret<String>,
        named name: String,
        in store: any SecretStore,
        now: Date
    ) async throws -> Bool {
        if let present = try await store.namedSecret(name), present.value == value { return false }
        try await store.replaceNamedSecret(
            NamedSecret(name: name, value: value, origin: .imported, created: now)
        )
        return true
    }

    /// The secret of a name. Throws ``SecretsError`` with the command that sets it when there is none.
    package static func require(_ name: String, in store: any SecretStore) async throws -> NamedSecret {
        guard let secret = try await store.namedSecret(name) else {
            throw SecretsError(
                .secretMissing,
                "the state has no secret \(name)",
                remedy: "kindling secret set \(name) < FILE"
            )
        }
        return secret
    }
}

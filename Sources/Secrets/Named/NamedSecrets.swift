//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Lab
package import Support

/// Secrets that are known by a name.
package enum NamedSecrets {
    /// Sees to it that every secret of `specs` is there; one that is there keeps its value, whatever its form.
    ///
    /// - Parameters:
    ///   - specs: names and forms.
    ///   - store: where the secrets are.
    ///   - now: the time of making.
    ///   - random: gives new values.
    /// - Returns: the secrets in the order of `specs`, and those of them that were made now.
    /// - Throws: what the store throws.
    package static func ensure(
        _ specs: [SecretSpec],
        in store: any SecretStore,
        now: Date,
        random: any RandomSource
    ) async throws -> (all: [NamedSecret], made: [NamedSecret]) {
        var all: [NamedSecret] = []
        var made: [NamedSecret] = []
        for spec in specs {
            if let present = try await store.namedSecret(spec.name) {
                all.append(present)
                continue
            }
            let secret = NamedSecret(
                name: spec.name,
                value: SecretGenerator.generate(spec, random),
                origin: .generated,
                created: now
            )
            if try await store.addFirstNamedSecret(secret) {
                all.append(secret)
                made.append(secret)
            } else if let others = try await store.namedSecret(spec.name) {
                all.append(others)
            }
        }
        return (all, made)
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

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// Where secrets are kept. Declared here, implemented by `Storage`, which seals every value at rest.
///
/// Each call is one transaction.
package protocol SecretStore: Sendable {
    /// Every version of every client's secret, by client id, the current one first, then by age.
    func clientSecrets() async throws -> [ClientSecret]
    /// Adds a secret if its client has none, and says whether it was added: two processes at once make one.
    func addFirstClientSecret(_ secret: ClientSecret) async throws -> Bool
    /// Puts a secret in the place of all versions of its client's; their values are gone.
    func replaceClientSecrets(with secret: ClientSecret) async throws

    /// Every named secret, by name.
    func namedSecrets() async throws -> [NamedSecret]
    /// The secret of a name; `nil` when there is none.
    func namedSecret(_ name: String) async throws -> NamedSecret?
    /// Adds a secret if there is none of its name, and says whether it was added.
    func addFirstNamedSecret(_ secret: NamedSecret) async throws -> Bool
    /// Adds a secret, in the place of the one of its name if there is one.
    func replaceNamedSecret(_ secret: NamedSecret) async throws

    /// What was derived for a purpose, if it was derived from this very input; `nil` otherwise.
    ///
    /// An implementation remembers the input as a keyed digest, since it may be a password that can be guessed.
    func derived(_ purpose: String, from input: Secret<String>) async throws -> Secret<String>?
    /// Keeps what was derived for a purpose, in the place of what was derived from another input.
    ///
    /// Gives what is kept from now on: when another process was first with the same input, its value.
    func keepDerived(
        _ value: Secret<String>,
        for purpose: String,
        from input: Secret<String>
    ) async throws -> Secret<String>
}

extension SecretStore {
    /// A value that is random by nature (a bcrypt hash, a sealed form) made once for each input, so that outputs stay
    /// the same byte for byte.
    ///
    /// - Parameters:
    ///   - purpose: the one place where it is used, for example `argocd/admin.password`; a new input there makes the
    ///     old value be forgotten.
    ///   - input: what it is made from.
    ///   - make: makes it; called only when the input is new.
    /// - Returns: the value that is kept.
    /// - Throws: what `make` or the store throws.
    package func derive(
        _ purpose: String,
        from input: Secret<String>,
        make: () throws -> Secret<String>
    ) async throws -> Secret<String> {
        if let kept = try await derived(purpose, from: input) { return kept }
        return try await keepDerived(try make(), for: purpose, from: input)
    }
}

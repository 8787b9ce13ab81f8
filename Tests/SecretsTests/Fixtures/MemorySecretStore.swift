//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Secrets
import Support

/// A store that forgets everything with the test.
actor MemorySecretStore: SecretStore {
    private var clients: [ClientSecret] = []
    private var named: [String: NamedSecret] = [:]
    private var kept: [String: (input: Secret<String>, value: Secret<String>)] = [:]
    private(set) var writes = 0

    func clientSecrets() -> [ClientSecret] { clients.sorted { $0.clientID < $1.clientID } }

    func addFirstClientSecret(_ secret: ClientSecret) -> Bool {
        guard !clients.contains(where: { $0.clientID == secret.clientID }) else { return false }
        writes += 1
        clients.append(secret)
        return true
    }

    func replaceClientSecrets(with secret: ClientSecret) {
        writes += 1
        clients.removeAll { $0.clientID == secret.clientID }
        clients.append(secret)
    }

    func namedSecrets() -> [NamedSecret] { named.values.sorted { $0.name < $1.name } }

    func namedSecret(_ name: String) -> NamedSecret? { named[name] }

    func addFirstNamedSecret(_ secret: NamedSecret) -> Bool {
        guard named[secret.name] == nil else { return false }
        writes += 1
        named[secret.name] = secret
        return true
    }

    func replaceNamedSecret(_ secret: NamedSecret) {
        writes += 1
        named[secret.name] = secret
    }

    func derived(_ purpose: String, from input: Secret<String>) -> Secret<String>? {
        guard let entry = kept[purpose], entry.input == input else { return nil }
        return entry.value
    }

    func keepDerived(_ value: Secret<String>, for purpose: String, from input: Secret<String>) -> Secret<String> {
        if let present = derived(purpose, from: input) { return present }
        kept[purpose] = (input, value)
        return value
    }
}

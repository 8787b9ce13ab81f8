//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OIDC
import PKI
import Rendering
import Secrets
import Storage
import Support

/// What a lab needs before anything can be rendered or served; made once, found again ever after.
struct FirstBoot {
    let lab: Lab
    let state: OpenState
    let context: CommandContext

    /// What stands now.
    struct Result: Sendable {
        var authorities: AuthoritySet
        var issuerCertificate: StoredCertificate
        /// Things that were made in this run, in words.
        var made: [String]
    }

    /// Makes what is missing, in order: authority, certificates, secrets, signing keys.
    func run() async throws -> Result {
        let (now, random, store) = (context.clock.now, context.random, state.database)
        var made: [String] = []
        let hadAuthority = try await !store.authorities().isEmpty
        let authorities = try await ensureAuthorities()
        if !hadAuthority { made.append("certificate authority \(authorities.root.commonName)") }
        let service = CertificateService(authorities: authorities, store: store, random: random)
        let known = Set(try await store.certificates().map(\.serial))
        let issuer = try await service.ensure(.issuer(of: lab), now: now)
        for certificate in [issuer] + (try await certificates(service)) where !known.contains(certificate.serial) {
            made.append("certificate \(certificate.name) for \(certificate.hosts.joined(separator: ", "))")
        }
        let clients = try await ClientSecrets.ensure(lab.clients, in: store, now: now, random: random)
        made += clients.made.map { "secret of client \($0.clientID)" }
        for spec in RequiredSecrets.specs(of: lab) {
            let (secret, isMade) = try await NamedSecrets.ensure(spec.name, in: store, now: now) {
                spec.isBootstrapToken
                    ? SecretGenerator.bootstrapToken(random) : SecretGenerator.generate(SecretSpec(spec), random)
            }
            if isMade { made.append("secret \(secret.name)") }
        }
        made += try await ensureKubernetesKeys()
        _ = try await UserDirectory.load(lab.users, store: store, random: random)
        try await keyRing().load(at: now)
        if !made.isEmpty { try await state.record("up", made.joined(separator: "; "), in: context) }
        return Result(authorities: authorities, issuerCertificate: issuer, made: made)
    }

    /// The authority, made if there is none. What lab.yaml wants otherwise by now is told.
    func ensureAuthorities() async throws -> AuthoritySet {
        if try await state.database.authorities().isEmpty {
            context.progress("making the authority, keys of \(lab.authority.keyType.rawValue)")
        }
        let authorities = try await AuthoritySet.createIfAbsent(
            for: lab,
            in: state.database,
            now: context.clock.now,
            random: context.random
        )
        for difference in try authorities.differences(from: AuthorityPlan(lab)) {
            context.warn("\(difference); a standing authority keeps what it was made with")
        }
        return authorities
    }

    /// The certificates of lab.yaml, renewed where due.
    func certificates(_ service: CertificateService) async throws -> [StoredCertificate] {
        var certificates: [StoredCertificate] = []
        for (index, spec) in lab.certificates.enumerated() {
            if index > 0, index.isMultiple(of: 25) {
                context.progress("certificates: \(index) of \(lab.certificates.count)")
            }
            certificates.append(try await service.ensure(LeafRequest(spec), now: context.clock.now))
        }
        return certificates
    }

    /// The keys that sign tokens.
    func keyRing() -> KeyRing {
        KeyRing(
            store: state.database,
            algorithms: KeyRing.algorithms(of: lab.clients),
            schedule: KeySchedule(lab),
            generate: KeyRotation.offloaded
        )
    }
}

extension SecretSpec {
    init(_ secret: RequiredSecret) {
        self.init(name: secret.name, length: secret.length, alphabet: secret.alphabet)
    }
}

extension KeySchedule {
    /// The schedule of a lab.
    init(_ lab: Lab) {
        let lifetimes = lab.identity.lifetimes
        self.init(
            rotation: lab.identity.keyRotation,
            longestToken: max(lifetimes.idToken, lifetimes.accessToken)
        )
    }
}

extension KeyRotation {
    /// Makes keys on a thread of its own.
    static let offloaded: Generator = { algorithm, now, activeFrom in
        try await Offload.run { try SigningKey.generate(algorithm, at: now, activeFrom: activeFrom) }
    }
}

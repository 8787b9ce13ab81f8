//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI
import PasswordHashing
import Rendering
import Secrets
import Storage
import Support
import Templating

extension FirstBoot {
    /// Everything below `out/`: what is rendered, and the certificates of lab.yaml with their keys.
    func outputs(_ templates: TemplateStore) async throws -> [RenderedFile] {
        try Renderer(try await renderInput(), templates: templates).outputs() + (try await certificateFiles())
    }

    /// The values that outputs are made from.
    func renderInput() async throws -> RenderInput {
        let store = state.database
        let authorities = try await AuthoritySet.load(for: lab, from: store)
        let current = try await store.clientSecrets().filter { $0.phase == .current }
        let named = try await store.namedSecrets()
        var input = RenderInput(
            lab: lab,
            trust: try TrustMaterial(authorities.trust, key: lab.cluster?.trust.key ?? "ca.crt"),
            clusterIntermediate: authorities.cluster.map {
                ClusterIntermediate(certificate: $0.chainPEM, key: $0.privateKeyPEM, root: authorities.trust.pem)
            },
            clientSecrets: Dictionary(current.map { ($0.clientID, $0.value) }, uniquingKeysWith: { first, _ in first }),
            secrets: Dictionary(named.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        )
        input.kubernetesKeys = try await kubernetesKeys()
        input.notBefore = try await notBefore(authorities)
        let specs = RequiredSecrets.specs(of: lab)
        input.passwordHashes = try await hashes(of: specs.filter(\.isHashed), in: input.secrets, "bcrypt") {
            try Bcrypt.hash($0, random: context.random)
        }
        input.shellHashes = try await hashes(of: specs.filter(\.isShellPassword), in: input.secrets, "yescrypt") {
            try Yescrypt.hash($0, random: context.random)
        }
        return input
    }

    /// Hashes of secrets, by their names, each made once by the scheme and kept.
    private func hashes(
        of specs: [RequiredSecret],
        in secrets: [String: Secret<String>],
        _ scheme: String,
        hash: (Secret<String>) throws -> String
    ) async throws -> [String: Secret<String>] {
        var hashes: [String: Secret<String>] = [:]
        for spec in specs {
            guard let value = secrets[spec.name] else { continue }
            hashes[spec.name] = try await state.database.derive("\(spec.name)/\(scheme)", from: value) {
                Secret(try hash(value))
            }
        }
        return hashes
    }

    /// When the last of the roots, the intermediate and the issuer's certificate begins, in seconds since 1970.
    private func notBefore(_ authorities: AuthoritySet) async throws -> Int {
        var begins = [authorities.issuing.validity.notBefore]
        for root in authorities.trust.certificates { begins.append(try CertificateSummary(der: root).notBefore) }
        if let leaf = try await state.database.latestCertificate(named: StoredCertificate.issuerName) {
            begins.append(leaf.notBefore)
        }
        return Int((begins.map(\.timeIntervalSince1970).max() ?? 0).rounded(.up))
    }

    /// `certificates/NAME/{tls.crt,tls.key,ca.crt}`.
    private func certificateFiles() async throws -> [RenderedFile] {
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        var files: [RenderedFile] = []
        for spec in lab.certificates {
            guard let certificate = try await state.database.latestCertificate(named: spec.name),
                let key = certificate.privateKeyPEM
            else { continue }
            let folder = "certificates/\(spec.name)"
            files += [
                RenderedFile(path: "\(folder)/ca.crt", text: authorities.trust.pem, holdsSecret: false),
                RenderedFile(path: "\(folder)/tls.crt", text: certificate.fullChainPEM, holdsSecret: false),
                RenderedFile(path: "\(folder)/tls.key", text: key.expose(), holdsSecret: true),
            ]
        }
        return files
    }
}

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
import Storage
import Support

/// Renews certificates of the inventory, and brings them to their folders.
struct CertificateRenewal {
    let lab: Lab
    let state: OpenState
    let context: CommandContext
    var rekeys = false
    /// Whether renewals are spread over some days, as a program that runs all the time does it.
    var isSpread = false

    /// A certificate that is to be issued.
    struct Wish {
        var request: LeafRequest
        var standing: StoredCertificate?
        var reason: RenewalReason
    }

    /// What a run did for one certificate.
    struct Renewed: Sendable {
        var certificate: StoredCertificate
        var reason: RenewalReason
        var folders: [String]
    }

    /// What a run did.
    struct Outcome: Sendable {
        /// What was issued.
        var renewed: [Renewed] = []
        /// Folders that changed without their certificate being issued, by its name: the chain or the roots, during a
        /// rotation.
        var refreshed: [String: [String]] = [:]
        /// What the authority refused to issue: a name, for example, that is outside the constraints of the new root.
        var failures: [Failure] = []
    }

    /// A certificate that could not be renewed.
    struct Failure: Sendable {
        var name: String
        var error: PKIError
    }

    /// Renews the named certificates, or where none is named all that need it, and writes the folders that follow them.
    ///
    /// One that cannot be renewed keeps no other from it.
    ///
    /// - Returns: what was done; the caller tells it, and then of failures by ``Outcome/check(in:)``.
    /// - Throws: ``PKIError`` for names that are not there, ``CommandError``, what the store throws.
    func run(_ names: [String] = []) async throws -> Outcome {
        let service = try await service()
        var outcome = Outcome()
        for wish in try await wishes(names, service) {
            do {
                let certificate = try await service.renew(
                    wish.request,
                    standing: wish.standing,
                    rekey: rekeys,
                    now: context.clock.now
                )
                try await state.record("cert.renew", "\(certificate.name) \(certificate.serial)", in: context)
                outcome.renewed.append(Renewed(certificate: certificate, reason: wish.reason, folders: []))
            } catch let error as PKIError {
                outcome.failures.append(Failure(name: wish.request.name, error: error))
            }
        }
        let trust = try await AuthoritySet.load(for: lab, from: state.database).trust
        outcome.refreshed = try await CertificateDelivery(state: state, context: context).deliver(root: trust.pem)
        for index in outcome.renewed.indices {
            let name = outcome.renewed[index].certificate.name
            outcome.renewed[index].folders = outcome.refreshed.removeValue(forKey: name) ?? []
        }
        return outcome
    }

    /// What would be renewed.
    func wishes(_ names: [String]) async throws -> [Wish] { try await wishes(names, service()) }

    private func service() async throws -> CertificateService {
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        return CertificateService(authorities: authorities, store: state.database, random: context.random)
    }

    private func wishes(_ names: [String], _ service: CertificateService) async throws -> [Wish] {
        let known = Dictionary(try await state.database.certificates().map { ($0.name, $0) }) { $1 }
        let listed = [LeafRequest.issuer(of: lab)] + lab.certificates.map { LeafRequest($0) }
        let own = Set(listed.map(\.name))
        let others = known.values.filter { !own.contains($0.name) }.sorted { $0.name < $1.name }
        var ends: [String: Date] = [:]
        for authority in try await state.database.authorities() {
            ends[authority.id] = try CertificateSummary(der: authority.certificate).notAfter
        }
        let requests =
            listed
            + others.map {
                LeafRequest(renewing: $0, ofIssuerEnding: ends[$0.issuerID], usual: lab.authority.leafLifetime)
            }
        for name in names where !requests.contains(where: { $0.name == name }) {
            throw PKIError(
                .certificateMissing,
                "there is no certificate \(name)",
                remedy: "issue it: kindling cert issue \(ShellText.quoted(name)) --host HOST"
            )
        }
        return try requests.compactMap { request in
            let standing = known[request.name]
            let isAsked = names.contains(request.name)
            guard names.isEmpty || isAsked else { return nil }
            if let standing, standing.privateKey == nil, !own.contains(request.name) {
                return try withoutKey(standing, isAsked: isAsked)
            }
            let due = isSpread ? standing.map { RenewalSchedule.instant(for: $0) } : nil
            let need = try service.need(for: request, standing: standing, due: due, now: context.clock.now)
            // Revoked on purpose, and nothing in lab.yaml asks for it.
            if need == .revoked, !own.contains(request.name), !isAsked { return nil }
            guard let reason = need ?? (isAsked ? .asked : nil) else { return nil }
            return Wish(request: request, standing: standing, reason: reason)
        }
    }

    /// A certificate that was signed for somebody else's key needs a request of theirs.
    private func withoutKey(_ standing: StoredCertificate, isAsked: Bool) throws -> Wish? {
        let remedy = "have it signed anew: kindling cert sign REQUEST.csr --name \(ShellText.quoted(standing.name))"
        let message = "the key of \(standing.name) is not here"
        if isAsked { throw CommandError(.notFound, message, remedy: remedy) }
        if standing.revokedAt == nil, standing.isDue(at: context.clock.now) {
            context.warn("\(message), and its certificate ends on \(Timestamp.text(standing.notAfter)); \(remedy)")
        }
        return nil
    }
}

extension CertificateRenewal.Outcome {
    /// All whose files or inventory have changed, and the folders, for a hook.
    var changes: [String: [String]] {
        refreshed.merging(renewed.map { ($0.certificate.name, $0.folders) }) { $0 + $1 }
    }

    /// Says which folders got another chain or other roots alone.
    func tellRefreshed(in context: CommandContext) {
        for (name, folders) in refreshed.sorted(by: { $0.key < $1.key }) {
            context.note("brought chain and roots of \(name) up to date in \(folders.joined(separator: ", "))")
        }
    }

    /// Throws the first failure, if there is one, once the others are told.
    func check(in context: CommandContext) throws {
        guard let first = failures.first else { return }
        for failure in failures.dropFirst() { context.warn("\(failure.name) is not renewed: \(failure.error.message)") }
        throw PKIError(
            first.error.code,
            "\(first.name) is not renewed: \(first.error.message)",
            remedy: first.error.remedy
        )
    }
}

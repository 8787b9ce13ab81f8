//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import FoundationEssentials
import Lab
import PKI
import Storage
import Support

/// `kindling cert revoke`
struct CertRevoke: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke certificates: they are listed in the CRL from now on.",
        discussion: """
            A NAME means its newest certificate, a SERIAL just that one, in any form that tools print. With --all, a \
            NAME means every certificate of it that has not expired. --issuer means all that an intermediate has issued, \
            of those that have not expired: what is left of the one before a rotation. With the reason keyCompromise, all \
            certificates for the same key go along, since a renewal keeps its key, and it is not certified again. `kindling crl` writes the lists; a running \
            `kindling up` publishes them where authority.listen is set. A certificate of lab.yaml is issued anew by \
            the next `kindling up` or `kindling cert renew`, with a new key where the reason is keyCompromise. This \
            cannot be undone.

            EXAMPLES
              kindling cert revoke nas --reason keyCompromise
              kindling cert revoke 3F:9A:11:… --reason superseded
              kindling cert revoke printer --all --dry-run
              kindling cert revoke --issuer issuing-1 --reason superseded

            EXIT CODES
              0   done, or they were revoked before
              1   there is no such certificate or intermediate, no state or no authority
              64  neither a certificate nor an intermediate is named, or both
              73  the state cannot be written
            """
    )

    @Argument(help: "Names in the inventory, or serial numbers.")
    var certificates: [String] = []

    @Option(
        help: ArgumentHelp("All that an intermediate has issued; `kindling ca show --all` names it.", valueName: "id")
    )
    var issuer: String?

    @Option(help: "Why: keyCompromise, superseded, cessationOfOperation, affiliationChanged or privilegeWithdrawn.")
    var reason: RevocationReason = .unspecified

    @Flag(help: "All of a name, superseded ones too.")
    var all = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func validate() throws {
        guard certificates.isEmpty != (issuer == nil) else {
            throw ValidationError("name certificates, or an intermediate with --issuer")
        }
    }

    func run(in context: CommandContext) async throws {
        let state = try await OpenState.open(labOptions.paths(in: context), in: context)
        let (database, now) = (state.database, context.clock.now)
        let inventory = try await database.certificates()
        var targets = try certificates.flatMap { try find($0, in: inventory, now: now) }
        if let issuer {
            guard try await database.authorities().contains(where: { $0.id == issuer }) else {
                throw CommandError(.notFound, "there is no intermediate \(issuer)", remedy: "kindling ca show --all")
            }
            targets = inventory.filter { $0.issuerID == issuer && $0.notAfter >= now && $0.revokedAt == nil }
        }
        if reason.isCompromise {
            let keys = try CompromisedKeys(of: targets)
            targets += try inventory.filter { try $0.notAfter >= now && $0.revokedAt == nil && keys.include($0) }
        }
        var seen: Set<String> = []
        targets.removeAll { !seen.insert($0.serial).inserted }
        if dryRun.isDryRun {
            for target in targets { context.say("would revoke \(target.name) \(target.serial)") }
            return
        }
        let revoked = Set(try await database.revoke(targets.map(\.serial), reason: reason, at: now))
        for target in targets {
            guard revoked.contains(target.serial) else {
                context.note("\(target.name) \(target.serial) was revoked before")
                continue
            }
            try await state.record("cert.revoke", "\(target.name) \(target.serial) \(reason.rawValue)", in: context)
            context.say("revoked \(target.name) \(target.serial)")
        }
        // Made now, so that a server publishes it within a second.
        _ = try await RevocationListService(store: database).lists(now: now)
    }

    private func find(_ text: String, in inventory: [StoredCertificate], now: Date) throws -> [StoredCertificate] {
        let named = inventory.filter { $0.name == text }
        if let newest = named.last { return all ? named.filter { $0.notAfter >= now } : [newest] }
        if let serial = SerialDigits.normalised(text), let found = inventory.first(where: { $0.serial == serial }) {
            return [found]
        }
        throw PKIError(
            .certificateMissing,
            "there is no certificate with the name or serial number \(text)",
            remedy: "kindling cert list"
        )
    }
}

extension RevocationReason: ExpressibleByArgument {
    /// Takes a reason however tools spell it: `keyCompromise`, `key-compromise`, `KEY_COMPROMISE`.
    init?(argument: String) {
        func folded(_ text: String) -> String { text.lowercased().filter { $0 != "-" && $0 != "_" } }
        guard let reason = Self.allCases.first(where: { folded($0.rawValue) == folded(argument) }) else { return nil }
        self = reason
    }
}

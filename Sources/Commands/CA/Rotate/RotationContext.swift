//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import PKI
import Storage
import Support

/// What the steps of a rotation share.
struct RotationContext {
    let lab: Lab
    let paths: LabPaths
    let state: OpenState
    let context: CommandContext

    /// Opens the lab and its state.
    init(_ options: LabOptions, in context: CommandContext) async throws {
        paths = options.paths(in: context)
        lab = try paths.readLab(in: context)
        state = try await OpenState.open(paths, in: context)
        self.context = context
    }

    var service: RotationService {
        RotationService(plan: AuthorityPlan(lab), store: state.database, random: context.random)
    }

    /// The roots before and after the rotation that is under way, as far as they stand.
    func roots() async throws -> (old: StoredAuthority?, new: StoredAuthority?) {
        let archive = try await state.database.archive()
        let roots = archive.authorities.filter { $0.role == .root && $0.retiredAt == nil }
        guard let generation = archive.rotation?.generation else { return (roots.last, nil) }
        return (
            roots.last { $0.generation < generation }, roots.last { $0.generation == generation }
        )
    }

    /// The places that lack the new root.
    func lacking() async throws -> [TrustReach.Place] {
        guard case (let old?, let new?) = try await roots() else { return [] }
        let reach = TrustReach(lab: lab, paths: paths, wanted: new.certificate, known: old.certificate)
        return reach.lacking(try await state.database.folders())
    }

    /// Brings chains and roots to the folders of certificates, and tells which.
    func deliver() async throws {
        let trust = try await AuthoritySet.load(for: lab, from: state.database).trust
        var outcome = CertificateRenewal.Outcome()
        outcome.refreshed = try await CertificateDelivery(state: state, context: context).deliver(root: trust.pem)
        outcome.tellRefreshed(in: context)
    }

    /// Prints lines under a heading.
    func tell(_ heading: String, _ lines: some Collection<String>) {
        guard !lines.isEmpty else { return }
        context.say(heading)
        for line in lines { context.say("  \(line)") }
    }
}

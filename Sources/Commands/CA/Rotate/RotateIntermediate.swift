//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import PKI
import Support

/// `kindling ca rotate intermediate`
struct RotateIntermediate: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "intermediate",
        abstract: "Replace an intermediate under the standing root, in one step.",
        discussion: """
            `issuing` signs kindling's own certificates: all whose key is here are reissued at once. `cluster` is \
            cert-manager's: what is to be done in the cluster is printed. Clients trust the root and notice nothing. \
            The intermediate before stays valid, and its leaves with it, unless --reason is given, for which its root \
            revokes it.

            EXAMPLES
              kindling ca rotate intermediate issuing
              kindling ca rotate intermediate cluster --reason keyCompromise

            EXIT CODES
              0   done
              1   there is no such intermediate, no state or no authority
              65  lab.yaml has mistakes
              73  the state cannot be written
            """
    )

    /// Which one.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case issuing, cluster
    }

    @Argument(help: "issuing or cluster.")
    var kind: Kind

    @Option(help: "Revoke the one before, for this reason: cACompromise, superseded, cessationOfOperation and so on.")
    var reason: RevocationReason?

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let rotation = try await RotationContext(labOptions, in: context)
        if dryRun.isDryRun {
            let fate = reason.map { "revoke the one before as \($0.rawValue)" } ?? "leave the one before valid"
            return context.say("would make a new \(kind.rawValue) intermediate and \(fate)")
        }
        let role: AuthorityRole = kind == .issuing ? .issuing : .cluster
        let renewal = CertificateRenewal(lab: rotation.lab, state: rotation.state, context: context)
        let (new, outcome) = try await rotation.state.exclusively(in: context) {
            let new = try await rotation.service.replaceIntermediate(role, revoking: reason, now: context.clock.now)
            _ = try await RevocationListService(store: rotation.state.database).lists(now: context.clock.now)
            return (new, try await renewal.run())
        }
        let detail = reason.map { " revoked as \($0.rawValue)" } ?? ""
        try await rotation.state.record("ca.rotate.intermediate", "\(new.id)\(detail)", in: context)
        context.say("\(new.id) (\(new.commonName)) signs from now on; reissued: \(outcome.renewed.count)")
        for item in outcome.renewed { context.say("  \(item.certificate.name) \(item.certificate.serial)") }
        if kind == .cluster {
            rotation.tell("in the cluster", ClusterSteps(lab: rotation.lab, paths: rotation.paths).reissue)
        }
        try outcome.check(in: context)
    }
}

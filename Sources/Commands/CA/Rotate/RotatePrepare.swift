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
import Support

/// `kindling ca rotate prepare`
struct RotatePrepare: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make the next root and trust it beside the present one; nothing is issued from it yet.",
        discussion: """
            The new root takes name, key type and constraints from lab.yaml as it is now. Either root certifies the \
            other, so that a client which knows only one of them accepts leaves of both. Bundles, ConfigMaps and \
            user-data hold both roots from the next `kindling up` on. With --leaked the new root does not certify the \
            old one, whose key somebody else may have. Lists what lacks the new root still; repeat the \
            command to see what is left. docs/pki.md has the whole way.

            EXAMPLES
              kindling ca rotate prepare
              kindling ca rotate prepare --output json
              kindling ca rotate prepare --leaked

            EXIT CODES
              0   done, or it was prepared before
              1   there is no state or no authority, or with --leaked another rotation is under way
              65  lab.yaml has mistakes
              73  the state cannot be written
            """
    )

    @Flag(help: "The old root's key is in the wrong hands: do not certify it by the new root.")
    var leaked = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let rotation = try await RotationContext(labOptions, in: context)
        if dryRun.isDryRun {
            let (old, new) = try await rotation.roots()
            guard new == nil else { return context.say("would change nothing: a rotation is under way") }
            let fate = leaked ? "certify it by the old one" : "certify either by the other"
            return context.say("would make the root after \(old?.id ?? "none") and \(fate)")
        }
        let isNew = try await rotation.roots().new == nil
        if isNew { context.progress("making the root, a key of \(rotation.lab.authority.keyType.rawValue)") }
        let prepared = try await rotation.state.exclusively(in: context) {
            let prepared = try await rotation.service.prepare(isLeaked: leaked, now: context.clock.now)
            try await rotation.deliver()
            return prepared
        }
        if isNew { try await rotation.state.record("ca.rotate.prepare", "root-\(prepared.generation)", in: context) }
        let places = try await rotation.lacking()
        guard try outputOptions.format(in: context) == .table else {
            return try outputOptions.print(list: places.map(\.record), columns: [:], in: context)
        }
        context.say(
            "the root of generation \(prepared.generation) is \(isNew ? "prepared" : prepared.phase.rawValue); "
                + "fingerprint SHA-256 \(Fingerprint.text(try await rotation.roots().new?.certificate ?? []))"
        )
        if !places.isEmpty {
            try outputOptions.print(list: places.map(\.record), columns: TrustReach.columns, in: context)
        }
        rotation.tell("next", next(rotation))
    }

    private func next(_ rotation: RotationContext) -> [String] {
        ClusterSteps(lab: rotation.lab, paths: rotation.paths).trust
            + ["when nothing lacks the new root any more: \(rotation.paths.command("ca rotate switch"))"]
    }
}

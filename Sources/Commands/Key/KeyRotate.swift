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
import OIDC
import Storage
import Support

/// `kindling key rotate`
struct KeyRotate: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace the keys that sign tokens ahead of their schedule.",
        discussion: """
            The next key is published now and signs in ten minutes; the present one stays published until the last token \
            that it signed has expired. No relying party meets a key that it cannot find. A running server takes it over \
            by itself; repeated, the command does nothing more.

            With --leaked the present keys are gone at once, and what they signed is void: people sign in again, and an \
            API server that still has the old key in its memory trusts it until it fetches the keys again.

            EXAMPLES
              kindling key rotate
              kindling key rotate --algorithm ES256
              kindling key rotate --leaked

            EXIT CODES
              0   done
              1   there is no state
              64  no client uses the algorithm
            """
    )

    @Option(help: "RS256 or ES256; all that are in use where absent.")
    var algorithm: String?

    @Flag(help: "The present keys have got into wrong hands: replace them at once.")
    var leaked = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let rotation = KeyRotation(
            store: state.database,
            schedule: KeySchedule(lab),
            generate: KeyRotation.offloaded
        )
        for algorithm in try chosen(of: lab) {
            if dryRun.isDryRun {
                context.say("would \(leaked ? "replace" : "stage the successor of") the \(algorithm.rawValue) key")
            } else if leaked {
                try await replace(algorithm, rotation, state, in: context)
            } else {
                try await stage(algorithm, rotation, state, in: context)
            }
        }
    }

    private func chosen(of lab: Lab) throws -> [SigningAlgorithm] {
        let used = KeyRing.algorithms(of: lab.clients)
        let known = SigningAlgorithm.allCases.filter { used.contains($0) }
        guard let algorithm else { return known }
        guard let chosen = known.first(where: { $0.rawValue == algorithm.uppercased() }) else {
            throw CommandError(
                .badArgument,
                "no client uses \(algorithm)",
                remedy: "name one of \(known.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return [chosen]
    }

    private func stage(
        _ algorithm: SigningAlgorithm,
        _ rotation: KeyRotation,
        _ state: OpenState,
        in context: CommandContext
    ) async throws {
        let (next, isNew) = try await rotation.stage(algorithm, at: context.clock.now)
        let time = Timestamp.text(next.activeFrom)
        guard isNew else {
            return context.say("\(algorithm.rawValue): \(next.kid) waits already and signs from \(time) on")
        }
        try await state.record("key.rotate", next.kid, in: context)
        context.say("\(algorithm.rawValue): \(next.kid) is published and signs from \(time) on")
    }

    private func replace(
        _ algorithm: SigningAlgorithm,
        _ rotation: KeyRotation,
        _ state: OpenState,
        in context: CommandContext
    ) async throws {
        let (next, gone) = try await rotation.replaceLeaked(algorithm, at: context.clock.now)
        try await state.record("key.rotate.leaked", gone.joined(separator: " "), in: context)
        context.say("\(algorithm.rawValue): \(next.kid) signs from now on; gone: \(gone.joined(separator: ", "))")
        context.say("on every control plane, let the API server forget the old key: change a comment in its")
        context.say("authentication configuration and put the file in place by renaming, or restart the API server")
    }
}

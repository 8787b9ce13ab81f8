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

/// `kindling ca rotate switch`
struct RotateSwitch: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch",
        abstract: "Issue from the new root from now on, and reissue what kindling keeps.",
        discussion: """
            Makes new intermediates below the new root and reissues every certificate of the inventory whose key is \
            here; their keys stay, unless --rekey is given: where the state was in the wrong hands, they were too. Chains carry the certificate by which clients that know only the old root accept \
            them. A running `kindling up` shows the new certificate by itself. Prints what is to be reissued in the \
            cluster. Repeat the command when it was interrupted: it goes on where it was.

            EXAMPLES
              kindling ca rotate switch
              kindling ca rotate switch --rekey

            EXIT CODES
              0   done, or it was switched before
              1   no rotation is prepared, or there is no state
              65  lab.yaml has mistakes, or the new root refuses the names of a certificate; the rest is done
              73  the state cannot be written
            """
    )

    @Flag(help: "Make new keys for what is reissued.")
    var rekey = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let rotation = try await RotationContext(labOptions, in: context)
        for place in try await rotation.lacking() {
            context.warn("\(place.path) lacks the new root; \(place.remedy)")
        }
        if dryRun.isDryRun {
            let phase = try await rotation.state.database.archive().rotation?.phase
            return context.say(
                phase == .prepared
                    ? "would issue from the new root, and reissue what was issued from the old" : "would change nothing"
            )
        }
        let renewal = CertificateRenewal(
            lab: rotation.lab,
            state: rotation.state,
            context: context,
            rekeys: rekey
        )
        let (switched, outcome) = try await rotation.state.exclusively(in: context) {
            (try await rotation.service.switch(now: context.clock.now), try await renewal.run())
        }
        try await rotation.state.record("ca.rotate.switch", "root-\(switched.generation)", in: context)
        let rows = outcome.renewed.map(RenewalView.record)
        guard try outputOptions.format(in: context) == .table else {
            try outputOptions.print(list: rows, columns: [:], in: context)
            return try outcome.check(in: context)
        }
        context.say("the root of generation \(switched.generation) issues; reissued: \(rows.count)")
        if !rows.isEmpty { try outputOptions.print(list: rows, columns: RenewalView.columns, in: context) }
        try await tellWithoutKey(rotation)
        let cluster = ClusterSteps(lab: rotation.lab, paths: rotation.paths)
        rotation.tell("in the cluster", cluster.reissue.isEmpty ? [] : cluster.reissue + [cluster.proof])
        let flag = rotation.lab.cluster == nil ? "" : " --cluster-secrets FILE"
        let finish = rotation.paths.command("ca rotate finish\(flag)")
        let left = Set(try await rotation.service.remaining(now: context.clock.now).map(\.issuerID)).sorted()
        rotation.tell(
            "next",
            left.map {
                let revoke = rotation.paths.command("cert revoke --issuer \($0) --reason superseded")
                return "when no server shows an old certificate any more: \(revoke)"
            } + ["when all of that is done: \(finish)"]
        )
        try outcome.check(in: context)
    }

    /// Certificates that were signed for a key which is not here.
    private func tellWithoutKey(_ rotation: RotationContext) async throws {
        let left = try await rotation.service.remaining(now: rotation.context.clock.now).filter { $0.privateKey == nil }
        rotation.tell("to be signed anew, since their keys are elsewhere", Set(left.map(\.name)).sorted())
    }
}

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

/// `kindling ca rotate finish`
struct RotateFinish: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "finish",
        abstract: "Trust the new root alone, once nothing hangs on the old one any more.",
        discussion: """
            Refuses, and lists why, while a certificate of the old root is neither expired nor revoked, superseded ones \
            included, and for a lab with a cluster while no --cluster-secrets FILE shows that the cluster has moved: \
            that its Secrets hold the new intermediate, and nothing that an old one has issued and that has not expired. \
            FILE is what `kubectl get secrets -A -o yaml` prints, or - for standard input; it is only read, and holds \
            every secret of the cluster: keep it out of git and remove it afterwards. With --force it ends all the same.

            EXAMPLES
              kubectl get secrets -A -o yaml | kindling ca rotate finish --cluster-secrets -
              kindling ca rotate finish --dry-run
              kindling ca rotate finish --force

            EXIT CODES
              0   done
              1   the new root does not issue yet, or there is no state
              2   something hangs on the old root still
              65  lab.yaml has mistakes, or FILE cannot be read
              73  the state cannot be written
            """
    )

    @Option(
        name: .customLong("cluster-secrets"),
        help: ArgumentHelp("What `kubectl get secrets -A -o yaml` printed.", valueName: "file")
    )
    var clusterSecrets: String?

    @Flag(help: "End it whatever hangs on the old root.")
    var force = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let rotation = try await RotationContext(labOptions, in: context)
        var blockers = try await rotation.service.remaining(now: context.clock.now).map {
            RotationBlocker(
                kind: "certificate",
                what: "\($0.name) \($0.serial)",
                reason: "ends on \(Timestamp.text($0.notAfter))",
                remedy: rotation.paths.command("cert revoke \($0.serial) --reason superseded")
            )
        }
        if rotation.lab.cluster != nil { blockers += try await clusterBlockers(rotation) }
        let isTable = try outputOptions.format(in: context) == .table
        if !blockers.isEmpty || dryRun.isDryRun || !isTable {
            try outputOptions.print(list: blockers.map(\.record), columns: RotationBlocker.columns, in: context)
        }
        guard blockers.isEmpty || force else {
            throw PKIError(
                .rotationUnfinished,
                "\(blockers.count) \(blockers.count == 1 ? "thing hangs" : "things hang") on the old root still",
                remedy: "replace them where they are used, then revoke them or wait for their end; "
                    + "or insist with --force"
            )
        }
        if dryRun.isDryRun { return context.note("would end the trust in the old root") }
        let finished = try await rotation.state.exclusively(in: context) {
            let finished = try await rotation.service.finish(now: context.clock.now)
            _ = try await RevocationListService(store: rotation.state.database).lists(now: context.clock.now)
            try await rotation.deliver()
            return finished
        }
        try await rotation.state.record(
            "ca.rotate.finish",
            "root-\(finished.generation)\(blockers.isEmpty ? "" : " forced")",
            in: context
        )
        guard isTable else { return }
        context.say("the root of generation \(finished.generation) is the only one now")
        rotation.tell(
            "next, to take the old root out of everything",
            ClusterSteps(lab: rotation.lab, paths: rotation.paths).trust
        )
    }

    private func clusterBlockers(_ rotation: RotationContext) async throws -> [RotationBlocker] {
        guard let clusterSecrets else {
            return [
                RotationBlocker(
                    kind: "cluster",
                    what: rotation.lab.cluster?.name ?? "",
                    reason: "nothing shows that it has moved",
                    remedy: "kubectl get secrets -A -o yaml | kindling ca rotate finish --cluster-secrets -"
                )
            ]
        }
        let isStandardInput = clusterSecrets == "-"
        let bytes =
            try isStandardInput
            ? rotation.context.console.readInput(limit: CertificateFinder.sizeLimit)
            : Files.read(clusterSecrets, limit: CertificateFinder.sizeLimit)
        let evidence = try ClusterEvidence(
            CertificateFinder.find(in: bytes, file: isStandardInput ? "standard input" : clusterSecrets),
            archive: try await rotation.state.database.archive(),
            now: rotation.context.clock.now
        )
        for item in evidence.unreadable where item.isLocked {
            rotation.context.warn(CellText.visible("\(item.location): \(item.reason)"))
        }
        var blockers = evidence.remaining.map {
            RotationBlocker(
                kind: "secret",
                what: $0.location.description,
                reason: "\($0.subject), ends on \(Timestamp.text($0.notAfter))",
                remedy: "cmctl renew --all --all-namespaces"
            )
        }
        blockers += evidence.unreadable.filter { !$0.isLocked }.map {
            RotationBlocker(
                kind: "secret",
                what: $0.location.description,
                reason: "cannot be read: \($0.reason)",
                remedy: "see what it holds, and remove or replace it"
            )
        }
        if !evidence.hasNewIntermediate {
            blockers.append(
                RotationBlocker(
                    kind: "cluster",
                    what: rotation.lab.cluster?.name ?? "",
                    reason: "no Secret there holds the new intermediate",
                    remedy: "\(rotation.paths.command("up --once")), then apply its manifests"
                )
            )
        }
        return blockers
    }
}

/// Something that keeps a rotation from its end.
struct RotationBlocker {
    /// `certificate`, `secret` or `cluster`.
    var kind: String
    var what: String
    var reason: String
    var remedy: String

    static let columns: KeyValuePairs = ["kind": "hangs on it", "what": "what", "reason": "why", "remedy": "remedy"]

    var record: OutputValue {
        .record([
            ("kind", .string(kind)), ("what", .string(what)), ("reason", .string(reason)), ("remedy", .string(remedy)),
        ])
    }
}

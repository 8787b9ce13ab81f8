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

/// `kindling cert renew`
struct CertRenew: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Renew certificates: those that are due, or those that are named.",
        discussion: """
            Due is what has two thirds of its life behind it, was revoked and is still in lab.yaml, was issued by an \
            intermediate that is not in use any more, or differs from lab.yaml. The key stays, unless --rekey is given, \
            lab.yaml wants another kind, or it was revoked as compromised. The folders that `cert issue --to` has \
            written, and those in out/certificates, get the new files: the key before the certificate, and only what \
            differs. A running `kindling up` shows the issuer's new certificate by itself.

            With --daemon it does so until it is ended, once a minute, and spreads renewals over the twentieth part of \
            a life after two thirds of it.

            --exec comes last and takes the rest of the line: a program with its arguments, run without a shell after \
            each certificate that has changed. It finds the name in KINDLING_CERTIFICATE and the folders, one \
            a line, in KINDLING_FOLDERS.

            EXAMPLES
              kindling cert renew
              kindling cert renew nas --rekey
              kindling cert renew --daemon --exec systemctl reload nginx

            EXIT CODES
              0   done, or nothing was due
              1   there is no such certificate, no state or no authority, or the program of --exec failed
              64  the command line is wrong
              65  lab.yaml has mistakes, or the authority refuses the names of a certificate; others are renewed
              73  the state cannot be written
            """
    )

    @Argument(help: "Names in the inventory; all that are due where none is given.")
    var names: [String] = []

    @Flag(help: "Make new keys.")
    var rekey = false

    @Flag(help: "Go on until ended.")
    var daemon = false

    @Option(
        name: .customLong("exec"),
        parsing: .remaining,
        help: ArgumentHelp("A program to run after a change, with its arguments; last.", valueName: "word")
    )
    var hook: [String] = []

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var outputOptions: OutputOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        guard !daemon || (names.isEmpty && !rekey && !dryRun.isDryRun) else {
            throw CommandError(.badArgument, "--daemon renews what is due, without names, --rekey or --dry-run")
        }
        let hook = try RenewalHook(hook)
        let paths = labOptions.paths(in: context)
        let state = try await OpenState.open(paths, in: context)
        if daemon { return try await RenewalDaemon(state: state, hook: hook, context: context).run() }
        let renewal = CertificateRenewal(
            lab: try paths.readLab(in: context),
            state: state,
            context: context,
            rekeys: rekey
        )
        if dryRun.isDryRun {
            let rows = try await renewal.wishes(names).map {
                RenewalView.record(name: $0.request.name, reason: $0.reason, certificate: $0.standing, folders: [])
            }
            return try outputOptions.print(list: rows, columns: RenewalView.columns, in: context)
        }
        let outcome = try await state.exclusively(in: context) { try await renewal.run(names) }
        if outcome.renewed.isEmpty, outcome.failures.isEmpty, try outputOptions.format(in: context) == .table {
            context.note("nothing is due")
        } else {
            try outputOptions.print(
                list: outcome.renewed.map(RenewalView.record),
                columns: RenewalView.columns,
                in: context
            )
        }
        outcome.tellRefreshed(in: context)
        let failed = try await hook?.run(outcome.changes) ?? [:]
        for (name, error) in failed.sorted(by: { $0.key < $1.key }) { context.warn("\(name): \(error.message)") }
        try outcome.check(in: context)
        if let error = failed.values.first { throw error }
    }
}

/// How renewals are shown.
enum RenewalView {
    static let columns: KeyValuePairs = [
        "name": "name", "reason": "reason", "notAfter": "expires", "serial": "serial", "folders": "folders",
    ]

    /// What was issued.
    static func record(_ renewed: CertificateRenewal.Renewed) -> OutputValue {
        record(
            name: renewed.certificate.name,
            reason: renewed.reason,
            certificate: renewed.certificate,
            folders: renewed.folders
        )
    }

    /// What was issued, or with the certificate before what would be.
    static func record(
        name: String,
        reason: RenewalReason,
        certificate: StoredCertificate?,
        folders: [String]
    ) -> OutputValue {
        .record([
            ("name", .string(name)),
            ("reason", .string(reason.rawValue)),
            ("notAfter", .optional(certificate.map { Timestamp.text($0.notAfter) })),
            ("serial", .optional(certificate?.serial)),
            ("folders", .strings(folders)),
        ])
    }
}

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

/// `kindling cert list`
struct CertList: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the inventory, or report what ends soon.",
        discussion: """
            By itself it lists every certificate issued, the newest of each name first. With --expiring it reports what \
            ends when: the lab's authorities and revocation lists, the newest certificate of each name, and all certificates and revocation \
            lists in the files and folders that are named, those in Secrets and ConfigMaps too. Revoked certificates \
            never count as due. With paths it works without a lab as well.

            EXAMPLES
              kindling cert list
              kindling cert list --expiring 30d
              kindling cert list --expiring 14d ./out /etc/ssl/private --output json
              kubectl get secrets -A -o yaml > secrets.yaml && kindling cert list --expiring 30d secrets.yaml

            EXIT CODES
              0   done; with --expiring, nothing ends within the time
              1   there is no state, and no path was given
              2   with --expiring, something ends within the time or has ended, or cannot be read
              64  a path or --all without --expiring, or a time that is none
              65  a path cannot be read or holds no certificate
            """
    )

    @Argument(help: "Files or folders to look into, with --expiring.")
    var paths: [String] = []

    @Option(help: ArgumentHelp("Report what ends within this time, for example 30d.", valueName: "time"))
    var expiring: String?

    @Flag(help: "Report superseded authorities and certificates as well, with --expiring.")
    var all = false

    @OptionGroup var keystoreOptions: KeystoreOptions
    @OptionGroup var labOptions: LabOptions
    @OptionGroup var outputOptions: OutputOptions

    func run(in context: CommandContext) async throws {
        guard let expiring else { return try await list(in: context) }
        guard let within = Duration(labText: expiring) else {
            throw CommandError(.badArgument, "\(expiring) is no duration", remedy: "write it as 30d, 24h or 1y")
        }
        var report = ExpiryReport(within: within, now: context.clock.now)
        if let database = try await database(in: context) {
            let state = labOptions.paths(in: context).state
            try report.add(try await database.authorities(), in: state, includesSuperseded: all)
            report.add(try await database.certificates(), in: state, includesSuperseded: all)
            report.add(try await RevocationListService(store: database).lists(now: context.clock.now), in: state)
        }
        let files = try CertificateFiles(paths, keystore: keystoreOptions.reader())
        report.add(files.findings.found)
        try outputOptions.print(
            list: report.entries.map(ExpiryView.record),
            columns: ExpiryView.columns,
            in: context
        )
        for unreadable in files.findings.unreadable { context.warn(InspectionView.line(unreadable)) }
        files.report(in: context)
        if report.hasFinding || files.findings.unreadable.contains(where: counts) { throw ExitCode(2) }
    }

    /// Whether something that cannot be read is a finding: a keystore beside much else is none, one that is named is.
    private func counts(_ unreadable: UnreadableCertificate) -> Bool {
        !unreadable.isLocked || paths.contains(unreadable.location.file) && unreadable.location.key == nil
    }

    private func list(in context: CommandContext) async throws {
        guard paths.isEmpty, !all else {
            throw CommandError(
                .badArgument,
                "\(all ? "--all" : "a path") is for the report of what ends",
                remedy: "add --expiring 30d"
            )
        }
        let state = try await OpenState.open(labOptions.paths(in: context), in: context)
        let now = context.clock.now
        let rows = try await state.database.certificates().reversed().map { CertificateView.record($0, now: now) }
        try outputOptions.print(list: rows, columns: CertificateView.columns, in: context)
    }

    /// The state; `nil` where there is none, paths are named, and no flag says that there should be one.
    private func database(in context: CommandContext) async throws -> Database? {
        let places = labOptions.paths(in: context)
        let isOptional = !paths.isEmpty && labOptions.lab == nil && labOptions.state == nil
        if isOptional, !OpenState.exists(places) { return nil }
        return try await OpenState.open(places, in: context).database
    }
}

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

/// `kindling cert inspect`
struct CertInspect: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what the certificates in files say, or judge them.",
        discussion: """
            Read are certificates, revocation lists and requests in PEM or DER, whatever stands around them, and in \
            YAML or JSON: Secrets, ConfigMaps, kubeconfigs, user-data, as many in a file as there are. Private keys are \
            passed over; PKCS#12 is read with --password-file. A folder stands for all files below it. With --strict they are judged by the rules that \
            strict clients have, each alone and by its issuers in the same files or under --trust.

            EXAMPLES
              kindling cert inspect ./nas-tls/tls.crt
              kindling cert inspect ca.pem --output json
              kindling cert inspect --strict ./nas-tls/tls.crt --trust ./nas-tls/ca.crt
              kubectl get secrets -A -o yaml > secrets.yaml && kindling cert inspect --strict secrets.yaml

            EXIT CODES
              0   done
              2   --strict found an error
              65  a file cannot be read or holds no certificate, or one that is broken
            """
    )

    @Argument(help: "Files or folders.")
    var paths: [String]

    @Flag(help: "Judge instead of show; exit 2 when there is an error.")
    var strict = false

    @Option(help: ArgumentHelp("Files with the authorities above, which are not judged.", valueName: "file"))
    var trust: [String] = []

    @OptionGroup var keystoreOptions: KeystoreOptions
    @OptionGroup var outputOptions: OutputOptions

    func run(in context: CommandContext) async throws {
        guard strict || trust.isEmpty else {
            throw CommandError(.badArgument, "--trust is for judging", remedy: "add --strict")
        }
        let files = try CertificateFiles(paths, keystore: keystoreOptions.reader())
        files.report(in: context)
        if strict {
            try judge(files.findings, in: context)
        } else {
            try show(files.findings, in: context)
        }
    }

    private func show(_ findings: CertificateFinder.Findings, in context: CommandContext) throws {
        var records: [OutputValue] = []
        var unreadable = findings.unreadable
        for found in findings.found {
            do throws(PKIError) {
                records.append(try InspectionView.record(found))
            } catch {
                unreadable.append(UnreadableCertificate(location: found.location, reason: error.message))
            }
        }
        if try outputOptions.format(in: context) != .table {
            try outputOptions.print(list: records, columns: [:], in: context)
        } else {
            for (index, record) in records.enumerated() {
                if index > 0 { context.say() }
                try outputOptions.print(record: record, in: context)
            }
        }
        guard let first = unreadable.first else { return }
        for other in unreadable.dropFirst() { context.warn(InspectionView.line(other)) }
        throw PKIError(.certificateUnreadable, InspectionView.line(first))
    }

    private func judge(_ findings: CertificateFinder.Findings, in context: CommandContext) throws {
        let trusted = trust.isEmpty ? [] : try CertificateFiles(trust).findings.found
        let judged = CertificateLinter.judge(findings, trusted: trusted, now: context.clock.now)
        if try outputOptions.format(in: context) != .table || !judged.isEmpty {
            try outputOptions.print(
                list: judged.map(InspectionView.record),
                columns: InspectionView.findingColumns,
                in: context
            )
        }
        let errors = judged.filter { $0.severity == .error }.count
        let count = findings.found.count + findings.unreadable.count
        context.note("\(count) judged, \(errors) errors, \(judged.count - errors) warnings")
        if errors > 0 { throw ExitCode(2) }
    }
}

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
        abstract: "Show what the certificates of a PEM file say.",
        discussion: """
            EXAMPLES
              kindling cert inspect ./nas-tls/tls.crt
              kindling cert inspect ca.pem --output json

            EXIT CODES
              0   done
              65  the file cannot be read or is no PEM file of certificates
            """
    )

    @Argument(help: "A PEM file.")
    var file: String

    @OptionGroup var outputOptions: OutputOptions

    func run(in context: CommandContext) async throws {
        let text = String(decoding: try Files.read(file, limit: 4 << 20), as: UTF8.self)
        let summaries = try PEM.split(text, file: file).map { try CertificateSummary(der: $0) }
        if try outputOptions.format(in: context) != .table {
            return try outputOptions.print(list: summaries.map(record), columns: [:], in: context)
        }
        for (index, summary) in summaries.enumerated() {
            if index > 0 { context.say() }
            try outputOptions.print(record: record(summary), in: context)
        }
    }

    private func record(_ summary: CertificateSummary) -> OutputValue {
        .record([
            ("subject", .string(summary.subject)),
            ("issuer", .string(summary.issuer)),
            ("serial", .string(summary.serial)),
            ("hosts", .strings(summary.hosts)),
            ("notBefore", .string(Timestamp.text(summary.notBefore))),
            ("notAfter", .string(Timestamp.text(summary.notAfter))),
            ("keyType", .string(summary.keyType)),
            ("usages", .strings(summary.usages)),
            ("authority", .bool(summary.isAuthority)),
            ("permitted", .optional(summary.permitted)),
            ("fingerprint", .string(summary.fingerprint)),
        ])
    }
}

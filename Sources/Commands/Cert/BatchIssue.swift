//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI
import Storage
import Support

/// `kindling cert issue --batch`: all that a file names, on all cores.
struct BatchIssue {
    /// The list of certificates.
    let file: InputFile
    /// Where each gets a folder of its own, if anywhere.
    let folder: String?
    let allowPlaintextInGit: Bool
    let isDryRun: Bool
    let outputOptions: OutputOptions
    let context: CommandContext

    /// Reads and checks everything, then issues it. Nothing is issued when one entry is wrong.
    func run(_ paths: LabPaths) async throws {
        let lab = try paths.readLab(in: context)
        let entries = try entries(of: lab)
        if let folder {
            let keys = entries.map { "\(folder)/\($0.name)/tls.key" }
            try await GitGuard.check(keys, below: folder, isAllowed: allowPlaintextInGit)
        }
        let state = try await OpenState.open(paths, in: context)
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        let now = context.clock.now
        let leaves = try entries.map { try authorities.issuing.check(LeafRequest($0), now: now) }
        if isDryRun { return context.say("would issue \(leaves.count) certificates") }
        if let folder { try Files.makeFolder(folder, mode: 0o700) }
        try await issue(leaves, authorities, state)
    }

    private func entries(of lab: Lab) throws -> [CertificateSpec] {
        let text = try file.text(limit: LabDecoder.certificateBytes, in: context)
        let (entries, warnings) = try LabDecoder.certificates(text: text, file: file.name, of: lab)
        for warning in warnings { context.note(warning.description) }
        return entries
    }

    private func issue(_ leaves: [CheckedLeaf], _ authorities: AuthoritySet, _ state: OpenState) async throws {
        let batch = CertificateBatch(authority: authorities.issuing, store: state.database, random: context.random)
        let shows = try outputOptions.format(in: context) != .table
        var records: [String: OutputValue] = [:]
        var count = 0
        do {
            try await batch.issue(leaves, width: ProcessInfo.processInfo.activeProcessorCount) { part in
                count += part.count
                let names = [part.first, part.last].compactMap { $0?.name }.joined(separator: " … ")
                try await state.record("cert.issue", "\(part.count) of a batch: \(names)", in: context)
                for certificate in part {
                    if shows { records[certificate.name] = CertificateView.record(certificate, now: context.clock.now) }
                    guard let folder else { continue }
                    try CertificateFolder(path: "\(folder)/\(certificate.name)")
                        .write(certificate, root: authorities.trust.pem)
                }
                if let folder {
                    try await state.database.add(
                        folders: part.map { CertificateFolderRecord("\(folder)/\($0.name)", of: $0, in: context) }
                    )
                }
                context.progress("issued \(count) of \(leaves.count)")
            }
        } catch {
            context.note("\(count) of \(leaves.count) certificates were issued before that; see: kindling cert list")
            throw error
        }
        if shows {
            try outputOptions.print(list: leaves.compactMap { records[$0.request.name] }, columns: [:], in: context)
        }
        context.note("issued \(count) certificates\(folder.map { ", written to \($0)" } ?? "")")
    }
}

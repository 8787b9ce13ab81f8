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

/// `kindling cert issue`
struct CertIssue: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue a certificate with a new key, or many.",
        discussion: """
            NAME is an entry of `certificates` in lab.yaml, whose hosts, profile, key type and lifetime then apply, or \
            any name together with --host. A name outside the authority's constraints is refused. With --to, DIR gets \
            tls.crt (with the chain), tls.key (0600) and ca.crt; without, the certificate and chain are printed and the \
            key stays in the state. Internationalised names take their xn-- form. What no browser takes is refused without \
            --insist.

            --batch takes a YAML file with a list in the shape of lab.yaml's `certificates` (name, hosts, profile, keyType, \
            lifetime), or with that key. All of it is checked before anything is issued. With --to, each gets a folder \
            DIR/NAME.

            EXAMPLES
              kindling cert issue nas --to ./nas-tls
              kindling cert issue printer --host printer.kidd.network --host 192.168.1.40 --to ./printer-tls
              kindling cert issue ada --profile client --email ada@kidd.network --to ./ada-tls
              kindling cert issue --batch machines.yaml --to ./machines
              kindling cert issue --batch - --output json < machines.yaml

            EXIT CODES
              0   done
              1   there is no state or no authority yet
              64  lab.yaml does not know the name and no --host is given, or the name or lifetime does not fit
              65  the authority refuses the names, or lab.yaml or the batch has mistakes
              73  the files cannot be written
              77  git would take the key
            """
    )

    @Argument(help: "Name in the inventory.")
    var name: String?

    @Option(help: ArgumentHelp("Issue all that a YAML file names; - for standard input.", valueName: "file"))
    var batch: String?

    @OptionGroup var nameOptions: NameOptions
    @OptionGroup var leafOptions: LeafOptions

    @Option(name: .customLong("key-type"), help: "p256, p384, rsa3072, rsa4096 or ed25519.")
    var keyType: KeyType?

    @Option(name: .customLong("to"), help: ArgumentHelp("Write the files to this folder.", valueName: "dir"))
    var folder: String?

    @Flag(name: .customLong("allow-plaintext-in-git"), help: "Write the key even where git would take it.")
    var allowPlaintextInGit = false

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard (name == nil) != (batch == nil) else {
            throw ValidationError("name one certificate, or a file of many with --batch")
        }
        let properties = [nameOptions.hosts, nameOptions.emails, nameOptions.uris]
        guard batch == nil || properties.allSatisfy(\.isEmpty) && leafOptions.isEmpty && keyType == nil else {
            throw ValidationError("with --batch, names, profile, key type and lifetime stand in the file")
        }
    }

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        if let batch {
            let issue = BatchIssue(
                file: InputFile(path: batch),
                folder: folder,
                allowPlaintextInGit: allowPlaintextInGit,
                isDryRun: dryRun.isDryRun,
                outputOptions: outputOptions,
                context: context
            )
            return try await issue.run(paths)
        }
        guard let name else { return }
        try await issue(name, paths, in: context)
    }

    private func issue(_ name: String, _ paths: LabPaths, in context: CommandContext) async throws {
        let lab = try paths.readLab(in: context)
        let request = try request(name, in: lab, context)
        if let folder {
            try await GitGuard.check("\(folder)/tls.key", isAllowed: allowPlaintextInGit)
        }
        let state = try await OpenState.open(paths, in: context)
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        let issued = try authorities.issuing.issue(request, now: context.clock.now, random: context.random)
        if dryRun.isDryRun {
            return context.say("would issue \(name) for \(issued.hosts.joined(separator: ", "))")
        }
        // Before it counts as issued: a certificate whose key cannot be written would be of no use.
        if let folder { try Files.makeFolder(folder, mode: 0o700) }
        try await state.database.add(certificate: issued)
        try await state.record("cert.issue", "\(name) \(issued.serial)", in: context)
        guard let folder else { return context.console.write(issued.fullChainPEM, to: .output) }
        try CertificateFolder(path: folder).write(issued, root: authorities.trust.pem)
        try await state.database.add(
            folder: CertificateFolderRecord(
                folder: Files.absolute(folder),
                name: name,
                createdAt: context.clock.now
            )
        )
        context.note("wrote \(folder)/tls.crt, tls.key and ca.crt; expires \(Timestamp.text(issued.notAfter))")
    }

    /// What to issue: the entry of lab.yaml, with flags on top.
    private func request(_ name: String, in lab: Lab, _ context: CommandContext) throws -> LeafRequest {
        let entry = lab.certificates.first { $0.name == name }
        guard name != StoredCertificate.issuerName else {
            throw CommandError(.badArgument, "the name \(name) is kept for the identity provider's own certificate")
        }
        let given = try nameOptions.names()
        let hosts = given.isEmpty ? entry?.hosts ?? [] : given
        guard !hosts.isEmpty else {
            throw CommandError(
                .badArgument,
                "lab.yaml has no certificate \(name)",
                remedy: "name its hosts: kindling cert issue \(ShellText.quoted(name)) "
                    + "--host \(ShellText.quoted("\(name).\(lab.domain)"))"
            )
        }
        let request = LeafRequest(
            name: name,
            hosts: hosts,
            profile: leafOptions.profile ?? entry?.profile ?? .server,
            keyType: keyType ?? entry?.keyType ?? lab.authority.leafKeyType,
            lifetime: try leafOptions.life(in: context) ?? entry?.lifetime ?? lab.authority.leafLifetime
        )
        if let keyType, !leafOptions.insist {
            try KeyPolicy.refuseUnwise(keyType.algorithm, request.profile, name: name)
        }
        return request
    }
}

extension KeyType: ExpressibleByArgument {}

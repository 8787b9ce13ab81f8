//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import OpenSSL
import PKI
import Storage
import Support

/// `kindling cert issue`
struct CertIssue: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue a certificate, with a new key or one that is there, or many.",
        discussion: """
            NAME is an entry of `certificates` in lab.yaml, whose hosts, profile, key type and lifetime then apply, or \
            any name together with --host. A name outside the authority's constraints is refused. With --to, DIR gets \
            tls.crt (with the chain), tls.key (0600) and ca.crt; without, the certificate and chain are printed and the \
            key stays in the state. Internationalised names take their xn-- form. What no browser takes is refused without \
            --insist.

            --key uses a private key that is there, and keeps it in the state as others. --passphrase-file names a file \
            whose first line opens it, and under which tls.key is then written (PBES2, PBKDF2 with HMAC-SHA-256, \
            AES-256-CBC); --encrypt-key alone asks at the terminal. KINDLING_PASSPHRASE_FILE names the file too.

            --batch takes a YAML file with a list in the shape of lab.yaml's `certificates` (name, hosts, profile, keyType, \
            lifetime), or with that key. All of it is checked before anything is issued. With --to, each gets a folder \
            DIR/NAME.

            EXAMPLES
              kindling cert issue nas --to ./nas-tls
              kindling cert issue printer --host printer.kidd.network --host 192.168.1.40 --to ./printer-tls
              kindling cert issue ada --profile client --email ada@kidd.network --to ./ada-tls
              kindling cert issue nas --key ./nas.key --passphrase-file ./words --to ./nas-tls
              kindling cert issue --batch machines.yaml --to ./machines
              kindling cert issue --batch - --output json < machines.yaml

            EXIT CODES
              0   done
              1   there is no state or no authority yet
              64  lab.yaml does not know the name and no --host is given, or the name or lifetime does not fit
              65  the authority refuses the names, lab.yaml or the batch has mistakes, or the key is not taken
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
    @OptionGroup var keyOptions: KeyOptions

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
        let isPlain = properties.allSatisfy(\.isEmpty) && leafOptions.isEmpty && keyOptions.isEmpty && keyType == nil
        guard batch == nil || isPlain else {
            throw ValidationError("with --batch, names, profile, key type and lifetime stand in the file")
        }
        guard folder != nil || !keyOptions.isEncrypting || keyOptions.key != nil && !keyOptions.encryptsKey else {
            throw ValidationError("a passphrase is for tls.key; name its folder with --to")
        }
        guard keyOptions.key == nil || keyType == nil else {
            throw ValidationError("the key type is that of the key; leave --key-type away")
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
        let pair = try keyOptions.readKey(in: context)
        if let asked = pair?.algorithm ?? keyType?.algorithm, !leafOptions.insist {
            try KeyPolicy.refuseUnwise(asked, request.profile, name: name)
        }
        if let folder, !keyOptions.isEncrypting {
            try await GitGuard.check("\(folder)/tls.key", isAllowed: allowPlaintextInGit)
        }
        let state = try await OpenState.open(paths, in: context)
        if let pair { try CompromisedKeys(knownTo: await state.database.certificates()).refuse(pair) }
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        let leaf = try authorities.issuing.check(request, now: context.clock.now)
        if dryRun.isDryRun {
            return context.say("would issue \(name) for \(leaf.names.joined(separator: ", "))")
        }
        let issuer = try LeafIssuer(authorities.issuing)
        let issued =
            if let pair {
                try issuer.issue(leaf, for: pair, random: context.random)
            } else {
                try issuer.issue(leaf, random: context.random)
            }
        let key = try encryptedKey(of: issued, in: context)
        // Before it counts as issued: a certificate whose key cannot be written would be of no use.
        if let folder { try Files.makeFolder(folder, mode: 0o700) }
        try await state.database.add(certificate: issued)
        try await state.record("cert.issue", "\(name) \(issued.serial)", in: context)
        try deliver(issued, key: key, root: authorities.trust.pem, in: context)
        if let folder {
            try await state.database.add(
                folders: [CertificateFolderRecord(folder, of: issued, isEncrypted: key != nil, in: context)]
            )
        }
    }

    /// `tls.key` under its passphrase, PEM; `nil` where it is written plain or not at all.
    private func encryptedKey(of issued: StoredCertificate, in context: CommandContext) throws -> String? {
        guard let folder, keyOptions.isEncrypting, let privateKey = issued.privateKey else { return nil }
        return try keyOptions.encrypted(privateKey, path: "\(folder)/tls.key", in: context)
    }

    /// Writes or prints what was issued.
    private func deliver(_ issued: StoredCertificate, key: String?, root: String, in context: CommandContext) throws {
        if let folder {
            if let key { try Files.write(Array(key.utf8), to: "\(folder)/tls.key", mode: 0o600) }
            try CertificateFolder(path: folder).write(issued, root: root, keepsKey: key != nil)
            context.note("wrote \(folder)/tls.crt, tls.key and ca.crt; expires \(Timestamp.text(issued.notAfter))")
        }
        if outputOptions.output != nil {
            try outputOptions.print(record: CertificateView.record(issued, now: context.clock.now), in: context)
        } else if folder == nil {
            context.console.write(issued.fullChainPEM, to: .output)
        }
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
        return LeafRequest(
            name: name,
            hosts: hosts,
            profile: leafOptions.profile ?? entry?.profile ?? .server,
            keyType: keyType ?? entry?.keyType ?? lab.authority.leafKeyType,
            lifetime: try leafOptions.life(in: context) ?? entry?.lifetime ?? lab.authority.leafLifetime
        )
    }
}

extension KeyType: ExpressibleByArgument {}

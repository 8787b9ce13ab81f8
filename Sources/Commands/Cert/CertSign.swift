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

/// `kindling cert sign`
struct CertSign: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a certificate request, whose key stays where it is.",
        discussion: """
            FILE is a PKCS#10 request, PEM or DER; - for standard input. It has to be signed by its own key. Its names are \
            taken where they lie inside the authority's constraints: DNS names, IP addresses, e-mail addresses and URIs, \
            and the common name where there are none. The profile and the key decide over usages; whatever else it asks \
            for is left out and told on standard error. The certificate and its chain are printed, or written with --to.

            EXAMPLES
              kindling cert sign printer.csr --to printer.crt
              kindling cert sign - --name door --profile client --lifetime 30d < door.csr

            EXIT CODES
              0   done
              1   there is no state or no authority yet
              64  the name or lifetime does not fit
              65  the request cannot be read or is refused, or lab.yaml has mistakes
              73  the file cannot be written
            """
    )

    @Argument(help: "A PKCS#10 request, PEM or DER; - for standard input.")
    var file: String

    @Option(help: "Name in the inventory (default: the first name of the request).")
    var name: String?

    @OptionGroup var leafOptions: LeafOptions

    @Option(name: .customLong("to"), help: ArgumentHelp("Write certificate and chain to this file.", valueName: "path"))
    var path: String?

    @OptionGroup var dryRun: DryRunOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let input = InputFile(path: file)
        let signing = try SigningRequest(input.bytes(limit: SigningRequest.mostBytes, in: context), file: input.name)
        let request = try request(signing, named: input.name, in: lab, context)
        if !leafOptions.insist {
            try KeyPolicy.refuseUnwise(signing.algorithm, request.profile, name: request.name)
        }
        let state = try await OpenState.open(paths, in: context)
        try CompromisedKeys(knownTo: await state.database.certificates()).refuse(signing)
        let authorities = try await AuthoritySet.load(for: lab, from: state.database)
        let leaf = try authorities.issuing.check(request, now: context.clock.now)
        for notice in signing.notices(for: request.profile) { context.note("left out: \(notice)") }
        if dryRun.isDryRun {
            return context.say("would sign \(request.name) for \(leaf.names.joined(separator: ", "))")
        }
        let issued = try LeafIssuer(authorities.issuing).issue(leaf, for: signing, random: context.random)
        try await state.database.add(certificate: issued)
        try await state.record("cert.sign", "\(request.name) \(issued.serial)", in: context)
        guard let path else { return context.console.write(issued.fullChainPEM, to: .output) }
        try Files.write(Array(issued.fullChainPEM.utf8), to: path)
        context.note("wrote \(path); expires \(Timestamp.text(issued.notAfter))")
    }

    /// What to issue for a request: its names, with the flags.
    private func request(
        _ signing: SigningRequest,
        named file: String,
        in lab: Lab,
        _ context: CommandContext
    ) throws -> LeafRequest {
        guard let first = signing.names.first else {
            throw CommandError(
                .badInput,
                "\(file) names no host",
                remedy: "make it with one: openssl req -new -key KEY -subj / -addext subjectAltName=DNS:HOST -out FILE"
            )
        }
        let name = name ?? first.description
        guard name != StoredCertificate.issuerName, !name.isEmpty else {
            throw CommandError(
                .badArgument,
                "the name \(name) is kept for the identity provider's own certificate",
                remedy: "choose another one: --name NAME"
            )
        }
        return LeafRequest(
            name: name,
            hosts: signing.names.map(\.description),
            profile: leafOptions.profile ?? .server,
            lifetime: try leafOptions.life(in: context) ?? lab.authority.leafLifetime
        )
    }
}

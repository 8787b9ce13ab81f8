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

/// `kindling crl`
struct CRLCommand: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl",
        abstract: "The lists of what the authorities have revoked.",
        discussion: """
            All lists as PEM, one after the other, or with --issuer that of one authority, as `kindling ca show` names \
            it. A list holds for a week and is made anew when it is a day old or something was revoked: whoever copies \
            it to a web server does so daily. A running `kindling up` publishes them where authority.listen is set.

            EXAMPLES
              kindling crl > lab-crl.pem
              kindling crl --issuer issuing-1 --format der --to issuing-1.crl

            EXIT CODES
              0   done
              1   there is no such authority, no state or no authority yet
              64  der holds one list alone, and no --issuer is given
              73  the file cannot be written
            """
    )

    @Option(help: ArgumentHelp("The authority whose list is wanted.", valueName: "id"))
    var issuer: String?

    @Option(help: "pem or der.")
    var format: Form = .pem

    @OptionGroup var destination: DestinationOptions
    @OptionGroup var labOptions: LabOptions

    /// `--format`.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case pem, der
    }

    func run(in context: CommandContext) async throws {
        guard format == .pem || issuer != nil else {
            throw CommandError(.badArgument, "der holds one list alone", remedy: "name it: --issuer issuing-1")
        }
        let state = try await OpenState.open(labOptions.paths(in: context), in: context)
        var lists = try await RevocationListService(store: state.database).lists(now: context.clock.now)
        if let issuer {
            lists = lists.filter { $0.issuerID == issuer }
            guard !lists.isEmpty else {
                throw CommandError(.notFound, "there is no list of an authority \(issuer)", remedy: "kindling ca show")
            }
        }
        guard !lists.isEmpty else {
            throw PKIError(.authorityMissing, "there is no certificate authority yet", remedy: "kindling ca create")
        }
        switch format {
        case .pem:
            try destination.put(lists.map { Encoding.pem("X509 CRL", $0.der) }.joined(), in: context)
        case .der:
            try destination.put(binary: lists[0].der, in: context)
        }
    }
}

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

/// `kindling ca trust`
struct CATrust: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Make a machine without the lab's files trust the lab, by the fingerprint of its root.",
        discussion: """
            Fetches the roots from the lab's listener (URL/ca/root.pem), or reads them from a file or, with -, from \
            standard input. Only a certificate whose fingerprint was given is taken, so that it does not matter who \
            else could have changed it on its way. Bring the fingerprint over a second channel.

            EXAMPLES
              kindling ca trust http://pki.kidd.network --fingerprint 1f:2e:…
              ssh nas cat lab-ca.pem | sudo kindling ca trust - --fingerprint 1f2e… --store system
              kindling ca trust lab-ca.pem --fingerprint 1f2e… --dry-run

            EXIT CODES
              0   done, or nothing to do
              1   it cannot be fetched, no certificate has the fingerprint, or it is no authority now
              64  the fingerprint is none
              65  what was read holds no certificate
              77  a store may not be changed by this user; nothing was changed
            """
    )

    @Argument(help: "The address of the lab's listener, a file, or - for standard input.")
    var source: String

    @OptionGroup var fingerprintOptions: FingerprintOptions
    @OptionGroup var installOptions: InstallOptions

    func validate() throws {
        guard fingerprintOptions.texts.isEmpty else { return }
        throw ValidationError("missing --fingerprint: without it anyone could be trusted")
    }

    func run(in context: CommandContext) async throws {
        let fingerprints = try fingerprintOptions.parsed()
        let found = try await RootSource(source).certificates(in: context)
        let roots = try RootChoice(fingerprints: fingerprints, now: context.clock.now).choose(from: found, in: context)
        let installation = TrustInstallation(
            stores: try installOptions.stores(in: context),
            isDryRun: installOptions.dryRun.isDryRun,
            context: context,
            command: { kinds in
                let stores = kinds.map { " --store \($0.rawValue)" }.joined()
                return "sudo kindling ca trust \(ShellText.quoted(source))\(fingerprintOptions.words)\(stores)"
            }
        )
        try await installation.install(
            roots.map { LabelledRoot(owner: try RootLabel.trustedPrefix + RootName.words($0), certificate: $0) }
        )
    }
}

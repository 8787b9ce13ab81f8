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

/// `kindling ca uninstall`
struct CAUninstall: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Take the lab's roots out of the stores of this machine again.",
        discussion: """
            Removes what `kindling ca install` put there for this lab: entries of its name whose certificate has the \
            fingerprint in that name. With --fingerprint it removes that root alone, whichever command put it there, \
            and needs no lab.yaml.

            EXAMPLES
              kindling ca uninstall --dry-run
              sudo kindling ca uninstall --store system --store java
              sudo kindling ca uninstall --fingerprint "$(cat lab-ca.sha256)"

            EXIT CODES
              0   done, or nothing to do
              1   there is no store, or a program failed
              64  the fingerprint is none
              65  lab.yaml has mistakes
              77  a store may not be changed by this user; nothing was changed
            """
    )

    @OptionGroup var fingerprintOptions: FingerprintOptions
    @OptionGroup var installOptions: InstallOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let fingerprints = try fingerprintOptions.parsed()
        let owner = fingerprints.isEmpty ? try paths.readLab(in: context).name : nil
        let installation = TrustInstallation(
            stores: try installOptions.stores(in: context),
            isDryRun: installOptions.dryRun.isDryRun,
            context: context,
            command: { paths.privileged("ca uninstall\(fingerprintOptions.words)", $0, in: context) }
        )
        try await installation.uninstall { entry in
            if let owner { return entry.label?.owner == owner }
            return fingerprints.contains(Fingerprint.text(entry.certificate))
        }
    }
}

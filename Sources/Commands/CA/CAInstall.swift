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

/// `kindling ca install`
struct CAInstall: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Make this machine, its browsers and its Java trust the lab.",
        discussion: """
            Puts the lab's roots into the stores that there are: that of the operating system (Debian, Ubuntu, Alpine, \
            Fedora, RHEL, SUSE, Arch), those of Firefox and Chromium of this user, those of Java. Roots of this lab \
            that have been rotated away are taken out. What is there already is left as it is.

            Machines that have no lab.yaml use `kindling ca trust`.

            EXAMPLES
              kindling ca install --dry-run
              kindling ca install --store nss
              sudo --preserve-env=HOME kindling ca install --store system --store java
              kindling ca install --root /srv/images/noble

            EXIT CODES
              0   done, or nothing to do
              1   there is no authority or no store, or a program failed
              65  lab.yaml has mistakes
              77  a store may not be changed by this user; nothing was changed
            """
    )

    @OptionGroup var installOptions: InstallOptions
    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let bundle = try await state.roots(of: lab, in: context).bundle(in: context)
        let installation = TrustInstallation(
            stores: try installOptions.stores(in: context),
            isDryRun: installOptions.dryRun.isDryRun,
            context: context,
            command: { paths.privileged("ca install", $0, in: context) }
        )
        let roots = bundle.certificates.map { LabelledRoot(owner: lab.name, certificate: $0) }
        try await installation.install(roots, replacingThoseOf: lab.name)
    }
}

extension LabPaths {
    /// A command on stores of these kinds, to be copied by a user who has the rights to run it as root.
    ///
    /// The master key of the state is found through the environment, which sudo would clear.
    func privileged(_ words: String, _ kinds: [StoreKind], in context: CommandContext) -> String {
        let variables = context.environment.keys.filter { $0.hasPrefix("KINDLING_") || $0 == "XDG_CONFIG_HOME" }
        let names = (["HOME"] + variables.sorted()).joined(separator: ",")
        let stores = kinds.map { " --store \($0.rawValue)" }.joined()
        return "sudo --preserve-env=\(names) \(command(words + stores))"
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab

/// `kindling idp serve`
struct IDPServe: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the identity provider alone, without rendering anything.",
        discussion: """
            For a service manager, once `kindling up` has made everything. Renews the provider's own certificate when \
            that is due. Ends on SIGTERM or Ctrl-C; reads clients and people of lab.yaml again on \
            SIGHUP, unless standard input is a terminal, whose end it then means.

            EXAMPLES
              kindling idp serve

            EXIT CODES
              0   ended by a signal
              1   failed, for example the port is in use
              77  this user may not listen on the port
            """
    )

    @OptionGroup var labOptions: LabOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let templates = try paths.templateStore()
        let state = try await OpenState.open(paths, in: context)
        try await ProviderService(lab: lab, state: state, templates: templates, context: context).serve()
    }
}

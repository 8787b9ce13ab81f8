//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling render`
struct RenderGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Write what machines and the cluster need: manifests, user-data, trust.",
        subcommands: [RenderOutputs.self, RenderUserData.self],
        defaultSubcommand: RenderOutputs.self
    )
}

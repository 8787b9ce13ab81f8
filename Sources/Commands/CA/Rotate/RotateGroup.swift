//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling ca rotate`
struct RotateGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace the root in three steps that no client notices, or an intermediate in one.",
        subcommands: [RotatePrepare.self, RotateSwitch.self, RotateFinish.self, RotateIntermediate.self]
    )
}

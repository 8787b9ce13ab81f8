//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling templates`
struct TemplatesGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates",
        abstract: "The templates of all outputs, to look at and to change.",
        subcommands: [TemplatesExport.self, TemplatesCheck.self]
    )
}

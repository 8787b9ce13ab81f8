//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling idp`
struct IDPGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idp",
        abstract: "The built-in identity provider.",
        subcommands: [IDPServe.self]
    )
}

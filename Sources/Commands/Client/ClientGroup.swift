//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling client`
struct ClientGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Relying parties and their secrets.",
        subcommands: [ClientList.self, ClientShow.self, ClientSet.self]
    )
}

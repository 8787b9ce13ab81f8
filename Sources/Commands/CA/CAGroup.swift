//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling ca`
struct CAGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "The lab's certificate authority.",
        subcommands: [
            CACreate.self, CAShow.self, CAExport.self, CAInstall.self, CAUninstall.self, CATrust.self,
            RotateGroup.self,
        ]
    )
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling app`
struct AppGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app",
        abstract: "Apps that kindling knows: what each is as a relying party, and how it gets its secret and trust.",
        subcommands: [AppList.self, AppShow.self]
    )
}

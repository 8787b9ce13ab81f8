//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling secret`
struct SecretGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Other secrets that a first boot needs: tokens, app administrators, those of lab.yaml.",
        subcommands: [SecretList.self, SecretShow.self, SecretSet.self]
    )
}

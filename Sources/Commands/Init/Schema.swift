//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab

/// `kindling schema`
struct Schema: KindlingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of lab.yaml (draft 2020-12).",
        discussion: """
            Editors check and complete lab.yaml with it, for example by this first line in the file:

              # yaml-language-server: $schema=./lab.schema.json

            EXAMPLES
              kindling schema > lab.schema.json

            EXIT CODES
              0  done
            """
    )

    func run(in context: CommandContext) async throws {
        context.say(LabSchema.json())
    }
}

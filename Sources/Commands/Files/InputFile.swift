//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// A file that a command reads; `-` is standard input.
struct InputFile {
    let path: String

    /// What it is called in messages.
    var name: String { path == "-" ? "standard input" : path }

    /// All of it; more than `limit` bytes are an error.
    func bytes(limit: Int, in context: CommandContext) throws -> [UInt8] {
        path == "-" ? try context.console.readInput(limit: limit) : try Files.read(path, limit: limit)
    }

    /// All of it as text, which must be UTF-8.
    func text(limit: Int, in context: CommandContext) throws -> String {
        let bytes = try bytes(limit: limit, in: context)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LabPaths.notText(bytes, file: name)
        }
        return text
    }
}

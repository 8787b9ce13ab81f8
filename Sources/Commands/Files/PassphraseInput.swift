//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// The passphrase of a private key: from a file, or typed unseen at a terminal. Never an argument.
struct PassphraseInput {
    /// A file whose first line it is, if one was named.
    let file: String?
    let context: CommandContext

    /// `--passphrase-file` or, where that is not given, `KINDLING_PASSPHRASE_FILE`.
    init(file: String?, in context: CommandContext) {
        self.file = file ?? context.variable("KINDLING_PASSPHRASE_FILE")
        self.context = context
    }

    /// The passphrase.
    ///
    /// - Parameters:
    ///   - key: what it belongs to, in the prompt.
    ///   - isNew: whether it is chosen now, so that it has to be typed twice.
    /// - Returns: the first line, without its end.
    /// - Throws: ``CommandError`` when there is none, `FileError` when the file cannot be read.
    func read(for key: String, isNew: Bool) throws -> Secret<String> {
        if let file { return try firstLine(of: file) }
        guard context.console.isTerminal(.input) else {
            throw CommandError(
                .badArgument,
                "\(key) needs a passphrase, and there is no terminal to type it at",
                remedy: "put it into a file that only you can read, and name that: --passphrase-file FILE"
            )
        }
        let typed = try context.console.readHidden(prompt: "Passphrase for \(key): ")
        if isNew, let typed, try context.console.readHidden(prompt: "Passphrase, again: ") != typed {
            throw CommandError(.badInput, "the two do not agree", remedy: "try again")
        }
        guard let typed, !typed.expose().isEmpty else { throw Self.empty("what was typed") }
        return typed
    }

    private func firstLine(of file: String) throws -> Secret<String> {
        let bytes = try Files.read(file, limit: 64 << 10)
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else { throw Self.empty(file) }
        guard let text = String(validating: line, as: UTF8.self), !text.utf8.contains(0) else {
            throw CommandError(.badInput, "the first line of \(file) is no text")
        }
        return Secret(text)
    }

    private static func empty(_ source: String) -> CommandError {
        CommandError(.badInput, "the passphrase is empty: \(source)", remedy: "write it into the first line")
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Secrets
import Support

/// A secret that comes from the user: typed unseen at a terminal, or read from standard input. Never an argument.
struct SecretInput {
    let context: CommandContext

    /// Reads a secret and tells on standard error what is odd about it.
    ///
    /// - Parameters:
    ///   - prompt: what is asked for at a terminal.
    ///   - isTwice: whether it has to be typed twice there.
    ///   - isGraded: whether to warn of a weak one; a password has rules of its own.
    /// - Returns: the secret without the line end at its end.
    /// - Throws: `SecretsError` when it is empty or no text, ``CommandError`` when the two differ.
    func read(prompt: String, isTwice: Bool = false, isGraded: Bool = true) throws -> Secret<String> {
        let imported = try ImportedSecret(bytes(prompt: prompt, isTwice: isTwice))
        for notice in imported.notices {
            switch notice {
            case .lineEndRemoved: context.note("kindling: \(notice)")
            case .weak, .fragile: if isGraded { context.warn(notice.description) }
            }
        }
        return imported.value
    }

    private func bytes(prompt: String, isTwice: Bool) throws -> Secret<[UInt8]> {
        guard context.console.isTerminal(.input) else { return Secret(try context.console.readInput(limit: 1 << 20)) }
        let first = try context.console.readHidden(prompt: "\(prompt): ")
        if isTwice, let first {
            let second = try context.console.readHidden(prompt: "\(prompt), again: ")
            guard second == first else { throw CommandError(.badInput, "the two do not agree", remedy: "try again") }
        }
        return Secret(Array((first?.expose() ?? "").utf8))
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// A command cannot do what was asked.
struct CommandError: KindlingError {
    let code: ErrorCode
    let message: String
    let remedy: String?

    init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension ErrorCode {
    /// Nothing of that name.
    static let notFound = ErrorCode("command.not-found")
    /// The file stands already and is not overwritten.
    static let exists = ErrorCode("command.exists", exit: .cannotWrite)
    /// A secret was about to be shown where it would stay.
    static let revealRefused = ErrorCode("command.reveal-refused", exit: .notPermitted)
    /// An argument does not fit.
    static let badArgument = ErrorCode("command.bad-argument", exit: .usage)
    /// Standard input gave nothing usable.
    static let badInput = ErrorCode("command.bad-input", exit: .badInput)
    /// git would take a plaintext secret.
    static let plaintextInGit = ErrorCode("command.plaintext-in-git", exit: .notPermitted)
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// An error that a person can act on: what is so, where, and what to do now.
///
/// Every target has one error type of this shape. `Commands` alone prints it and chooses the exit code.
package protocol KindlingError: Error, Sendable, CustomStringConvertible {
    /// Stable and documented, for example `pki.ca.missing`; `docs/errors.md` has one anchor per code.
    var code: ErrorCode { get }
    /// What is so: lower case, no full stop, names the object. Never holds a secret.
    var message: String { get }
    /// What to do now, as a rule a command that can be copied.
    var remedy: String? { get }
    /// The place in a file of the user that is to blame.
    var location: SourceLocation? { get }
}

extension KindlingError {
    package var remedy: String? { nil }
    package var location: SourceLocation? { nil }

    package var description: String {
        if let location { "\(location): \(message)" } else { message }
    }
}

/// The stable name of a kind of error, and with it the exit code of a command that fails by it.
package struct ErrorCode: Sendable, Hashable, CustomStringConvertible {
    /// Dotted name, `area.object.what`.
    package let name: String
    /// Exit code, after `sysexits.h` where it has one.
    package let exit: ExitStatus

    /// Declares a code.
    package init(_ name: String, exit: ExitStatus = .failed) {
        self.name = name
        self.exit = exit
    }

    package var description: String { name }
}

/// What a command tells its caller.
package enum ExitStatus: Int32, Sendable {
    /// The work is done.
    case done = 0
    /// The work failed.
    case failed = 1
    /// A check found something.
    case finding = 2
    /// The command line is wrong (`EX_USAGE`).
    case usage = 64
    /// An input file is wrong (`EX_DATAERR`).
    case badInput = 65
    /// An output cannot be written (`EX_CANTCREAT`).
    case cannotWrite = 73
    /// Not permitted (`EX_NOPERM`).
    case notPermitted = 77
}

/// A place in a file: line and column count from 1, columns in Unicode scalars.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it.
    package var file: String
    /// Line, from 1.
    package var line: Int
    /// Column, from 1, in Unicode scalars.
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}

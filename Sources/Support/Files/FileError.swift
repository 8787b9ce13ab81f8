//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc

/// A file could not be read or written.
package struct FileError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?

    /// An error in the words of the operating system: `doing` is the deed, for example `cannot read`.
    package init(_ code: ErrorCode, _ doing: String, _ path: String, errno number: Int32, remedy: String? = nil) {
        self.code = code
        message = "\(doing) \(path): \(Self.words(number))"
        self.remedy = remedy ?? Self.remedy(number, path)
    }

    /// An error in own words.
    package init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// The system's text for an error number.
    package static func words(_ number: Int32) -> String {
        String(cString: strerror(number)).lowercased()
    }

    private static func remedy(_ number: Int32, _ path: String) -> String? {
        switch number {
        case EACCES, EPERM: "check the owner and mode: ls -ld \(path)"
        case ENOSPC, EDQUOT: "free some space: df -h \(path)"
        case EROFS: "the file system is read-only; choose another folder"
        default: nil
        }
    }
}

extension ErrorCode {
    /// A file that is needed cannot be read.
    package static let fileUnreadable = ErrorCode("file.unreadable", exit: .badInput)
    /// A file that should be written cannot be.
    package static let fileUnwritable = ErrorCode("file.unwritable", exit: .cannotWrite)
    /// A file is larger than what is accepted.
    package static let fileTooLarge = ErrorCode("file.too-large", exit: .badInput)
    /// The folder lets others write, so that what stands in it cannot be trusted.
    package static let fileUnsafeFolder = ErrorCode("file.unsafe-folder", exit: .notPermitted)
}

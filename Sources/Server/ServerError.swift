//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// A listener cannot start or go on.
package struct ServerError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?

    init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension ErrorCode {
    /// The certificate to be served came without its key.
    static let certificateWithoutKey = ErrorCode("server.certificate-without-key")
    /// Somebody else listens there.
    static let portInUse = ErrorCode("server.port-in-use")
    /// The operating system does not let us listen there.
    static let portForbidden = ErrorCode("server.port-forbidden", exit: .notPermitted)
    /// The address is not one of this machine, or another reason of the operating system's.
    static let cannotListen = ErrorCode("server.cannot-listen")
}

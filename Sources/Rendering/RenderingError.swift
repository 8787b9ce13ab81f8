//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support
import Templating

/// An output cannot be rendered.
package struct RenderingError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?
    package let location: SourceLocation?

    package init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        location = nil
    }

    /// A template's error; it keeps its own code.
    init(_ error: TemplateError) {
        code = error.code
        message = error.message
        remedy = error.remedy
        location = error.location
    }

    /// Something that lab.yaml may ask for and that is not built yet.
    static func notBuilt(_ what: String, use instead: String) -> RenderingError {
        RenderingError(.renderingNotBuilt, "\(what) is not built yet", remedy: "use \(instead) for now")
    }
}

extension ErrorCode {
    /// lab.yaml asks for an output that is not built yet.
    package static let renderingNotBuilt = ErrorCode("rendering.not-built")
    /// A secret or certificate that an output carries is not in the state.
    package static let renderingInputMissing = ErrorCode("rendering.input.missing")
    /// lab.yaml names no such node, or has no cluster where one is needed.
    package static let renderingUnknown = ErrorCode("rendering.unknown", exit: .usage)
    /// lab.yaml asks for something that cannot be written into an output, or for two things that contradict each other.
    package static let renderingConflict = ErrorCode("rendering.conflict", exit: .badInput)
}

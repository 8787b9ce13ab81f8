//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// A template cannot be read or filled. Messages name variables, never their values.
package struct TemplateError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?
    package let location: SourceLocation?

    package init(_ code: ErrorCode, _ message: String, at location: SourceLocation? = nil, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.location = location
    }

    /// The same error under this target's type, for one that the YAML parser or the file system gave.
    init(_ error: any KindlingError, code: ErrorCode) {
        self.init(code, error.message, at: error.location, remedy: error.remedy)
    }
}

extension ErrorCode {
    /// No template has that path.
    package static let templateMissing = ErrorCode("template.missing")
    /// A template is not valid YAML, or uses a tag or braces in a way that has no meaning.
    package static let templateInvalid = ErrorCode("template.invalid", exit: .badInput)
    /// A template uses a variable that is not given.
    package static let templateVariableUnknown = ErrorCode("template.variable.unknown", exit: .badInput)
    /// A variable holds another kind of value than the place needs.
    package static let templateVariableKind = ErrorCode("template.variable.kind", exit: .badInput)
    /// A value cannot be written safely into that kind of file.
    package static let templateValueRefused = ErrorCode("template.value.refused", exit: .badInput)
    /// Templates include each other without end, or a template or its output is too large.
    package static let templateLimit = ErrorCode("template.limit", exit: .badInput)
    /// A file stands where a template should be exported.
    package static let templateExportExists = ErrorCode("template.export.exists", exit: .cannotWrite)
    /// The folder of overrides cannot be read.
    package static let templateOverrideUnreadable = ErrorCode("template.override.unreadable", exit: .badInput)
}

/// Bounds on what a template may be and do, so that a mistake ends in an error and not in a full memory.
package enum TemplateLimits {
    /// Bytes of one template.
    package static let templateBytes = 1 << 20
    /// Bytes of one filled template.
    package static let outputBytes = 32 << 20
    /// Nodes made for one filled template.
    package static let nodes = 200_000
    /// Templates that include each other in a chain.
    package static let includeDepth = 16
    /// Nodes inside each other, over all includes.
    package static let depth = 200
    /// Files in a folder of overrides.
    package static let overrides = 1_000
}

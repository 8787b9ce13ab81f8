//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// Why a text is refused as YAML, and where.
package struct YAMLError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?
    package let location: SourceLocation?

    init(_ code: ErrorCode, _ message: String, remedy: String? = nil, at location: SourceLocation) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.location = location
    }

    /// A key or value as a message shows it: in quotes, no longer than a line.
    static func quoted(_ text: String) -> String {
        let isLong = text.unicodeScalars.dropFirst(60).first != nil
        return YAMLEmitter.doubleQuoted(isLong ? String(text.unicodeScalars.prefix(60)) + "…" : text)
    }
}

extension ErrorCode {
    /// The text is not YAML.
    package static let yamlSyntax = ErrorCode("yaml.syntax", exit: .badInput)
    /// The text is not UTF-8, or holds a character that YAML does not allow.
    package static let yamlEncoding = ErrorCode("yaml.encoding", exit: .badInput)
    /// A tab stands where indentation belongs.
    package static let yamlTab = ErrorCode("yaml.tab", exit: .badInput)
    /// A key stands twice in one mapping.
    package static let yamlDuplicateKey = ErrorCode("yaml.duplicate-key", exit: .badInput)
    /// A key is a list or a mapping.
    package static let yamlComplexKey = ErrorCode("yaml.complex-key", exit: .badInput)
    /// An alias names no node, or the node that it stands in.
    package static let yamlAlias = ErrorCode("yaml.alias", exit: .badInput)
    /// Aliases multiply a small text into a large tree.
    package static let yamlAliasBomb = ErrorCode("yaml.alias-bomb", exit: .badInput)
    /// Lists and mappings stand too deep in each other.
    package static let yamlTooDeep = ErrorCode("yaml.too-deep", exit: .badInput)
    /// The text or its tree is too large.
    package static let yamlTooLarge = ErrorCode("yaml.too-large", exit: .badInput)
    /// A tag such as `!!int` stands at a text of another type.
    package static let yamlWrongType = ErrorCode("yaml.wrong-type", exit: .badInput)
    /// There is more than one document where one is expected.
    package static let yamlSeveralDocuments = ErrorCode("yaml.several-documents", exit: .badInput)
}

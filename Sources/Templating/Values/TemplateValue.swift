//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// What a variable of a template stands for.
package enum TemplateValue: Sendable {
    case string(String)
    /// A string that makes the file it is written into secret-bearing.
    case secret(Secret<String>)
    case int(Int)
    case bool(Bool)
    case list([TemplateValue])
    case map([String: TemplateValue])

    /// Whether `!if` takes the other way: false, an empty text, an empty list or map.
    package var isNothing: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .secret(let secret): secret.expose().isEmpty
        case .int: false
        case .bool(let isTrue): !isTrue
        case .list(let items): items.isEmpty
        case .map(let entries): entries.isEmpty
        }
    }

    /// The kind, for messages.
    var kind: String {
        switch self {
        case .string, .secret: "text"
        case .int: "a number"
        case .bool: "a truth value"
        case .list: "a list"
        case .map: "a map"
        }
    }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self = .string(value) }
}

extension TemplateValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self = .int(value) }
}

extension TemplateValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension TemplateValue: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
}

extension TemplateValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self = .map(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// The variables that a place in a template sees.
struct Scope {
    private let values: [String: TemplateValue]
    /// Names that were added, the innermost last.
    private var inner: [(name: String, value: TemplateValue)] = []

    init(_ values: [String: TemplateValue]) {
        self.values = values
    }

    /// The scope with one more name, which hides an outer one.
    func adding(_ name: String, _ value: TemplateValue) -> Scope {
        var scope = self
        scope.inner.append((name, value))
        return scope
    }

    /// The value under a dotted name such as `node.name`. The second part of the answer is what was probably meant.
    func value(_ name: Braces.VariableName) -> (value: TemplateValue?, suggestion: String?) {
        let parts = name.parts
        guard let first = parts.first else { return (nil, nil) }
        guard var value = inner.last(where: { $0.name == first })?.value ?? values[first] else {
            return (nil, near(parts, 0, among: values.keys + inner.map(\.name)))
        }
        for (index, part) in parts.enumerated().dropFirst() {
            guard case .map(let entries) = value else {
                return (nil, parts[..<index].joined(separator: "."))
            }
            guard let next = entries[part] else { return (nil, near(parts, index, among: Array(entries.keys))) }
            value = next
        }
        return (value, nil)
    }

    /// The name with another part in the place of the one that is unknown.
    private func near(_ parts: [String], _ index: Int, among names: [String]) -> String? {
        Suggestion.nearest(to: parts[index], among: names.sorted()).map { name in
            (parts[..<index] + [name] + parts[(index + 1)...]).joined(separator: ".")
        }
    }
}

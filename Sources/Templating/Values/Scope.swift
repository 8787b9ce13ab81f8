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
    private var values: [String: TemplateValue]

    init(_ values: [String: TemplateValue]) {
        self.values = values
    }

    /// The scope with one more name, which hides an outer one.
    func adding(_ name: String, _ value: TemplateValue) -> Scope {
        var inner = self
        inner.values[name] = value
        return inner
    }

    /// The value under a dotted name such as `node.name`. The second part of the answer is what was probably meant.
    func value(_ name: String) -> (value: TemplateValue?, suggestion: String?) {
        var entries = values
        var path: [String] = []
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for (index, part) in parts.enumerated() {
            guard let value = entries[part] else {
                let near = Suggestion.nearest(to: part, among: entries.keys.sorted())
                return (nil, near.map { (path + [$0] + parts[(index + 1)...]).joined(separator: ".") })
            }
            if index == parts.count - 1 { return (value, nil) }
            guard case .map(let inner) = value else { return (nil, (path + [part]).joined(separator: ".")) }
            entries = inner
            path.append(part)
        }
        return (nil, nil)
    }
}

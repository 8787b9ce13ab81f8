//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Mustache

/// Text in a page. The template engine's own escaping goes by what a person takes for one character, and lets a quotation
/// mark through that carries a combining accent; a browser goes by code points and ends the attribute there.
struct HTMLText: MustacheContentType {
    /// What a template begins with, so that its values are escaped by this type.
    static let pragma = "{{% CONTENT_TYPE: PAGE}}"

    /// Makes the type known to the engine, which keeps such types in one place for the process.
    static func register() {
        MustacheContentTypes.register(HTMLText(), named: "PAGE")
    }

    func escapeText(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

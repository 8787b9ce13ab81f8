//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Fills a text template: each value is quoted for the kind of file, or refused.
struct TextFiller {
    let source: TemplateSource
    let scope: Scope
    /// The pieces of the source.
    let segments: [Braces.Segment]

    /// Why a value or a place is refused, in words that never hold the value.
    struct Refusal: Error {
        var reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// The filled text.
    func filled() throws(TemplateError) -> FilledTemplate {
        let kind = TextKind(path: source.path)
        var text = ""
        var holdsSecret = false
        var shell = ShellScanner()
        let last = segments.lastIndex { if case .variable = $0 { true } else { false } } ?? 0
        for (index, segment) in segments.enumerated() {
            switch segment {
            case .text(let piece):
                text += piece
                // What no value follows needs no looking at.
                if kind == .shell, index < last { shell.read(piece) }
            case .variable(let name, let place):
                let (value, isSecret) = try self.text(of: name, place)
                do throws(Refusal) {
                    switch kind {
                    case .shell:
                        text += try shell.quoted(value)
                        shell.readWord()
                    case .ipxe: text += try IPXEText.checked(value)
                    case .unit: text += try UnitText.escaped(value, after: Self.lastLine(of: text))
                    case .plain: text += try PlainText.checked(value)
                    }
                } catch {
                    throw TemplateError(
                        .templateValueRefused,
                        "`\(name.text)`: \(error.reason)",
                        at: source.location(braces: place)
                    )
                }
                holdsSecret = holdsSecret || isSecret
            }
        }
        return FilledTemplate(text: text, holdsSecret: holdsSecret)
    }

    private func text(of name: Braces.VariableName, _ place: Int) throws(TemplateError) -> (String, isSecret: Bool) {
        switch try YAMLFiller.value(name, scope, source.location(braces: place)) {
        case .string(let text): return (text, false)
        case .secret(let secret): return (secret.expose(), true)
        case .int(let number): return (String(number), false)
        case .bool(let isTrue): return (isTrue ? "true" : "false", false)
        case .list, .map:
            throw TemplateError(
                .templateVariableKind,
                "`\(name.text)` is no single value",
                at: source.location(braces: place)
            )
        }
    }

    private static func lastLine(of text: String) -> Substring {
        guard let end = text.utf8.lastIndex(of: 0x0a) else { return text[...] }
        return text[text.utf8.index(after: end)...]
    }
}

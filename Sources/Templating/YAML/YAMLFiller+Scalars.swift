//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

extension YAMLFiller {
    /// A scalar without braces as it is; one with braces as a string, in the template's style where that is safe.
    mutating func scalar(_ node: Node, _ scalar: Node.Scalar, _ place: Place) throws(TemplateError) -> Node {
        guard Braces.stand(in: scalar.text) else { return Node(node.content, tag: node.tag) }
        guard node.tag == nil || node.tag == "!" || node.tag == Node.Tag.string else {
            throw TemplateError(
                .templateInvalid,
                "braces make a string; use !int or !bool for another type",
                at: place.location(node)
            )
        }
        let text = try self.text(node, scalar, place)
        return .string(text, style: Self.style(of: text, in: scalar))
    }

    /// The text of a scalar with its variables filled in.
    mutating func text(_ node: Node, _ scalar: Node.Scalar, _ place: Place) throws(TemplateError) -> String {
        let segments: [Braces.Segment]
        do {
            segments = try place.template.segments(of: node, scalar.text)
        } catch {
            throw TemplateError(
                .templateInvalid,
                error.message,
                at: place.source.location(node, braces: error.index),
                remedy: "tag the scalar !raw if its braces belong to Helm or Go"
            )
        }
        var text = ""
        for segment in segments {
            switch segment {
            case .text(let piece): text += piece
            case .variable(let name, let index):
                text += try self.text(of: name, place.scope, place.source.location(node, braces: index))
            }
        }
        try count(text, place.location(node))
        return text
    }

    /// The value of a variable as text.
    mutating func text(
        of name: Braces.VariableName,
        _ scope: Scope,
        _ location: @autoclosure () -> SourceLocation
    ) throws(TemplateError) -> String {
        switch try Self.value(name, scope, location()) {
        case .string(let text): return text
        case .secret(let secret):
            holdsSecret = true
            return secret.expose()
        case .int(let number): return String(number)
        case .bool(let isTrue): return isTrue ? "true" : "false"
        case .list, .map:
            throw TemplateError(
                .templateVariableKind,
                "`\(name.text)` is no single value; use !each to write its items",
                at: location()
            )
        }
    }

    /// The value of a variable; an unknown one is an error with what was probably meant.
    static func value(
        _ name: Braces.VariableName,
        _ scope: Scope,
        _ location: @autoclosure () -> SourceLocation
    ) throws(TemplateError) -> TemplateValue {
        let (value, suggestion) = scope.value(name)
        guard let value else {
            throw TemplateError(
                .templateVariableUnknown,
                "unknown variable `\(name.text)`" + (suggestion.map { "; did you mean `\($0)`?" } ?? ""),
                at: location()
            )
        }
        return value
    }

    /// The template's style, if it is a choice: a scalar that begins with braces had to be quoted, so the emitter
    /// chooses there. Text of several lines becomes a literal block.
    private static func style(of text: String, in scalar: Node.Scalar) -> ScalarStyle {
        if text.utf8.contains(0x0a) { return .literal }
        if scalar.text.utf8.starts(with: "{{".utf8) { return .any }
        switch scalar.style {
        case .singleQuoted, .doubleQuoted, .literal: return scalar.style
        case .any, .plain, .folded: return .any
        }
    }
}

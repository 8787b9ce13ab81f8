//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Writes scalars: chooses between plain words, quotes and literal blocks.
enum ScalarText {
    /// A scalar or a flow collection as it stands behind a key or `-` of a block, with its tag, without the last line
    /// break. `indentation` is that of a literal block's lines.
    ///
    /// With `isNullImplied` a null that was written as nothing is written as nothing.
    static func block(_ node: Node, indentation: Int, isNullImplied: Bool) -> String {
        guard case .scalar(let scalar) = node.content else { return FlowText.node(node) }
        if isNullImplied, node.tag == nil, scalar.style == .plain, scalar.text.isEmpty { return "" }
        if wantsLiteral(node, scalar), let literal = literal(scalar.text, indentation: indentation) {
            let tag = TagText.written(node.tag)
            return tag.isEmpty ? literal : tag + " " + literal
        }
        return line(node, inFlow: false)
    }

    /// A scalar in one line, with its tag.
    static func line(_ node: Node, inFlow: Bool) -> String {
        guard case .scalar(let scalar) = node.content else { return "" }
        switch node.tag {
        case nil where scalar.style == .plain:
            if scalar.text.isEmpty { return "null" }
            return PlainText.isWritable(scalar.text, inFlow: inFlow) ? scalar.text : string(scalar, inFlow: inFlow)
        case nil, Node.Tag.string:
            return string(scalar, inFlow: inFlow)
        case Node.Tag.int, Node.Tag.bool, Node.Tag.null, Node.Tag.float:
            return typed(scalar.text, node.tag ?? "", node.resolved)
        default:
            let tag = TagText.written(node.tag)
            let isPlain = scalar.style == .plain && PlainText.isWritable(scalar.text, inFlow: inFlow)
            let words = isPlain ? scalar.text : string(scalar, inFlow: inFlow)
            return tag.isEmpty ? words : tag + " " + words
        }
    }

    /// A string in one line: in the quotes that its style asks for, plain where that is safe, quoted otherwise.
    private static func string(_ scalar: Node.Scalar, inFlow: Bool) -> String {
        let text = scalar.text
        switch scalar.style {
        case .doubleQuoted:
            return YAMLEmitter.doubleQuoted(text)
        case .singleQuoted:
            return singleQuoted(text) ?? YAMLEmitter.doubleQuoted(text)
        case .any, .plain, .literal, .folded:
            if PlainText.isWritable(text, inFlow: inFlow), !PlainText.isAmbiguous(text) { return text }
            let needsEscapes = text.utf8.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
            return (needsEscapes ? singleQuoted(text) : nil) ?? YAMLEmitter.doubleQuoted(text)
        }
    }

    private static func singleQuoted(_ text: String) -> String? {
        guard PlainText.isPrintable(text, allowingBreaks: false) else { return nil }
        return "'" + text.replacing("'", with: "''") + "'"
    }

    /// A value of a standard type, plain in a notation on which YAML 1.1 and 1.2 agree, or else with its tag.
    private static func typed(_ text: String, _ tag: String, _ value: ResolvedScalar?) -> String {
        switch value {
        case .null?: return text.isEmpty || text == "~" ? "null" : text
        case .bool?: return text
        case .int(let number)?: return String(number)
        case .float? where isCommonFloat(text): return text
        default: return TagText.explicit(tag) + " " + YAMLEmitter.doubleQuoted(text)
        }
    }

    /// `1.5`, `-1.0e+3`, `.inf`, `.nan`: YAML 1.1 wants the point, and the sign of the exponent.
    private static func isCommonFloat(_ text: String) -> Bool {
        if text.hasSuffix("inf") || text.hasSuffix("nan") { return true }
        guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
        let fraction = text.utf8[point...].dropFirst()
        guard let first = text.utf8.first, first != UInt8(ascii: "."), fraction.first != nil else { return false }
        guard let exponent = fraction.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return true }
        let sign = fraction[exponent...].dropFirst().first
        return sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    }

    // MARK: Literal blocks

    private static func wantsLiteral(_ node: Node, _ scalar: Node.Scalar) -> Bool {
        switch scalar.style {
        case .literal: true
        case .singleQuoted, .doubleQuoted: false
        case .any, .plain, .folded: scalar.text.utf8.contains(UInt8(ascii: "\n"))
        }
    }

    /// The text as a literal block (YAML 1.2, 8.1.2) without its last line break; `nil` where a block cannot hold it
    /// safely: nothing but blanks, a last line of blanks, characters that need escapes.
    private static func literal(_ text: String, indentation: Int) -> String? {
        guard PlainText.isPrintable(text, allowingBreaks: true) else { return nil }
        let bytes = Array(text.utf8)
        guard let first = bytes.first(where: { $0 != lineFeed }), let last = bytes.last(where: { $0 != lineFeed }),
            !isBlank(last) || !lastLine(of: bytes).allSatisfy(isBlank)
        else { return nil }
        let endsLine = bytes.last == lineFeed
        var block = Array("|".utf8)
        block.reserveCapacity(bytes.count + bytes.count / 16 * indentation)
        // Without the number, the blanks of the first line would count as indentation.
        if isBlank(first) { block.append(UInt8(ascii: "2")) }
        if !endsLine { block.append(UInt8(ascii: "-")) }
        if endsLine, bytes.dropLast().last == lineFeed { block.append(UInt8(ascii: "+")) }
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: indentation)
        let end = endsLine ? bytes.count - 1 : bytes.count
        var start = 0
        while start <= end {
            let stop = bytes[start..<end].firstIndex(of: lineFeed) ?? end
            block.append(lineFeed)
            if stop > start {
                block += padding
                block += bytes[start..<stop]
            }
            start = stop + 1
        }
        return String(decoding: block, as: UTF8.self)
    }

    /// The last line that is not empty.
    private static func lastLine(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        let end = bytes.lastIndex { $0 != lineFeed }.map { $0 + 1 } ?? 0
        let start = bytes[..<end].lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
        return bytes[start..<end]
    }

    private static let lineFeed = UInt8(ascii: "\n")

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

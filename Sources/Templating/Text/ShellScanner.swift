//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Follows a shell script as far as is needed to know that a single-quoted word may stand at a place
/// (POSIX.1-2024, XCU 2.2 and 2.3).
///
/// It errs on the side of refusal: inside quotes, comments, here-documents, `${…}`, backquotes and arithmetic a
/// quoted word would not be one word, so no value is written there. Where quotes and substitutions lie inside each
/// other it gives up, and refuses every later place: values belong into assignments at the top of a script.
struct ShellScanner {
    private enum State: Equatable {
        case bare
        case single
        case double
        case comment
        case backquote
        /// Inside `${…}`.
        case parameter
        /// Inside `"${…}"`.
        case quotedParameter
        /// Inside `$((…))` or `((…))`, with the number of parentheses that are open.
        case arithmetic(Int)
        /// Inside here-documents; the first delimiter ends the first of them.
        case here([Delimiter])
        /// Something this scanner does not follow.
        case lost
    }

    /// What ends a here-document.
    private struct Delimiter: Equatable {
        var word = ""
        /// Whether tabs before it do not count (`<<-`).
        var stripsTabs = false
        /// The quote that is open in it.
        var quote: Unicode.Scalar?

        func ends(_ line: String) -> Bool {
            stripsTabs ? line.utf8.drop { $0 == 0x09 }.elementsEqual(word.utf8) : line.utf8.elementsEqual(word.utf8)
        }
    }

    private var state = State.bare
    /// The delimiters of the here-documents that begin after this line.
    private var pending: [Delimiter] = []
    /// The delimiter that is being read after `<<`.
    private var delimiter: Delimiter?
    private var line = ""
    private var last: Unicode.Scalar = "\n"
    private var isEscaped = false

    /// Reads a piece of the template.
    mutating func read(_ text: String) {
        for scalar in text.unicodeScalars { read(scalar) }
    }

    /// Takes note that a quoted word was written.
    mutating func readWord() {
        last = "'"
        line += "'"
    }

    /// The value as one word in single quotes, if the place is one where that is a word.
    func quoted(_ value: String) throws(TextFiller.Refusal) -> String {
        guard state != .lost else {
            throw .init("quotes and substitutions lie inside each other before this place; assign the value above them")
        }
        guard state == .bare, delimiter == nil, last != "<" else {
            throw .init("a value is quoted already: it must stand outside quotes, comments, here-documents and `${…}`")
        }
        guard !isEscaped, last != "$" else { throw .init("a value cannot follow `\\` or `$`") }
        guard !value.utf8.contains(0) else { throw .init("a shell word cannot hold a null byte") }
        return "'" + value.replacing("'", by: "'\\''") + "'"
    }

    private mutating func read(_ scalar: Unicode.Scalar) {
        if scalar == "\n" {
            endLine()
            return
        }
        line.unicodeScalars.append(scalar)
        switch state {
        case .here, .comment, .lost: return
        case .single:
            if scalar == "'" { state = .bare }
        case .double, .backquote, .parameter, .quotedParameter:
            inside(scalar)
        case .arithmetic(let open):
            switch scalar {
            case "(": state = .arithmetic(open + 1)
            case ")": state = open == 1 ? .bare : .arithmetic(open - 1)
            case "'", "\"", "`", "\\": state = .lost
            default: break
            }
        case .bare:
            bare(scalar)
        }
        last = scalar
    }

    private mutating func inside(_ scalar: Unicode.Scalar) {
        if isEscaped {
            isEscaped = false
            return
        }
        switch (state, scalar) {
        case (.double, "\""), (.backquote, "`"), (.parameter, "}"): state = .bare
        case (_, "\\"): isEscaped = true
        case (_, "`"), (.backquote, "'"), (.backquote, "\""), (.parameter, "'"), (.parameter, "\""): state = .lost
        case (_, "(") where last == "$": state = .lost
        case (.double, "{") where last == "$": state = .quotedParameter
        case (.parameter, "{"), (.quotedParameter, "{"), (.quotedParameter, "\""), (.quotedParameter, "'"):
            state = .lost
        case (.quotedParameter, "}"): state = .double
        default: break
        }
    }

    private mutating func bare(_ scalar: Unicode.Scalar) {
        if isEscaped {
            isEscaped = false
            delimiter?.word.unicodeScalars.append(scalar)
            return
        }
        if delimiter != nil, readDelimiter(scalar) { return }
        switch scalar {
        case "\\": isEscaped = true
        case "'": state = last == "$" ? .lost : .single
        case "\"": state = .double
        case "`": state = .backquote
        case "#" where " \t\n;&|()".unicodeScalars.contains(last): state = .comment
        case "{" where last == "$": state = .parameter
        case "(" where last == "(": state = .arithmetic(2)
        case "<" where last == "<": delimiter = Delimiter()
        default: break
        }
    }

    /// Reads on in the delimiter of a here-document; whether the character belonged to it.
    private mutating func readDelimiter(_ scalar: Unicode.Scalar) -> Bool {
        if let quote = delimiter?.quote {
            if scalar == quote { delimiter?.quote = nil } else { delimiter?.word.unicodeScalars.append(scalar) }
            return true
        }
        switch scalar {
        case "<" where delimiter?.word == "" && last == "<":
            // `<<<` takes a word, not a document.
            delimiter = nil
            return true
        case " ", "\t":
            if delimiter?.word == "" { return true }
        case "-" where delimiter == Delimiter() && last == "<":
            delimiter?.stripsTabs = true
            return true
        case "'", "\"":
            delimiter?.quote = scalar
            return true
        case ";", "&", "|", "(", ")", ">", "<":
            break
        default:
            delimiter?.word.unicodeScalars.append(scalar)
            return true
        }
        endDelimiter()
        return false
    }

    private mutating func endDelimiter() {
        if let delimiter, !delimiter.word.isEmpty { pending.append(delimiter) }
        delimiter = nil
    }

    private mutating func endLine() {
        let text = line
        line = ""
        last = "\n"
        switch state {
        case .comment: state = .bare
        case .here(let delimiters):
            guard delimiters[0].ends(text) else { return }
            state = delimiters.count == 1 ? .bare : .here(Array(delimiters.dropFirst()))
            return
        default: break
        }
        guard state == .bare else { return }
        let isOpen = delimiter?.quote != nil
        endDelimiter()
        if isOpen || isEscaped && !pending.isEmpty { state = .lost }
        isEscaped = false
        if state == .bare, !pending.isEmpty {
            state = .here(pending)
            pending = []
        }
    }
}

extension String {
    /// The text with each `byte`, an ASCII character, replaced; combining characters after it do not hide it.
    func replacing(_ byte: Unicode.Scalar, by replacement: String) -> String {
        var text = ""
        for scalar in unicodeScalars {
            if scalar == byte { text += replacement } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// Whether one of the ASCII characters stands in the text, combining characters after it or not.
    func holds(anyOf characters: String) -> Bool {
        let bytes = Set(characters.utf8)
        return utf8.contains { bytes.contains($0) }
    }
}

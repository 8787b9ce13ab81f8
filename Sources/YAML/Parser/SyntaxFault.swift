//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Says libyaml's faults in plain words.
enum SyntaxFault {
    static func error(_ fault: EventReader.Fault, _ source: inout SourceMap) -> YAMLError {
        let context = source.mark(fault.contextCharacter)
        let problem = source.mark(fault.problemCharacter)
        let byte: UInt8? = problem.offset < source.bytes.count ? source.bytes[problem.offset] : nil
        if byte == UInt8(ascii: "\t"), isAboutTabs(fault.problem) {
            return YAMLError(
                .yamlTab,
                "a tab stands where the indentation belongs; YAML indents with spaces",
                remedy: "replace tabs at the beginning of lines: expand -i -t 2 \(source.file)",
                at: problem.location(in: source.file)
            )
        }
        let words = words(fault, byte, since: context.line)
        return YAMLError(
            .yamlSyntax,
            words.message,
            remedy: words.remedy,
            at: (words.isAtContext ? context : problem).location(in: source.file)
        )
    }

    private static func isAboutTabs(_ problem: String) -> Bool {
        problem.contains("cannot start any token") || problem.contains("tab character")
    }

    private struct Words {
        var message: String
        var remedy: String?
        /// The fault is where the construct begins, not where it was noticed.
        var isAtContext = false
    }

    private static func words(_ fault: EventReader.Fault, _ byte: UInt8?, since line: Int) -> Words {
        let quotes = "put the text in quotes"
        switch (fault.context, fault.problem) {
        case (_, "found character that cannot start any token"):
            let character = byte.map { String(UnicodeScalar($0)) } ?? ""
            return Words(message: "a value cannot begin with \(character)", remedy: quotes)
        case (_, "mapping values are not allowed in this context"):
            return Words(
                message: "a ':' is not allowed here: this line or the one above is no key, or is indented wrongly",
                remedy: "if the ':' is part of a text, \(quotes)"
            )
        case (_, "could not find expected ':'"):
            return Words(message: "there is no ':' after this key", isAtContext: true)
        case (_, "block sequence entries are not allowed in this context"):
            return Words(
                message: "a list item is not allowed here",
                remedy: "put the '-' on a line of its own below the key"
            )
        case (_, "mapping keys are not allowed in this context"):
            return Words(message: "a key is not allowed here")
        case ("while parsing a block mapping", _):
            return Words(
                message: "this fits no key of the mapping that begins in line \(line); look at the indentation"
            )
        case ("while parsing a block collection", _):
            return Words(message: "this is no item of the list that begins in line \(line); look at the indentation")
        case ("while parsing a flow sequence", _):
            return Words(message: "a ',' or the closing ']' of the list that begins in line \(line) is missing here")
        case ("while parsing a flow mapping", _):
            return Words(message: "a ',' or the closing '}' of the mapping that begins in line \(line) is missing here")
        case ("while scanning a quoted scalar", "found unexpected end of stream"):
            return Words(message: "the quotes that open here are never closed", isAtContext: true)
        case ("while scanning a quoted scalar", "found unexpected document indicator"):
            return Words(
                message: "the quotes that open here are not closed before the document ends",
                isAtContext: true
            )
        case (_, "found unknown escape character"):
            return Words(
                message: "there is no such escape in double quotes",
                remedy: "write \\\\ for a backslash, or use single quotes"
            )
        case (_, "did not find expected hexdecimal number"), (_, "found invalid Unicode character escape code"):
            return Words(message: "this escape names no character")
        case (_, "did not find expected node content"):
            return Words(message: "a value is missing here")
        case (_, "found undefined tag handle"):
            return Words(message: "the tag's handle is not declared by a %TAG line")
        case (_, "did not find expected <document start>"):
            return Words(message: "the document has ended above; a further one begins with a line ---")
        case (_, "found incompatible YAML document"):
            return Words(message: "the document asks for a version of YAML other than 1.1 and 1.2")
        case ("while scanning a block scalar", "did not find expected comment or line break"):
            return Words(message: "the text after | or > begins on the next line")
        case ("while scanning a block scalar", "found an indentation indicator equal to 0"):
            return Words(message: "the number after | or > is at least 1")
        case ("while scanning a block scalar", _), ("while scanning a plain scalar", _):
            return Words(message: fault.problem.replacing("found ", with: ""))
        case ("while scanning an anchor", _), ("while scanning an alias", _):
            return Words(
                message: "a name of letters, digits, - and _ belongs after & and *",
                remedy: "if it is part of a text, \(quotes)"
            )
        default:
            return Words(message: fault.context.isEmpty ? fault.problem : "\(fault.problem), \(fault.context)")
        }
    }
}

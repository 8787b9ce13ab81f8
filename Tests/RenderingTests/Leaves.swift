//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Rendering
import Support
import YAML

/// The texts of an output as its consumers read them, by their paths, through every document inside of a document.
struct Leaves {
    private(set) var texts: [String: String] = [:]
    /// The scripts among them, as they are.
    private(set) var scripts: Set<String> = []

    /// Keys whose text is YAML, or JSON, which is YAML too.
    private static let documents: Set<String> = ["valuesContent", "oidc.config", "additionalUrls"]

    init(_ files: [RenderedFile]) throws {
        for file in files { try read(file.text, called: file.path, at: file.path) }
    }

    /// Every string in a value of Swift, by its path of properties.
    init(model: Any) { read(model: model, at: "lab") }

    private mutating func read(model value: Any, at path: String) {
        if let text = value as? String { return add(text, at: path) }
        let mirror = Mirror(reflecting: value)
        var children = Array(mirror.children)
        // The order of a dictionary differs from run to run.
        if mirror.displayStyle == .dictionary {
            children.sort { String(describing: $0.value) < String(describing: $1.value) }
        }
        for (index, child) in children.enumerated() where child.label != "app" {
            read(model: child.value, at: "\(path).\(child.label ?? String(index))")
        }
    }

    /// A second text at a path gets a path of its own, which no other tree has.
    private mutating func add(_ text: String, at path: String) {
        texts[texts[path] == nil ? path : "\(path) again"] = text
    }

    private mutating func read(_ text: String, called name: String, at path: String) throws {
        let file = Files.split(name).name
        switch file.split(separator: ".").last.map(String.init) ?? "" {
        case _ where name.hasPrefix("/usr/local/lib/kindling/") || name.hasSuffix(".sh"):
            scripts.insert(text)
            readList(Self.words(text), at: path)
        case "service": readList(Self.lines(text).map { $0.replacing("%%", with: "%") }, at: path)
        case "csv":
            for (index, line) in Self.lines(text).enumerated() { readList(Self.record(line), at: "\(path):\(index)") }
        case "yaml", "json", "user-data", "meta-data", "network-config":
            try readDocuments(text, at: path)
        case _ where Self.documents.contains(name): try readDocuments(text, at: path)
        case "role_attribute_path": readList(Self.literals(text), at: path)
        default: add(text, at: path)
        }
    }

    private mutating func readList(_ items: [String], at path: String) {
        for (index, item) in items.enumerated() { add(item, at: "\(path)[\(index)]") }
    }

    private mutating func readDocuments(_ text: String, at path: String) throws {
        for (index, document) in try YAMLParser.documents(text, file: path).enumerated() {
            try read(document, called: "", at: "\(path)#\(index)")
        }
    }

    private mutating func read(_ node: Node, called name: String, at path: String) throws {
        if case .scalar(let scalar) = node.content {
            // What is no string must stay none.
            guard case .string(let text)? = node.resolved else { return add("\(scalar.text) (no text)", at: path) }
            return try read(text, called: name, at: path)
        }
        if let items = node.items {
            let isShell = items.count == 3 && items[0].text == "sh" && items[1].text == "-c"
            for (index, item) in items.enumerated() {
                try read(item, called: isShell && index == 2 ? "command.sh" : "", at: "\(path)[\(index)]")
            }
        }
        for pair in node.pairs ?? [] {
            let key = pair.key.text ?? ""
            // A file that cloud-init writes is read by what its path says of it.
            let name = key == "content" ? node["path"]?.text ?? key : key
            try read(pair.value, called: name, at: "\(path).\(key)")
        }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The words of a script without their quotes (POSIX.1-2024, Shell Command Language, section 2.2); comments are
    /// left out.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = text[...]
        while let character = rest.popFirst() {
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case ("'", _): word?.append(character)
            case (_, "\\"): word = (word ?? "") + (rest.popFirst().map { String($0) } ?? "")
            case ("\"", _): word?.append(character)
            case (_, "'"), (_, "\""): (quote, word) = (character, word ?? "")
            case (_, "#") where word == nil: rest = rest.drop { $0 != "\n" }
            case (_, " "), (_, "\n"), (_, "\t"):
                if let ended = word { words.append(ended) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    /// The fields of a record of CSV (RFC 4180).
    private static func record(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }

    /// The literals of a JMESPath expression in an INI file of Grafana's chart, and what stands between them. A literal
    /// with a character that chart or file would take for their own is no longer what it was.
    private static func literals(_ text: String) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).map { part in
            let isSafe = !["{{", "$", "#", ";", "%"].contains { part.contains($0) }
            return unescaped(String(part)) + (isSafe ? "" : " (expanded)")
        }
    }

    /// A text with its `\uXXXX` replaced (RFC 8259, section 7).
    private static func unescaped(_ text: String) -> String {
        var units: [UInt16] = []
        var rest = text.utf16[...]
        while let unit = rest.popFirst() {
            let digits = String(decoding: rest.dropFirst().prefix(4), as: UTF16.self)
            guard unit == 0x5C, rest.first == 0x75, let escaped = UInt16(digits, radix: 16) else {
                units.append(unit)
                continue
            }
            units.append(escaped)
            rest = rest.dropFirst(5)
        }
        return String(decoding: units, as: UTF16.self)
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Support

/// The secrets of a lab's manifests, each under the name of its field in a secret store.
///
/// While manifests are made, marks stand for the secrets. So each is found again wherever a template has put it, and
/// whatever text is around it.
struct SecretFields {
    /// A secret that a manifest may hold.
    struct Field {
        let name: String
        let value: Secret<String>
        /// Whether the item of the secret store has it. The key of the cluster's authority is not among its fields.
        let isStored: Bool
    }

    /// A piece of a text that marks stand in.
    enum Piece: Equatable {
        case text(String)
        /// Index of a field.
        case field(Int)
    }

    let fields: [Field]
    private let input: RenderInput

    /// The secrets of an input: client secrets as `ID-client-secret`, others by their own name, and hashes with
    /// `-bcrypt` behind it.
    ///
    /// - Throws: ``RenderingError`` where two would have one name.
    init(_ input: RenderInput) throws(RenderingError) {
        self.input = input
        var fields = input.clientSecrets.map { Field(name: "\($0.key)-client-secret", value: $0.value, isStored: true) }
        fields += input.secrets.map { Field(name: $0.key, value: $0.value, isStored: true) }
        fields += input.passwordHashes.map { Field(name: "\($0.key)-bcrypt", value: $0.value, isStored: true) }
        fields.sort { $0.name < $1.name }
        if let key = input.clusterIntermediate?.key {
            fields.append(Field(name: "the key of the cluster's authority", value: key, isStored: false))
        }
        for (field, next) in zip(fields, fields.dropFirst()) where field.name == next.name {
            throw RenderingError(
                .renderingConflict,
                "two secrets would be the field \(field.name) of the secret store",
                remedy: "rename one of them in secrets of lab.yaml"
            )
        }
        self.fields = fields
    }

    /// The input with marks for its secrets.
    var marked: RenderInput {
        var marked = input
        marked.clientSecrets = marks(input.clientSecrets) { "\($0)-client-secret" }
        marked.secrets = marks(input.secrets) { $0 }
        marked.passwordHashes = marks(input.passwordHashes) { "\($0)-bcrypt" }
        if let last = fields.indices.last, !fields[last].isStored {
            marked.clusterIntermediate?.key = Secret(Self.mark(last))
        }
        return marked
    }

    /// A text cut at its marks.
    func pieces(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        var plain = ""
        let parts = text.split(separator: Self.begin, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            guard index > 0 else {
                plain = String(part)
                continue
            }
            let digits = part.prefix { $0.isNumber }
            guard let number = Int(digits), fields.indices.contains(number),
                part.dropFirst(digits.count).hasPrefix(Self.end)
            else {
                plain += Self.begin + part
                continue
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            pieces.append(.field(number))
            plain = String(part.dropFirst(digits.count + Self.end.count))
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
        return pieces
    }

    /// The indices of the fields whose marks stand in a text, in their order.
    func indices(in text: String) -> [Int] {
        var found: Set<Int> = []
        for case .field(let index) in pieces(text) { found.insert(index) }
        return found.sorted()
    }

    /// A text with the secrets in place of their marks.
    func revealed(_ text: String) -> String {
        pieces(text).map { piece in
            switch piece {
            case .text(let text): text
            case .field(let index): fields[index].value.expose()
            }
        }.joined()
    }

    /// A text as a template of Go: references in place of the marks, and braces that stay what they are.
    ///
    /// Go's `text/template` begins an action at the first `{{`, so a brace right before a reference would begin it too
    /// early. Its raw strings keep a text of JSON one.
    func goTemplate(_ text: String) -> String {
        let pieces = pieces(text)
        var template = ""
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .text(let text): template += Self.escaped(text, isBeforeAction: index + 1 < pieces.count)
            case .field(let index): template += "{{ index . `\(fields[index].name)` }}"
            }
        }
        return template
    }

    private static func escaped(_ text: String, isBeforeAction: Bool) -> String {
        var escaped = ""
        var braces = ""
        for character in text {
            if character == "{" {
                braces.append(character)
                continue
            }
            escaped += braces.count > 1 ? "{{ `\(braces)` }}" : braces
            escaped.append(character)
            braces = ""
        }
        return escaped + (braces.count > 1 || isBeforeAction && !braces.isEmpty ? "{{ `\(braces)` }}" : braces)
    }

    private func marks(_ secrets: [String: Secret<String>], _ name: (String) -> String) -> [String: Secret<String>] {
        var marks: [String: Secret<String>] = [:]
        for (key, value) in secrets {
            // What is nothing to a template stays nothing.
            guard !value.expose().isEmpty, let index = fields.firstIndex(where: { $0.name == name(key) }) else {
                continue
            }
            marks[key] = Secret(Self.mark(index))
        }
        return marks
    }

    private static func mark(_ index: Int) -> String { "\(begin)\(index)\(end)" }

    // The brace has YAML quote a mark, so that whatever takes its place stays a text. Nothing in it is escaped anywhere.
    private static let begin = "{KindlingField"
    private static let end = "Mark}"
}

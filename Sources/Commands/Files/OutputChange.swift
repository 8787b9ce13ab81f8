//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Rendering
import Support

/// A file of an ``OutputFolder`` that is not as it would be written.
struct OutputChange: Sendable {
    /// Path below the folder.
    let name: String
    /// What stands there; `nil` where there is nothing, or something that is no file.
    let before: Version?
    /// What is to stand there; `nil` where it is to be removed.
    let after: Version?
    /// Whether one of the two holds a secret. Of a file that is not made any more its permission bits tell.
    let holdsSecret: Bool

    /// Content and permission bits.
    struct Version: Sendable {
        let text: String
        let mode: UInt32

        /// Byte by byte: equality of strings takes two spellings of a letter for one.
        static func isSameText(_ one: Version?, _ other: Version?) -> Bool {
            guard let one, let other else { return one == nil && other == nil }
            return one.text.utf8.elementsEqual(other.text.utf8)
        }
    }

    /// A word for it.
    var kind: String {
        if before == nil { return "new" }
        if after == nil { return "removed" }
        return Version.isSameText(before, after) ? "mode" : "changed"
    }

    /// The difference in unified format, as `diff -u` and git write it, with a line for each of the two modes where these
    /// differ. The content of a file with secrets is shown if `isRevealed`, else a line says that there is one.
    func lines(in folder: String, isRevealed: Bool) -> [DiffLine] {
        let path = "\(folder)/\(name)"
        var lines: [DiffLine] = []
        if let before, let after, before.mode != after.mode {
            let modes = [before.mode, after.mode].map { mode in
                let digits = String(mode, radix: 8)
                return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            }
            lines.append(.note("\(path): mode \(modes[0]), to be \(modes[1])"))
        }
        guard !Version.isSameText(before, after) else { return lines }
        guard isRevealed || !holdsSecret else {
            return lines + [.note("\(path): differs, and holds secrets; --reveal shows how")]
        }
        return lines + [
            .header("--- \(before == nil ? "/dev/null" : path)"), .header("+++ \(after == nil ? "/dev/null" : path)"),
        ] + UnifiedDiff.lines(from: before?.text ?? "", to: after?.text ?? "")
    }

    /// As a record: path, kind, mode, whether it holds a secret and, if `isDetailed`, the difference.
    func record(in folder: String, isDetailed: Bool, isRevealed: Bool) -> OutputValue {
        var fields: [(name: String, value: OutputValue)] = [
            ("path", .string("\(folder)/\(name)")),
            ("change", .string(kind)),
            ("mode", .optional(after.map { "0" + String($0.mode, radix: 8) })),
            ("holdsSecret", .bool(holdsSecret)),
        ]
        if isDetailed {
            let lines = lines(in: folder, isRevealed: isRevealed)
            fields.append(("diff", .string(lines.map { $0.text + "\n" }.joined())))
        }
        return .record(fields)
    }
}

extension OutputFolder {
    /// What writing these files would change, sorted by path.
    func changes(_ files: [RenderedFile]) throws -> [OutputChange] {
        let report = try write(files, isDryRun: true)
        let made = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        return try (report.written + report.removed).sorted().map { name in
            let file = made[name]
            let before = try version("\(path)/\(name)")
            return OutputChange(
                name: name,
                before: before,
                after: file.map { OutputChange.Version(text: $0.text, mode: $0.mode) },
                holdsSecret: file?.holdsSecret == true || before.map { $0.mode & 0o077 == 0 } == true
            )
        }
    }

    private func version(_ target: String) throws -> OutputChange.Version? {
        guard Files.kind(of: target) == .file, let mode = Files.mode(of: target) else { return nil }
        return OutputChange.Version(text: String(decoding: try Files.read(target), as: UTF8.self), mode: mode)
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Rendering
import Support

/// The folder `out/`: ordinary files, each written whole or not at all, and only when it changes.
struct OutputFolder {
    /// Its path.
    let path: String

    /// What a run did.
    struct Report: Sendable {
        var written: [String] = []
        var removed: [String] = []
        var unchanged = 0

        /// One line for people.
        var summary: String {
            "\(written.count) written, \(unchanged) unchanged" + (removed.isEmpty ? "" : ", \(removed.count) removed")
        }
    }

    /// Makes the folder hold these files.
    ///
    /// A file that is the same already is not touched. Files that an earlier run wrote and this one does not make any
    /// more are removed, so that no secret of a removed client or node stays behind; files of the user are left alone.
    ///
    /// - Parameters:
    ///   - files: what to write.
    ///   - isDryRun: report alone.
    /// - Returns: what was or would be done.
    /// - Throws: ``FileError``.
    func write(_ files: [RenderedFile], isDryRun: Bool) throws -> Report {
        var report = Report()
        let gone = listed().subtracting(files.map(\.path)).sorted()
        if !isDryRun {
            try Files.makeFolder(path, mode: 0o700)
            try replace(".gitignore", "*\n", mode: 0o644)
        }
        for file in files.sorted(by: { $0.path < $1.path }) {
            if isSame(file) {
                report.unchanged += 1
                continue
            }
            report.written.append(file.path)
            if !isDryRun {
                try Files.makeFolder(Files.split("\(path)/\(file.path)").folder, mode: 0o700)
                try Files.write(Array(file.text.utf8), to: "\(path)/\(file.path)", mode: file.mode)
            }
        }
        report.removed = gone.filter { Files.exists("\(path)/\($0)") }
        if !isDryRun {
            for name in report.removed { try Files.remove("\(path)/\(name)") }
            try replace(Self.list, files.map(\.path).sorted().map { $0 + "\n" }.joined(), mode: 0o644)
        }
        return report
    }

    /// The names that the last run wrote; anything that would lead outside the folder is not believed.
    private func listed() -> Set<String> {
        guard let bytes = try? Files.read("\(path)/\(Self.list)") else { return [] }
        let names = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return Set(names.filter { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") })
    }

    private func isSame(_ file: RenderedFile) -> Bool {
        let target = "\(path)/\(file.path)"
        return Files.mode(of: target) == file.mode && (try? Files.read(target)) == Array(file.text.utf8)
    }

    private func replace(_ name: String, _ text: String, mode: UInt32) throws {
        let target = "\(path)/\(name)"
        if (try? Files.read(target)) != Array(text.utf8) { try Files.write(Array(text.utf8), to: target, mode: mode) }
    }

    /// Records what was written, so that a later run can take back what is not made any more.
    private static let list = ".kindling-outputs"
}

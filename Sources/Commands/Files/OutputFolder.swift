//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Rendering
import Support

/// A folder of outputs, `out/` above all: ordinary files, each written whole or not at all, and only when it changes.
struct OutputFolder {
    /// Its path.
    let path: String
    /// Whether it is a place that others read and put files of their own into. Then it is not closed to them and to git,
    /// and files of theirs are neither replaced nor removed.
    var isShared = false

    /// What a run did.
    struct Report: Sendable {
        var written: [String] = []
        var removed: [String] = []
        var unchanged = 0

        /// One line for people.
        var summary: String {
            "\(written.count) written, \(unchanged) unchanged" + (removed.isEmpty ? "" : ", \(removed.count) removed")
        }

        /// Tells it on standard output, and the summary on standard error.
        func say(folder: String, isDryRun: Bool, in context: CommandContext) {
            for name in written { context.say("\(isDryRun ? "would write" : "wrote") \(folder)/\(name)") }
            for name in removed { context.say("\(isDryRun ? "would remove" : "removed") \(folder)/\(name)") }
            context.note("\(folder): \(summary)")
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
    /// - Throws: ``FileError``; ``CommandError`` where a link or a file of the user's is in the way.
    func write(_ files: [RenderedFile], isDryRun: Bool) throws -> Report {
        var report = Report()
        let known = listed()
        let names = try Set(files.map(\.path)).subtracting(isShared ? others(among: files, known: known) : [])
        if !isShared { try checkIgnoring() }
        for folder in Set(files.flatMap { folders(above: $0.path) }).sorted() { try checkLink(folder) }
        if !isDryRun {
            try Files.makeFolder(path, mode: folderMode)
            if !isShared { try replace(".gitignore", "*\n", mode: 0o644) }
            // Before the files: one that an interrupted run has written is taken back too when its time comes.
            try writeList(known.union(names))
        }
        for file in files.sorted(by: { $0.path < $1.path }) {
            if isSame(file) {
                report.unchanged += 1
                continue
            }
            report.written.append(file.path)
            if !isDryRun {
                try Files.makeFolder(Files.split("\(path)/\(file.path)").folder, mode: folderMode)
                try Files.write(Array(file.text.utf8), to: "\(path)/\(file.path)", mode: file.mode)
            }
        }
        report.removed = known.subtracting(names).filter { isOurs($0) }.sorted()
        if !isDryRun {
            for name in report.removed {
                try Files.remove("\(path)/\(name)")
                removeEmptyFolders(above: name)
            }
            try writeList(names)
        }
        return report
    }

    private var folderMode: UInt32 { isShared ? 0o755 : 0o700 }

    /// The names of files that somebody else has put here with the very content that is to be written. Throws
    /// ``CommandError`` where the content is another.
    private func others(among files: [RenderedFile], known: Set<String>) throws -> Set<String> {
        let others = files.filter { !known.contains($0.path) && Files.exists("\(path)/\($0.path)") }
        for file in others where !isSame(file) {
            throw CommandError(
                .exists,
                "\(path)/\(file.path) stands already, and this command did not write it",
                remedy: "name an empty folder"
            )
        }
        return Set(others.map(\.path))
    }

    /// The names that the last run wrote; anything that would lead outside the folder is not believed.
    private func listed() -> Set<String> {
        guard let bytes = try? Files.read("\(path)/\(Self.list)", limit: 64 << 20) else { return [] }
        let names = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return Set(
            names.filter { name in
                let parts = name.split(separator: "/", omittingEmptySubsequences: false)
                return !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." } && name != Self.list
            }
        )
    }

    private func writeList(_ names: Set<String>) throws {
        try replace(Self.list, names.sorted().map { $0 + "\n" }.joined(), mode: 0o644)
    }

    private func isSame(_ file: RenderedFile) -> Bool {
        let target = "\(path)/\(file.path)"
        return Files.kind(of: target) == .file && Files.mode(of: target) == file.mode
            && (try? Files.read(target)) == Array(file.text.utf8)
    }

    /// Whether a file of the list may be removed: it is one, and stands in this folder and not behind a link.
    private func isOurs(_ name: String) -> Bool {
        let kind = Files.kind(of: "\(path)/\(name)")
        return (kind == .file || kind == .link) && folders(above: name).allSatisfy { Files.kind(of: $0) == .folder }
    }

    /// Refuses to write through a link: it may lead to where others read, or to files of the user.
    private func checkLink(_ folder: String) throws {
        guard Files.kind(of: folder) == .link else { return }
        throw CommandError(
            .exists,
            "\(folder) is a link, and outputs are not written through links",
            remedy: "remove it: rm \(ShellText.quoted(folder))"
        )
    }

    /// Refuses a folder with a `.gitignore` of the user's, which would be replaced.
    private func checkIgnoring() throws {
        let file = "\(path)/.gitignore"
        guard Files.exists(file), !Files.exists("\(path)/\(Self.list)"), (try? Files.read(file)) != Array("*\n".utf8)
        else { return }
        throw CommandError(
            .exists,
            "\(path) has a .gitignore of its own, and is to hold secrets that git must ignore",
            remedy: "name a folder for outputs alone with --out"
        )
    }

    /// The folders between this one and a file in it, from the top.
    private func folders(above name: String) -> [String] {
        var folders: [String] = []
        for part in name.split(separator: "/").dropLast() { folders.append("\(folders.last ?? path)/\(part)") }
        return folders
    }

    private func removeEmptyFolders(above name: String) {
        for folder in folders(above: name).reversed() where rmdir(folder) != 0 { return }
    }

    private func replace(_ name: String, _ text: String, mode: UInt32) throws {
        let target = "\(path)/\(name)"
        if (try? Files.read(target)) != Array(text.utf8) { try Files.write(Array(text.utf8), to: target, mode: mode) }
    }

    /// Records what was written, so that a later run can take back what is not made any more.
    private static let list = ".kindling-outputs"
}

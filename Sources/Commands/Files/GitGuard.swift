//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Rendering
import Subprocess
import Support

/// Keeps plaintext secrets out of git.
///
/// A path is refused when git tracks it, or would: when it lies in a work tree and is not ignored. A tracked file is
/// committed even if a pattern ignores it, so both are asked.
struct GitGuard {
    /// Refuses to write a secret to `path` in plaintext where git would take it.
    ///
    /// Where a work tree is seen but git is not installed, the path is refused too, since nobody can tell.
    static func check(_ path: String, isAllowed: Bool) async throws {
        guard !isAllowed, let tree = workTree(above: path) else { return }
        let folder = existingFolder(of: path)
        let tracked = await git(["-C", folder, "ls-files", "--error-unmatch", "--", absolute(path)])
        if tracked == 0 { throw refusal(path, "git tracks it") }
        switch await git(["-C", folder, "check-ignore", "-q", "--no-index", "--", absolute(path)]) {
        case 0: return
        case 1: throw refusal(path, "it lies in the git work tree \(tree) and is not ignored")
        default: throw refusal(path, "it lies in the git work tree \(tree), and git could not be asked")
        }
    }

    /// Refuses to write several secrets below a folder in plaintext where git would take one of them; git is asked once
    /// for all.
    static func check(_ paths: [String], below folder: String, isAllowed: Bool) async throws {
        guard !isAllowed, let tree = workTree(above: "\(folder)/-") else { return }
        let standing = existingFolder(of: "\(folder)/-")
        let paths = paths.map(absolute)
        let tracked = await list(["-C", standing, "ls-files", "-z", "--", absolute(folder)], input: "")
        let known = Set((tracked ?? []).map { absolute("\(standing)/\($0)") })
        if let path = paths.first(where: known.contains) { throw refusal(path, "git tracks it") }
        let question = ["-C", standing, "check-ignore", "-z", "--no-index", "--stdin"]
        let ignored = await list(question, input: paths.joined(separator: "\0"))
        guard tracked != nil, let ignored = ignored.map(Set.init) else {
            throw refusal(folder, "it lies in the git work tree \(tree), and git could not be asked")
        }
        guard let path = paths.first(where: { !ignored.contains($0) }) else { return }
        throw refusal(path, "it lies in the git work tree \(tree) and is not ignored")
    }

    /// Refuses to write outputs when git tracks one of them that holds a secret. The folder's own `.gitignore` keeps git
    /// from taking what it does not track yet.
    static func checkTracked(_ outputs: [RenderedFile], in folder: String) async throws {
        guard Files.isFolder(folder), workTree(above: folder) != nil else { return }
        let result = try? await Subprocess.run(
            .name("git"),
            arguments: ["-C", folder, "ls-files", "-z", "--", "."],
            output: .string(limit: 4 << 20),
            error: .discarded
        )
        let tracked = Set((result?.standardOutput ?? "").split(separator: "\0").map(String.init))
        guard let name = outputs.first(where: { $0.holdsSecret && tracked.contains($0.path) })?.path else { return }
        throw CommandError(
            .plaintextInGit,
            "not writing a plaintext secret to \(folder)/\(name): git tracks it",
            remedy: "take it out of git, and rotate what was committed: "
                + "git -C \(ShellText.quoted(folder)) rm --cached \(ShellText.quoted(name))"
        )
    }

    private static func refusal(_ path: String, _ reason: String) -> CommandError {
        CommandError(
            .plaintextInGit,
            "not writing a plaintext secret to \(path): \(reason)",
            remedy:
                "choose a path outside, or ignore it: echo \(ShellText.quoted(Files.split(path).name)) >> .gitignore; "
                + "or insist with --allow-plaintext-in-git"
        )
    }

    /// The exit code of git; 128 when it cannot be run.
    private static func git(_ arguments: [String]) async -> Int32 {
        let result = try? await Subprocess.run(
            .name("git"),
            arguments: Arguments(arguments),
            output: .discarded,
            error: .discarded
        )
        guard case .exited(let code) = result?.terminationStatus else { return 128 }
        return code
    }

    /// The paths that git prints; `nil` when it cannot be run, or fails. Its exit code 1 means that there are none.
    private static func list(_ arguments: [String], input: String) async -> [String]? {
        let result = try? await Subprocess.run(
            .name("git"),
            arguments: Arguments(arguments),
            input: .string(input),
            output: .string(limit: 64 << 20),
            error: .discarded
        )
        guard let result, case .exited(let code) = result.terminationStatus, code <= 1 else { return nil }
        return result.standardOutput.split(separator: "\0").map(String.init)
    }

    /// The nearest folder above that holds `.git`: a folder, or a file in worktrees and submodules.
    private static func workTree(above path: String) -> String? {
        var folder = Files.split(absolute(path)).folder
        while true {
            if Files.exists(folder == "/" ? "/.git" : "\(folder)/.git") { return folder }
            if folder == "/" { return nil }
            folder = Files.split(folder).folder
        }
    }

    private static func existingFolder(of path: String) -> String {
        var folder = Files.split(absolute(path)).folder
        while !Files.isFolder(folder), folder != "/" { folder = Files.split(folder).folder }
        return folder
    }

    private static func absolute(_ path: String) -> String { Files.absolute(path) }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Lab
import Support
import Templating
import YAML

/// Paths of a lab, as the user would name them.
struct LabPaths: Sendable {
    var lab: String
    var state: String
    var out: String
    /// Folder whose templates replace the built-in ones, and that may add apps.
    var templates: String?
    /// `--lab` and its like as they were given, each after a blank; empty where none was.
    var flags = ""

    /// A command to copy that means this lab, for example `kindling init --lab home/lab.yaml`.
    func command(_ words: String) -> String { "kindling \(words)\(flags)" }

    /// Reads and validates the lab's file; warnings go to standard error.
    func readLab(in context: CommandContext) throws -> Lab {
        guard Files.exists(lab) else {
            let name = lab.isEmpty ? "file without a name" : lab
            throw CommandError(.labMissing, "there is no \(name)", remedy: command("init"))
        }
        guard !Files.isFolder(lab) else {
            let file = ShellText.quoted(lab.hasSuffix("/") ? "\(lab)lab.yaml" : "\(lab)/lab.yaml")
            throw CommandError(.labMissing, "\(lab) is a folder", remedy: "name the file in it: --lab \(file)")
        }
        let bytes = try Files.read(lab, limit: 10 << 20)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Self.notText(bytes, file: lab) }
        let apps = try templates == nil ? .standard : AppTable(templateStore())
        let (value, warnings) = try LabDecoder.decodeWithWarnings(text: text, file: lab, apps: apps)
        for warning in warnings { context.note(warning.description) }
        return value
    }

    /// The templates: those compiled in, and the overrides.
    func templateStore() throws -> TemplateStore {
        guard let templates else { return TemplateStore() }
        return try TemplateStore(overrides: templates)
    }

    /// Bytes that are no UTF-8 are refused where they stand: read as something else, they would end up in outputs.
    static func notText(_ bytes: [UInt8], file: String) -> any KindlingError {
        do {
            _ = try YAMLParser.document(bytes, file: file)
        } catch {
            return error
        }
        return CommandError(.badInput, "\(file) is no UTF-8 text", remedy: "save the file as UTF-8")
    }

    /// Refuses folders that would get into each other's way.
    ///
    /// Outputs are written, replaced and removed, and git is told to ignore all that is beside them: in the state or
    /// around lab.yaml that would do harm. The state among the outputs would travel with every copy of them.
    func checkPlaces() throws {
        let (state, out) = (Self.resolved(self.state), Self.resolved(self.out))
        if Self.holds(state, out) || Self.holds(out, state) {
            throw CommandError(
                .badArgument,
                "the outputs \(self.out) and the state \(self.state) lie in one another",
                remedy: "name another folder with --out or --state"
            )
        }
        if Self.holds(out, Self.resolved(Files.split(lab).folder)) {
            throw CommandError(
                .badArgument,
                "the outputs \(self.out) would lie around \(lab), and git is told to ignore what is there",
                remedy: "name another folder with --out"
            )
        }
        if Files.exists(self.out), !Files.isFolder(self.out) {
            throw CommandError(
                .exists,
                "the outputs cannot be written to \(self.out): it is no folder",
                remedy: "move it away, or name another folder with --out"
            )
        }
    }

    private static func holds(_ folder: String, _ path: String) -> Bool {
        path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
    }

    /// The path from the root, without links; parts that do not exist yet are kept as they are.
    private static func resolved(_ path: String) -> String {
        var (known, rest) = (Files.absolute(path), "")
        while true {
            if let real = realpath(known, nil) {
                defer { free(real) }
                let text = String(cString: real)
                return text == "/" && !rest.isEmpty ? rest : text + rest
            }
            let (folder, name) = Files.split(known)
            if folder == known { return known + rest }
            (known, rest) = (folder, "/\(name)\(rest)")
        }
    }
}

extension ErrorCode {
    /// There is no lab.yaml.
    static let labMissing = ErrorCode("lab.missing", exit: .badInput)
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// The machine whose stores are meant: this one, or the tree of an image.
struct Machine: Sendable {
    /// The folder of the image's tree; `nil` for this machine.
    let image: String?
    /// Where programs are looked for, in this order; those of the image are never run.
    let searchPath: [String]
    /// The user's home, in the image too.
    let home: String?
    /// `JAVA_HOME`.
    let javaHome: String?

    init(image: String?, context: CommandContext) {
        self.image = image
        home = context.variable("HOME")
        javaHome = context.variable("JAVA_HOME")
        // Not every user has the folders of administration on the path.
        searchPath =
            (context.variable("PATH") ?? "").split(separator: ":").map(String.init)
            + ["/usr/local/sbin", "/usr/sbin", "/sbin"]
    }

    /// The place of a path on the machine, without links; `nil` when there is nothing, or a link leads out of the image.
    func existing(_ path: String) -> String? {
        guard let real = Files.real("\(image ?? "")\(path)") else { return nil }
        guard let image else { return real }
        guard let top = Files.real(image), top == "/" || real.hasPrefix("\(top)/") else { return nil }
        return real
    }

    /// A program of this machine; `nil` when it is not installed.
    func program(_ name: String, besides folders: [String] = []) -> Program? {
        let path = folders + searchPath
        guard path.contains(where: { access("\($0)/\(name)", X_OK) == 0 }) else { return nil }
        return Program(name: name, searchPath: path)
    }
}

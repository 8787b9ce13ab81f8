//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

extension TemplateStore {
    /// Writes every template below a folder, to be changed and given back as overrides.
    ///
    /// A file that stands there with other text is never overwritten: nothing is written then. Gives the paths of the
    /// files that were written, sorted; those already there with the same text are not among them.
    package func export(to folder: String) throws(TemplateError) -> [String] {
        var missing: [(path: String, text: String)] = []
        for path in paths {
            let target = "\(folder)/\(path)"
            let text = try text(path)
            guard Files.exists(target) else {
                missing.append((path, text))
                continue
            }
            guard let bytes = try? Files.read(target), bytes == Array(text.utf8) else {
                throw TemplateError(
                    .templateExportExists,
                    "\(target) stands there already with other text; nothing was written",
                    remedy: "export to a new folder, then compare: diff -r NEW \(folder)"
                )
            }
        }
        do {
            for file in missing {
                let target = "\(folder)/\(file.path)"
                try Files.makeFolder(Files.split(target).folder)
                try Files.write(Array(file.text.utf8), to: target)
            }
        } catch {
            throw TemplateError(error, code: .fileUnwritable)
        }
        return missing.map(\.path)
    }
}

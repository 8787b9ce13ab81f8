//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// Files of the checkout that tests read.
package enum Repository {
    /// The folder that holds `Package.swift`.
    package static let root: String = {
        var folder = Files.split(#filePath).folder
        while folder != "/", !Files.exists("\(folder)/Package.swift") { folder = Files.split(folder).folder }
        return folder
    }()

    /// The text of a file, by its path in the checkout.
    package static func text(_ path: String) throws -> String {
        String(decoding: try Files.read("\(root)/\(path)"), as: UTF8.self)
    }
}

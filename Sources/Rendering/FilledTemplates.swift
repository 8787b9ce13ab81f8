//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Synchronization
import Templating

/// Templates that were filled with what many nodes share, so that each is filled once.
final class FilledTemplates: Sendable {
    private let texts = Mutex<[String: FilledTemplate]>([:])

    /// The text under a key, made if it is not there.
    func text(
        _ key: String,
        make: () throws(RenderingError) -> FilledTemplate
    ) throws(RenderingError) -> FilledTemplate {
        if let known = texts.withLock({ $0[key] }) { return known }
        let made = try make()
        texts.withLock { $0[key] = made }
        return made
    }
}

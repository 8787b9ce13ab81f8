//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import OIDC

/// The people of a lab together with the state that knows their passwords.
struct People {
    let lab: Lab
    let state: OpenState
    let directory: UserDirectory

    /// Reads lab.yaml and opens the state.
    static func open(_ paths: LabPaths, in context: CommandContext) async throws -> People {
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let directory = try await UserDirectory.load(lab.users, store: state.database, random: context.random)
        return People(lab: lab, state: state, directory: directory)
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import PKI
import Support

extension OpenState {
    /// The roots of the lab as the beginning of a selection.
    func roots(of lab: Lab, in context: CommandContext) async throws -> TrustSelection {
        var selection = TrustSelection(now: context.clock.now)
        try selection.add(await AuthoritySet.load(for: lab, from: database).trust.certificates)
        return selection
    }
}

extension TrustSelection {
    /// What was gathered; what was left out is told on standard error. Throws `PKIError` when nothing is left.
    func bundle(in context: CommandContext) throws -> TrustBundle {
        for notice in notices { context.warn(CellText.visible(notice)) }
        return try bundle()
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// The scopes that mean something here; others are ignored.
package enum Scope: String, Sendable, CaseIterable {
    case openid, profile, email, groups
    case offlineAccess = "offline_access"

    /// The known scopes of a space-separated list, each once, in the order of ``allCases``.
    package static func known(in list: String) -> [Scope] {
        let words = Set(list.split(separator: " ").map(String.init))
        return allCases.filter { words.contains($0.rawValue) }
    }
}

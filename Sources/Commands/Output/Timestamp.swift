//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Times as people and programs read them.
enum Timestamp {
    /// RFC 3339 in UTC, whole seconds.
    static func text(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}

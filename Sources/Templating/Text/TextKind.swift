//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What a text template makes, which decides how a value is written into it.
enum TextKind: Equatable {
    /// A shell script: each value becomes one word in single quotes.
    case shell
    /// An iPXE script, which knows no quotes: values that would need them are refused.
    case ipxe
    /// A systemd unit: `%` is doubled, and what would need quotes is refused.
    case unit
    /// Anything else: plain words alone.
    case plain

    private static let unitSuffixes = [".service", ".timer", ".path", ".socket", ".mount", ".target"]

    /// The kind of a template by its path.
    init(path: String) {
        if path.hasSuffix(".sh") {
            self = .shell
        } else if path.hasSuffix(".ipxe") {
            self = .ipxe
        } else if Self.unitSuffixes.contains(where: { path.hasSuffix($0) || path.contains("\($0).d/") }) {
            self = .unit
        } else {
            self = .plain
        }
    }
}

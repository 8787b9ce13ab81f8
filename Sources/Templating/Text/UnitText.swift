//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Values in systemd units (systemd.syntax, systemd.unit "Specifiers", systemd.service "Command lines").
enum UnitText {
    /// The value with `%` doubled, and `$` too on command lines; refused where it would need quotes.
    static func escaped(_ value: String, after line: Substring) throws(TextFiller.Refusal) -> String {
        guard let equals = line.firstIndex(of: "=") else { throw .init("a value must stand after `=`") }
        guard let first = line.first, first != "#", first != ";" else {
            throw .init("a value cannot stand in a comment")
        }
        let key = String(line[..<equals]).trimmed
        guard !value.isEmpty, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw .init("a unit's value cannot be empty or hold line ends and control characters")
        }
        guard !value.holds(anyOf: "\\") else { throw .init("a unit's value cannot hold `\\`") }
        let doubled = value.replacing("%", by: "%%")
        if key == "Description" { return doubled }
        guard !value.holds(anyOf: " \"';") else {
            throw .init("blanks, quotes and `;` would split the value of \(key)")
        }
        guard key.hasPrefix("Exec") else { return doubled }
        return doubled.replacing("$", by: "$$")
    }
}

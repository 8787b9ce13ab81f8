//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A value that never shows itself: printing, reflecting or interpolating it gives `•••`.
///
/// ``expose()`` is the one way out, so that every use can be found by its name. There is no `Codable`.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: Value

    /// Wraps a value.
    package init(_ value: Value) {
        self.value = value
    }

    /// The value itself. The caller keeps it out of logs, error texts, arguments and readable files.
    package func expose() -> Value { value }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Secret: Equatable where Value == String {
    /// Compares in constant time for equal lengths.
    package static func == (left: Secret, right: Secret) -> Bool {
        constantTimeEqual(Array(left.value.utf8), Array(right.value.utf8))
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices {
        difference |= left[index] ^ right[index]
    }
    return difference == 0
}

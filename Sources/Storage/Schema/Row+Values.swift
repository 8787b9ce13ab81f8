//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB
import Support

extension Row {
    /// A value that is stored under a name of its own. Throws ``StorageError`` for a name that nothing here has.
    func named<Value: RawRepresentable<String>>(_ column: String) throws(StorageError) -> Value {
        let text: String = self[column]
        guard let value = Value(rawValue: text) else { throw .damaged("an unknown \(column) \(text)") }
        return value
    }

    /// The same where there may be none.
    func optionalNamed<Value: RawRepresentable<String>>(_ column: String) throws(StorageError) -> Value? {
        let text: String? = self[column]
        return text == nil ? nil : try named(column)
    }

    func date(_ column: String) -> Date {
        Date(milliseconds: self[column])
    }

    func optionalDate(_ column: String) -> Date? {
        let milliseconds: Int64? = self[column]
        return milliseconds.map { Date(milliseconds: $0) }
    }

    func bytes(_ column: String) -> [UInt8] {
        let data: Data = self[column]
        return Array(data)
    }

    /// The words of a list that is stored with blanks between them.
    func words(_ column: String) -> [String] {
        let text: String = self[column]
        return text.split(separator: " ").map { String($0) }
    }
}

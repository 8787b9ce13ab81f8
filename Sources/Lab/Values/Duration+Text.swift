//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension Duration {
    /// Reads a duration as lab.yaml writes it: a whole number and one unit, `60s 15m 24h 90d 10y` (a year is
    /// 365 days); `nil` for anything else.
    package init?(labText text: String) {
        guard let unit = text.utf8.last.flatMap({ Self.secondsByUnit[$0] }) else { return nil }
        let digits = text.utf8.dropLast()
        guard !digits.isEmpty, digits.count <= 10, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let count = Int64(text.dropLast())
        else { return nil }
        self = .seconds(count * unit)
    }

    /// The shortest form that ``init(labText:)`` reads; fractions of a second are dropped.
    package var labText: String {
        let seconds = components.seconds
        for (unit, length) in [("y", 365 * 86_400), ("d", 86_400), ("h", 3_600), ("m", 60)] as [(String, Int64)]
        where seconds != 0 && seconds.isMultiple(of: length) {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }

    private static var secondsByUnit: [UInt8: Int64] {
        [
            UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3_600, UInt8(ascii: "d"): 86_400,
            UInt8(ascii: "y"): 365 * 86_400,
        ]
    }
}

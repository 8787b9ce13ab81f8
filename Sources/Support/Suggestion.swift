//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// "Did you mean": the known word that is nearest to a mistyped one.
package enum Suggestion {
    /// The word of `candidates` with the least edits from `word`, if it is near enough to be meant.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, word.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let distance = edits(Array(word.lowercased()), Array(candidate.lowercased()))
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Edits (insert, delete, replace, swap of neighbours) from one word to another.
    private static func edits(_ from: [Character], _ to: [Character]) -> Int {
        var rows = [Array(0...to.count)]
        for i in 1..<(from.count + 1) {
            var row = [i]
            for j in 1..<(to.count + 1) {
                var cost = min(rows[i - 1][j] + 1, row[j - 1] + 1)
                cost = min(cost, rows[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1))
                if i > 1, j > 1, from[i - 1] == to[j - 2], from[i - 2] == to[j - 1] {
                    cost = min(cost, rows[i - 2][j - 2] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[from.count][to.count]
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support

/// "Did you mean".
enum Meant {
    /// A hint that names the word meant, if it can be told.
    static func hint(_ word: String, among known: [String]) -> String? {
        self.word(word, among: known).map(hint)
    }

    /// The hint that names a word.
    static func hint(_ word: String) -> String { "did you mean \(word)?" }

    /// The known word nearest to one, or the only known word that begins with it.
    static func word(_ word: String, among known: [String]) -> String? {
        // The comparison takes time and space by length, and no known word is long.
        guard word.utf8.count <= 64 else { return nil }
        let longer = known.filter { word.count > 2 && $0.hasPrefix(word) }
        let only = longer.count == 1 ? longer.first : nil
        return Suggestion.nearest(to: word, among: known) ?? only
    }
}

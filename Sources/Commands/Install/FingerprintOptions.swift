//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import PKI
import Support

/// `--fingerprint`: which certificates are meant.
struct FingerprintOptions: ParsableArguments {
    @Option(
        name: .customLong("fingerprint"),
        help: ArgumentHelp(
            "SHA-256 over the DER form, as `kindling ca show` prints it; may be repeated.",
            valueName: "hex"
        )
    )
    var texts: [String] = []

    /// The fingerprints in the form of `Fingerprint.text`. Throws ``CommandError`` for a text that is none.
    func parsed() throws -> Set<String> {
        try Set(
            texts.map { text in
                guard let parsed = Fingerprint.parse(text) else {
                    throw CommandError(
                        .badArgument,
                        "\(CellText.visible(text)) is no SHA-256 fingerprint: 64 hexadecimal digits, with colons or without",
                        remedy: "on the lab's machine: kindling ca show"
                    )
                }
                return parsed
            }
        )
    }

    /// The options as they were given, each after a blank.
    var words: String { texts.map { " --fingerprint \(ShellText.quoted($0))" }.joined() }
}

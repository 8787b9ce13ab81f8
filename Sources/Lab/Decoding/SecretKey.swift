//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Keys that other tools give secrets by, and that people therefore write into lab.yaml.
enum SecretKey {
    /// Whether a key, in whatever spelling, names a secret.
    static func isOne(_ name: String) -> Bool {
        let letters = name.lowercased().filter { $0.isLetter }
        return names.contains(letters) || endings.contains { letters.hasSuffix($0) }
    }

    private static let names = ["auth", "hash", "token", "key", "pin"]
    private static let endings = [
        "secret", "password", "passwd", "passphrase", "passwordhash", "privatekey", "jointoken", "accesstoken",
        "identitytoken", "apikey", "bcrypt",
    ]

    /// The command that sets the secret of what `path` names.
    static func hint(_ path: String) -> String {
        if path.hasPrefix("clients") { return "kindling makes it; to bring your own: kindling client set ID" }
        if path.hasPrefix("users") { return "people set it by their link, or you: kindling user passwd EMAIL" }
        if path.hasPrefix("cluster.registries") {
            return "use a registry that needs no login, or write its password on the nodes yourself"
        }
        return "put it into the state: kindling secret set NAME"
    }
}

extension SecretKey {
    /// A line in which whatever follows a key that names a secret is masked; for a text that cannot be parsed.
    static func masked(_ line: String) -> String {
        var scalars = Array(line.unicodeScalars)
        var word = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if scalar == ":" || scalar == "=" {
                if isOne(String(word)) {
                    for rest in scalars.indices where rest > index { scalars[rest] = "•" }
                    break
                }
                word = String.UnicodeScalarView()
            } else if scalar.properties.isAlphabetic || "-_\"' ".unicodeScalars.contains(scalar) {
                word.append(scalar)
            } else {
                word = String.UnicodeScalarView()
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

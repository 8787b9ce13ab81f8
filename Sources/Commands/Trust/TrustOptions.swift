//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import PKI
import Secrets
import Support

/// Which certificates a bundle is made of, and the password of Java's forms.
struct TrustOptions: ParsableArguments {
    @Flag(help: "Add the roots that this machine trusts.")
    var withSystem = false

    @Option(
        help: ArgumentHelp("A file with the password of a trust store for Java (default: changeit).", valueName: "file")
    )
    var passwordFile: String?

    /// The lab's roots, and the machine's if asked for; what has expired is left out with a notice.
    func bundle(of lab: Lab, from state: OpenState, in context: CommandContext) async throws -> TrustBundle {
        var selection = try await state.roots(of: lab, in: context)
        if withSystem {
            let file = try SystemRoots.file(in: context)
            let text = String(decoding: try Files.read(file, limit: SystemRoots.sizeLimit), as: UTF8.self)
            selection.add(pem: text, file: file)
        }
        return try selection.bundle(in: context)
    }

    /// The password of a trust store for Java: that of the file, or the one that Java's own stores have by custom.
    ///
    /// Throws `SecretsError` for a file that holds none, ``CommandError`` for a password that keytool would not take.
    func password() throws -> Secret<String> {
        guard let passwordFile else { return Secret("changeit") }
        let password = try ImportedSecret(Secret(Files.read(passwordFile, limit: 4_096))).value
        let words = password.expose().utf8
        guard words.count >= Self.shortestPassword, words.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw CommandError(
                .badInput,
                "Java takes no password such as that in \(passwordFile): "
                    + "\(Self.shortestPassword) or more characters of ASCII are needed",
                remedy: "write another into the file"
            )
        }
        return password
    }

    private static let shortestPassword = 6
}

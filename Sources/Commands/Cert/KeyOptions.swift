//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import OpenSSL
import Support

/// Private keys that come from files, or go there under a passphrase: options of `cert issue`.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Use the private key in a file, PEM or DER, encrypted or not.", valueName: "file")
    )
    var key: String?

    @Flag(name: .customLong("encrypt-key"), help: "Write tls.key under a passphrase.")
    var encryptsKey = false

    @Option(
        name: .customLong("passphrase-file"),
        help: ArgumentHelp(
            "The first line of this file is the passphrase of an encrypted --key, and tls.key is written under it.",
            valueName: "file"
        )
    )
    var passphraseFile: String?

    @Option(
        help: ArgumentHelp(
            "How often the passphrase of tls.key is hashed, \(PassphraseEncryption.defaultRounds) where it is not given.",
            valueName: "count"
        )
    )
    var iterations: Int?

    /// Whether none was given.
    var isEmpty: Bool { key == nil && passphraseFile == nil && !encryptsKey && iterations == nil }

    /// Whether tls.key is to be written under a passphrase.
    var isEncrypting: Bool { encryptsKey || passphraseFile != nil }

    func validate() throws {
        let range = PassphraseEncryption.defaultRounds...PassphraseEncryption.mostRounds
        guard iterations.map(range.contains) ?? true else {
            throw ValidationError("--iterations is from \(range.lowerBound) to \(range.upperBound)")
        }
        guard iterations == nil || isEncrypting else {
            throw ValidationError("--iterations goes with --encrypt-key or --passphrase-file")
        }
    }

    /// The key of `--key`; `nil` where none is given.
    func readKey(in context: CommandContext) throws -> KeyPair? {
        guard let key else { return nil }
        let bytes = try Files.read(key, limit: PrivateKeyFile.mostBytes)
        return try PrivateKeyFile.read(bytes, name: key) {
            try PassphraseInput(file: passphraseFile, in: context).read(for: key, isNew: false)
        }
    }

    /// A private key as `tls.key` holds it under a passphrase, PEM.
    func encrypted(_ privateKey: Secret<[UInt8]>, path: String, in context: CommandContext) throws -> String {
        let passphrase = try PassphraseInput(file: passphraseFile, in: context).read(for: path, isNew: true)
        let bytes = try PassphraseEncryption.encrypt(
            privateKey,
            passphrase: passphrase,
            rounds: iterations ?? PassphraseEncryption.defaultRounds
        )
        return Encoding.pem("ENCRYPTED PRIVATE KEY", bytes)
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import PKI
import Support

/// The key store `cacerts` of a Java runtime.
struct JavaTrustStore: TrustStore {
    let kind = StoreKind.java
    let place: String
    private let keytool: Program

    /// The program that changes such stores, and where it comes from.
    static let tool = StoreTool(name: "keytool", package: "a Java runtime, or JAVA_HOME")

    /// The key stores of a machine: that of `JAVA_HOME`, and that which Debian's runtimes share.
    static func places(on machine: Machine) -> [String] {
        var places: [String] = []
        let home = machine.javaHome.map { "\($0)/lib/security/cacerts" }
        for path in [home, "/etc/ssl/certs/java/cacerts"].compactMap({ $0 }) {
            if let place = machine.existing(path), !places.contains(place) { places.append(place) }
        }
        return places
    }

    init(place: String, keytool: Program) {
        self.place = place
        self.keytool = keytool
    }

    var isWritable: Bool { access(place, W_OK) == 0 }

    func entries() async throws -> [StoreEntry] {
        let list = try await run(["-list", "-rfc"])
        return list.split(separator: Self.aliasLine).dropFirst().compactMap { text in
            guard let alias = text.split(whereSeparator: \.isNewline).first.map(String.init),
                let block = PEM.blocks(in: String(text)).first,
                let certificate = try? PEM.split(block.text, file: place).first
            else { return nil }
            return StoreEntry(key: alias, name: Self.name(alias), certificate: certificate)
        }
    }

    func add(_ root: LabelledRoot) async throws {
        let pem = Encoding.pem("CERTIFICATE", root.certificate)
        _ = try await run(["-importcert", "-noprompt", "-alias", root.label.description], input: pem)
    }

    func remove(_ entry: StoreEntry) async throws { _ = try await run(["-delete", "-alias", entry.key]) }

    /// The password is that of every runtime's own store, known to all: it keeps nothing secret and may be an argument.
    private func run(_ arguments: [String], input: String = "") async throws -> String {
        try await keytool.run(arguments + ["-keystore", place, "-storepass", "changeit"], input: input)
    }

    private static let aliasLine = "Alias name: "

    /// The name in an alias. Debian copies the system's store here under aliases of the form `debian:NAME.pem`, and does
    /// not take out of here what was taken out of there.
    private static func name(_ alias: String) -> String {
        guard alias.hasPrefix("debian:"), alias.hasSuffix(".pem") else { return alias }
        return String(alias.dropFirst("debian:".count).dropLast(".pem".count))
    }
}

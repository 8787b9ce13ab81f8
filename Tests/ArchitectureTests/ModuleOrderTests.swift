//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import TestSupport
import Testing

/// The directions between the modules: who may import whom, and which library is whose alone.
@Suite struct ModuleOrderTests {
    /// The modules from the top down. A module imports only what stands in a row below its own; modules of one row do
    /// not know each other. `docs/architecture.md` explains them.
    static let rows: [[String]] = [
        ["kindling"],
        ["Commands"],
        ["Server"],
        ["IdentityProvider"],
        ["Netboot"],
        ["Storage"],
        ["Enrolment"],
        ["Handover", "Validation", "Rendering"],
        ["Connectors"],
        ["OIDC"],
        ["PKI"],
        ["Secrets"],
        ["Lab"],
        ["Templating", "Age"],
        ["YAML", "OpenSSL", "PasswordHashing"],
        ["Support"],
        ["CLibYAML", "COpenSSL", "CCrypt"],
    ]

    /// Libraries that only some modules may import, so that the choice of each can be revisited in one place.
    static let confined: [String: Set<String>] = [
        "ArgumentParser": ["Commands", "kindling"],
        "AsyncHTTPClient": ["Connectors", "Commands"],
        "CCrypt": ["PasswordHashing"],
        "CLibYAML": ["YAML"],
        "COpenSSL": ["OpenSSL"],
        "GRDB": ["Storage"],
        "HTTPTypes": ["IdentityProvider", "Netboot", "Server"],
        "Hummingbird": ["IdentityProvider", "Netboot", "Server"],
        "HummingbirdTLS": ["IdentityProvider", "Netboot", "Server"],
        "JWTKit": ["OIDC"],
        "Metrics": ["IdentityProvider", "Server"],
        "Mustache": ["IdentityProvider"],
        "NIOCertificateReloading": ["Server"],
        "NIOCore": ["Commands", "IdentityProvider", "Netboot", "Server"],
        "NIOHTTP1": ["Commands", "Server"],
        "NIOPosix": ["IdentityProvider", "Netboot", "Server"],
        "NIOSSL": ["IdentityProvider", "Netboot", "Server"],
        "ServiceLifecycle": ["Netboot", "Server"],
        "SwiftASN1": ["PKI"],
        "UnixSignals": ["Server"],
        "X509": ["PKI"],
    ]

    /// Modules that come with the toolchain and need no declaration.
    static let fromToolchain: Set<String> = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "PackagePlugin", "Swift", "Synchronization",
        "Testing",
    ]

    let manifest: PackageManifest

    init() throws {
        manifest = PackageManifest(text: try Repository.text("Package.swift"))
    }

    @Test func `the manifest's targets are found, one for each folder of sources and tests`() throws {
        let names = Set(manifest.targets.map(\.name))
        for (folder, skipped) in [("Sources", Set<String>()), ("Tests", ["CLI", "Fixtures", "acceptance"])] {
            let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Repository.root)/\(folder)")
            let missing = Set(folders.filter { !$0.hasPrefix(".") }).subtracting(skipped).subtracting(names)
            #expect(missing.isEmpty, "no target in Package.swift for \(folder)/\(missing.sorted())")
        }
    }

    @Test func `dependencies are read from the forms that the manifest uses`() throws {
        let manifest = PackageManifest(
            text: """
                let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
                func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {}
                targets: [
                    .executableTarget(name: "tool", dependencies: ["A"], swiftSettings: strict),
                    library(
                        "A",
                        [
                            "B", crypto,
                        ], plugins: ["P"]
                    ),
                    library("B", []),
                    .systemLibrary(name: "CB", pkgConfig: "b", providers: [.apt(["libb-dev"])]),
                    .executableTarget(name: "bare", swiftSettings: strict),
                    tests("A", ["A"]),
                ]
                """
        )
        #expect(manifest.dependencies(of: "tool") == ["A"])
        #expect(manifest.dependencies(of: "A") == ["B", "Crypto"])
        #expect(manifest.dependencies(of: "B") == [])
        #expect(manifest.dependencies(of: "CB") == [])
        #expect(manifest.dependencies(of: "bare") == [])
        #expect(manifest.dependencies(of: "ATests") == ["A"])
        #expect(manifest.targets.count == 6)
    }

    @Test func `imports are read with their access levels and attributes`() {
        let file = SourceFile(
            path: "Sources/A/B.swift",
            text: """
                import A
                package import B
                @testable import C
                @preconcurrency internal import struct D.E
                // import F
                let text = "import G"
                """
        )
        #expect(file.imports == ["A", "B", "C", "D"])
        #expect(file.target == "A")
    }

    @Test(arguments: ["Sources", "Tests"])
    func `a file imports only what its target declares as a direct dependency`(folder: String) throws {
        for file in try SourceFile.below(folder) {
            let declared = try #require(manifest.dependencies(of: file.target), "\(file.path) is in no target")
            let undeclared = Set(file.imports).subtracting(declared).subtracting(Self.fromToolchain)
                .subtracting([file.target])
            #expect(
                undeclared.isEmpty,
                "\(file.path) imports \(undeclared.sorted()), which its target does not declare"
            )
        }
    }

    @Test func `a target declares no dependency that none of its files imports`() throws {
        var imports: [String: Set<String>] = [:]
        for file in try SourceFile.below("Sources") { imports[file.target, default: []].formUnion(file.imports) }
        for target in manifest.targets {
            guard let used = imports[target.name] else { continue }
            let idle = target.dependencies.subtracting(used)
            #expect(idle.isEmpty, "\(target.name) declares \(idle.sorted()) and imports none of it")
        }
    }

    @Test func `a module imports only modules of the rows below it`() throws {
        let row = Dictionary(
            uniqueKeysWithValues: Self.rows.enumerated().flatMap { row in row.element.map { ($0, row.offset) } }
        )
        for target in manifest.targets where !target.name.hasSuffix("Tests") && !target.name.hasSuffix("TestSupport") {
            guard target.name != "embed-templates" else { continue }
            let own = try #require(row[target.name], "\(target.name) stands in no row of the list of modules")
            for dependency in target.dependencies.sorted() {
                guard let other = row[dependency] else { continue }
                #expect(other > own, "\(target.name) must not import \(dependency)")
            }
        }
    }

    @Test func `a confined library is imported by its own modules alone`() throws {
        for file in try SourceFile.below("Sources") {
            for module in file.imports {
                guard let allowed = Self.confined[module] else { continue }
                #expect(
                    allowed.contains(file.target),
                    "\(file.path) imports \(module), which only \(allowed.sorted()) may"
                )
            }
        }
    }
}

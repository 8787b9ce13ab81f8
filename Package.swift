// swift-tools-version: 6.2
//
// kindling: one binary that takes a private cluster from bare metal to single sign-on.
// Licensed under the Apache License, Version 2.0; see LICENSE.

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let certificateReloading: Target.Dependency = .product(name: "NIOCertificateReloading", package: "swift-nio-extras")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let swiftASN1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")

/// A library target of this package, with the settings that all of them share.
func library(_ name: String, _ dependencies: [Target.Dependency], plugins: [Target.PluginUsage] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict, plugins: plugins)
}

/// The test target of the library `name`. Goldens and fixtures are read by path, so none of them is a resource.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "kindling",
    products: [
        .executable(name: "kindling", targets: ["kindling"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // The executable and its commands.
        .executableTarget(name: "kindling", dependencies: ["Commands"], swiftSettings: strict),
        library(
            "Commands",
            [
                "IdentityProvider", "Lab", "OIDC", "OpenSSL", "PKI", "PasswordHashing", "Rendering", "Secrets",
                "Server", "Storage", "Support", "Templating", "YAML", argumentParser, asyncHTTPClient, logging,
                nioCore, nioHTTP1, subprocess, systemPackage,
            ]
        ),
        library(
            "Server",
            [
                "IdentityProvider", "Lab", "OIDC", "PKI", "Support", "Templating", certificateReloading, crypto,
                httpTypes,
                hummingbird, hummingbirdCore, hummingbirdTLS, logging, metrics, nioCore, nioHTTP1, nioPosix, nioSSL,
                serviceLifecycle, unixSignals,
            ]
        ),
        library(
            "IdentityProvider",
            [
                "Lab", "OIDC", "Support", "Templating", httpTypes, hummingbird, logging, metrics, mustache, nioCore,
                nioPosix,
            ]
        ),
        // State and outputs.
        library("Storage", ["Lab", "OIDC", "OpenSSL", "PKI", "Secrets", "Support", crypto, grdb]),
        library("Rendering", ["Lab", "Support", "Templating", "YAML"]),
        // Rules, free of side effects.
        library("OIDC", ["Lab", "OpenSSL", "PasswordHashing", "Support", crypto, jwtKit]),
        library("PKI", ["Lab", "OpenSSL", "Support", "YAML", crypto, swiftASN1, x509]),
        library("Secrets", ["Lab", "Support", crypto]),
        library("Lab", ["Support", "Templating", "YAML"]),
        library("Templating", ["Support", "YAML"], plugins: ["EmbedTemplates"]),
        // Bridges and the ground floor.
        library("YAML", ["CLibYAML", "Support"]),
        library("OpenSSL", ["COpenSSL", "Support"]),
        library("PasswordHashing", ["CCrypt", "Support"]),
        library("Support", []),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        // Templates are compiled in by a plug-in, since SwiftPM's own embedding clashes on equal file names.
        .plugin(name: "EmbedTemplates", capability: .buildTool(), dependencies: ["embed-templates"]),
        .executableTarget(name: "embed-templates", swiftSettings: strict),
        // Tests.
        .target(
            name: "TestSupport",
            dependencies: ["Support"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "OIDCTestSupport",
            dependencies: ["OIDC", "Support"],
            path: "Tests/OIDCTestSupport",
            swiftSettings: strict
        ),
        tests("Architecture", ["TestSupport"]),
        tests("Support", ["Support", "TestSupport"]),
        tests("YAML", ["Support", "TestSupport", "YAML"]),
        tests("Lab", ["Lab", "Support", "Templating", "TestSupport", "YAML"], exclude: ["Goldens"]),
        tests("Templating", ["Support", "Templating", "TestSupport", "YAML"]),
        tests("OpenSSL", ["OpenSSL", "Support", "TestSupport", crypto, cryptoExtras]),
        tests("PasswordHashing", ["PasswordHashing", "Support", "TestSupport"]),
        tests("PKI", ["Lab", "OpenSSL", "PKI", "Support", "TestSupport", crypto, swiftASN1, x509]),
        tests("Secrets", ["Lab", "Secrets", "Support", "TestSupport"]),
        tests("OIDC", ["Lab", "OIDC", "OIDCTestSupport", "Support", "TestSupport", crypto, jwtKit]),
        tests(
            "Storage",
            [
                "Lab", "OIDC", "OIDCTestSupport", "OpenSSL", "PKI", "Secrets", "Storage", "Support", "TestSupport",
                crypto,
                grdb,
            ]
        ),
        tests("Rendering", ["Lab", "Rendering", "Support", "Templating", "TestSupport", "YAML"], exclude: ["Goldens"]),
        tests(
            "IdentityProvider",
            [
                "IdentityProvider", "Lab", "OIDC", "OIDCTestSupport", "PasswordHashing", "Support", "Templating",
                "TestSupport", crypto, httpTypes, hummingbird, hummingbirdTesting, logging, nioCore,
            ]
        ),
        tests(
            "Server",
            [
                "IdentityProvider", "Lab", "OIDC", "OIDCTestSupport", "OpenSSL", "PKI", "Server", "Storage", "Support",
                "Templating",
                "TestSupport", asyncHTTPClient, httpTypes, hummingbird, hummingbirdCore, hummingbirdTesting,
                hummingbirdTLS,
                logging, metrics, nioCore, nioSSL,
            ]
        ),
        tests(
            "Commands",
            [
                "Commands", "Lab", "PKI", "Storage", "Support", "TestSupport", "YAML", argumentParser, subprocess,
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

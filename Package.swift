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
    targets: [
        library("Lab", ["Support", "YAML"]),
        library("Templating", ["Support", "YAML"], plugins: ["EmbedTemplates"]),
        // Bridges and the ground floor.
        library("YAML", ["CLibYAML", "Support"]),
        library("Support", []),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
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
        tests("Support", ["Support", "TestSupport"]),
        tests("YAML", ["Support", "TestSupport", "YAML"]),
        tests("Lab", ["Lab", "Support", "TestSupport", "YAML"], exclude: ["Goldens"]),
        tests("Templating", ["Support", "Templating", "TestSupport", "YAML"]),
    ],
    swiftLanguageModes: [.v6]
)

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Support

/// Which stores are meant, and where.
struct InstallOptions: ParsableArguments {
    @Option(
        name: .customLong("store"),
        help: "A kind of store: system, nss (Firefox, Chromium) or java; may be repeated (default: all that there are)."
    )
    var kinds: [StoreKind] = []

    @Option(
        help: ArgumentHelp("The tree of an image: change it instead, and run no program of it.", valueName: "dir")
    )
    var root: String?

    @OptionGroup var dryRun: DryRunOptions

    /// The stores of the machine. Throws ``CommandError`` where there is none of a kind that was asked for.
    func stores(in context: CommandContext) throws -> [any TrustStore] {
        if let root, !Files.isFolder(root) {
            throw CommandError(.badArgument, "\(root) is no folder", remedy: "name the tree of an image with --root")
        }
        let machine = Machine(image: root, context: context)
        var stores: [any TrustStore] = []
        for kind in StoreKind.allCases where kinds.isEmpty || kinds.contains(kind) {
            let found = try find(kind, on: machine, in: context)
            if found.isEmpty, kinds.contains(kind) {
                throw CommandError(.noTrustStore, "no store of the kind \(kind.rawValue) was found")
            }
            stores += found
        }
        guard !stores.isEmpty else {
            throw CommandError(
                .noTrustStore,
                "no trust store was found",
                remedy: "install the package ca-certificates, or see what programs read: kindling bundle --help"
            )
        }
        return stores
    }

    private func find(
        _ kind: StoreKind,
        on machine: Machine,
        in context: CommandContext
    ) throws -> [any TrustStore] {
        switch kind {
        case .system:
            return SystemTrustStore.find(on: machine)
        case .nss:
            let places = NSSTrustStore.places(on: machine)
            guard let certutil = try program(NSSTrustStore.tool, for: places, kind, on: machine, in: context) else {
                return []
            }
            return places.map { NSSTrustStore(place: $0, certutil: certutil) }
        case .java:
            let places = JavaTrustStore.places(on: machine)
            guard let keytool = try program(JavaTrustStore.tool, for: places, kind, on: machine, in: context) else {
                return []
            }
            return places.map { JavaTrustStore(place: $0, keytool: keytool) }
        }
    }

    /// The program that stores need. Where it is not installed, stores that were not asked for are left out with a
    /// warning.
    private func program(
        _ tool: StoreTool,
        for places: [String],
        _ kind: StoreKind,
        on machine: Machine,
        in context: CommandContext
    ) throws -> Program? {
        guard !places.isEmpty else { return nil }
        let folders = machine.javaHome.map { ["\($0)/bin"] } ?? []
        if let program = machine.program(tool.name, besides: folders) { return program }
        let text = "\(tool.name) is not installed, and \(places.joined(separator: ", ")) cannot be changed without it"
        guard !kinds.contains(kind) else {
            throw CommandError(.noTrustStore, text, remedy: "install it: \(tool.package)")
        }
        context.warn("\(text); it comes with \(tool.package)")
        return nil
    }
}

/// A program that a kind of store needs.
struct StoreTool: Sendable {
    let name: String
    /// What to install.
    let package: String
}

extension ErrorCode {
    /// The machine has no trust store of the kind.
    static let noTrustStore = ErrorCode("trust.no-store")
}

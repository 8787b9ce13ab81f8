//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab
import Support
import Templating

extension Renderer {
    /// The user-data of a node: `out/nodes/NAME/user-data`.
    package func userData(node name: String, seed: NodeSeed) throws(RenderingError) -> RenderedFile {
        try userData(node(name), seed: seed)
    }

    /// The NoCloud seed of a node, user-data, meta-data and network-config, and what its kernel line needs.
    package func nodeFiles(_ node: ClusterNode, seed: NodeSeed) throws(RenderingError) -> [RenderedFile] {
        let own = ["node": nodeValues(node)]
        return try [
            RenderedFile(path: "nodes/\(node.name)/meta-data", fill("user-data/meta-data.yaml", own)),
            RenderedFile(path: "nodes/\(node.name)/network-config", fill("user-data/network-config.yaml", own)),
            userData(node, seed: seed),
        ] + [kernelLine(node)].compactMap { $0 }
    }

    private func userData(_ node: ClusterNode, seed: NodeSeed) throws(RenderingError) -> RenderedFile {
        guard seed == .inline else { throw .notBuilt("user-data with --seed enrol", use: "--seed inline") }
        var own = ["node": nodeValues(node)]
        let part = try distributionPart(node)
        own["files"] = .list(try writtenFiles(node, part).map(\.value))
        own["runs"] = .list(part.runs.map { .string($0) })
        own["boots"] = .list(try bootScripts(node, part).map(\.value))
        let packages = part.packages + node.packages.filter { !part.packages.contains($0) }
        own["packages"] = .list(packages.map { .string($0) })
        own["accounts"] = try accounts()
        return RenderedFile(path: "nodes/\(node.name)/user-data", try fill(Self.userDataTemplate(node.install), own))
    }

    private static func userDataTemplate(_ install: ClusterNode.Install) -> String {
        switch install {
        case .image: "user-data/user-data.yaml"
        case .autoinstall: "autoinstall/user-data.yaml"
        }
    }

    /// Scripts that run at every boot. They may run again without harm.
    private func bootScripts(_ node: ClusterNode, _ part: NodePart) throws(RenderingError) -> [FilledTemplate] {
        var scripts: [FilledTemplate] = []
        if isIssuerMapped { scripts.append(try fill("user-data/hosts.sh")) }
        if !part.folders.isEmpty, keepsNothing(node) {
            let folders = part.folders.joined(separator: " ")
            scripts.append(try fill("user-data/memory.sh", for: folders, ["folders": .string(folders)]))
        }
        return scripts
    }

    /// Whether the node's root is an overlay in memory, by the kernel arguments of its netboot profile.
    private func keepsNothing(_ node: ClusterNode) -> Bool {
        netbootProfile(node)?.arguments.contains { $0.hasPrefix("overlayroot=tmpfs") } ?? false
    }

    private func node(_ name: String) throws(RenderingError) -> ClusterNode {
        guard let node = lab.nodes.first(where: { $0.name == name }) else {
            let near = Suggestion.nearest(to: name, among: lab.nodes.map(\.name))
            throw RenderingError(
                .renderingUnknown,
                "lab.yaml has no node \(name)" + (near.map { "; did you mean \($0)?" } ?? ""),
                remedy: "nodes: \(lab.nodes.map(\.name).joined(separator: ", "))"
            )
        }
        return node
    }

    /// kindling's files and then the node's own, which may not stand in for one of the former.
    private func writtenFiles(_ node: ClusterNode, _ part: NodePart) throws(RenderingError) -> [NodeFile] {
        let own = part.files
        let paths = Set(own.map(\.path))
        for file in node.files where paths.contains(file.path) {
            throw RenderingError(
                .renderingConflict,
                "node \(node.name): kindling writes \(file.path) itself",
                remedy: "change its template instead: kindling templates export DIR"
            )
        }
        return own + node.files.map { NodeFile($0) }
    }

    func nodeValues(_ node: ClusterNode) -> TemplateValue {
        var mac = ""
        if case .mac(let address) = node.identity { mac = address }
        let isFirst = isFirst(node)
        let isServer = node.role == .server
        var names = [lab.cluster?.endpoint, node.address?.address, node.name, "\(node.name).\(lab.domain)"]
            .compactMap { $0 }
        if let first = names.first, names.dropFirst().contains(first) { names.removeFirst() }
        return [
            "name": .string(node.name),
            "generation": .int(input.generations[node.name] ?? 1),
            "mac": .string(mac),
            "address": .string(node.address?.address ?? ""),
            "cidr": .string(node.address?.description ?? ""),
            "names": .list(names.map { .string($0) }),
            "sshKeys": .list(node.sshKeys.map { .string($0) }),
            "isServer": .bool(isServer),
            "startsEtcd": .bool(isFirst && servers > 1),
            "joins": .bool(!isFirst),
        ]
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI
import Support
import TestSupport
import Testing

@testable import Commands

@Suite struct TrustReachTests {
    private static let known = SeededRandomSource(seed: 1).bytes(600)
    private static let wanted = SeededRandomSource(seed: 2).bytes(600)

    private static func pem(_ certificate: [UInt8], indent: String = "") -> String {
        Encoding.pem("CERTIFICATE", certificate).split(separator: "\n").map { indent + $0 + "\n" }.joined()
    }

    /// What lacks the wanted root in a folder of outputs, by kind and place below it.
    private func lacking(
        _ files: [String: String],
        folders: [String] = [],
        nodes: [String] = []
    ) throws -> [String] {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text, to: name) }
        let list = nodes.enumerated().map { index, name in
            "{name: \(name), mac: \"dc:a6:32:01:02:0\(index)\", role: server, profile: p, arch: arm64, address: dhcp}"
        }
        let lab = try LabDecoder.decode(
            text: """
                lab: test
                domain: localhost
                identity: {issuer: "https://localhost:5556"}
                cluster: {name: a, distribution: k3s, version: v1.33.6+k3s1, endpoint: 127.0.0.1}
                netboot:
                  address: 127.0.0.1
                  profiles: {p: {os: ubuntu-24.04, kernel: k, initrd: i, root: "nfsroot=127.0.0.1:/x"}}
                nodes: [\(list.joined(separator: ", "))]
                """,
            file: "lab.yaml"
        )
        let paths = LabPaths(lab: "\(folder.path)/lab.yaml", state: "\(folder.path)/state", out: "\(folder.path)/out")
        let reach = TrustReach(lab: lab, paths: paths, wanted: Self.wanted, known: Self.known)
        let records = folders.map {
            CertificateFolderRecord(
                folder: "\(folder.path)/\($0)",
                name: "nas",
                createdAt: Date(timeIntervalSince1970: 0)
            )
        }
        return reach.lacking(records).map { "\($0.kind) \($0.path.dropFirst(folder.path.count + 1))" }
    }

    @Test func `outputs that hold the old root alone lack the new one, however they are indented`() throws {
        let both = Self.pem(Self.known, indent: "      ") + Self.pem(Self.wanted, indent: "      ")
        let quoted = "a: \"\(Self.pem(Self.known).replacing("\n", with: "\\n"))\"\n"
        let files = [
            "out/trust/ca.crt": Self.pem(Self.known), "out/cluster/both.yaml": both, "out/cluster/quoted.yaml": quoted,
            "out/cluster/other.yaml": "kind: Namespace\n",
        ]
        #expect(try lacking(files) == ["output out/cluster/quoted.yaml", "output out/trust/ca.crt"])
    }

    @Test func `every node of lab.yaml lacks it whose user-data does, or was never written`() throws {
        let files = [
            "out/nodes/a/user-data": Self.pem(Self.known), "out/nodes/b/user-data": Self.pem(Self.wanted),
        ]
        #expect(
            try lacking(files, nodes: ["a", "b", "c"]) == ["node out/nodes/a/user-data", "node out/nodes/c/user-data"]
        )
    }

    @Test func `folders of certificates lack it, and those that were removed do not`() throws {
        let files = ["tls/ca.crt": Self.pem(Self.known), "new/ca.crt": Self.pem(Self.wanted)]
        #expect(try lacking(files, folders: ["tls", "new", "gone"]) == ["folder tls/ca.crt"])
    }

    @Test func `where all have it nothing is listed`() throws {
        #expect(try lacking(["out/trust/ca.crt": Self.pem(Self.known) + Self.pem(Self.wanted)]).isEmpty)
    }
}

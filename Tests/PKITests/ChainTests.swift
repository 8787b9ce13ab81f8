//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc
import Lab
import PKI
import Support
import TestSupport
import Testing

/// Whole chains before OpenSSL, with the strictness of Python 3.13 and later.
///
/// With `KINDLING_CHAINS` in the environment the chains are kept in that folder, for other judges.
@Suite(.enabled(if: Tool.isInstalled("openssl"))) struct ChainTests {
    private let random = SystemRandomSource()

    private struct Chain {
        let folder: TemporaryFolder
        var root: String { "\(folder.path)/root.pem" }
        var leaf: String { "\(folder.path)/tls.crt" }

        func verify(_ host: String, purpose: String = "sslserver") -> Tool.Result {
            let flag = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." } ? "ip" : "hostname"
            return Tool.shell(
                "openssl verify -x509_strict -purpose \(purpose) -verify_\(flag) \(host) -no-CApath -no-CAstore "
                    + "-CAfile \(root) -untrusted \(leaf) \(leaf)"
            )
        }
    }

    private func chain(_ plan: AuthorityPlan, _ request: LeafRequest, name: String) async throws -> Chain {
        let now = Date()
        let set = try await Fixture.authorities(plan, now: now)
        let leaf = try set.issuing.issue(request, now: now, random: random)
        let chain = Chain(folder: try TemporaryFolder())
        var files = [("root.pem", set.root.pem), ("tls.crt", leaf.fullChainPEM), ("issuing.pem", set.issuing.pem)]
        if let cluster = set.cluster { files.append(("cluster.pem", cluster.pem)) }
        if let key = leaf.privateKeyPEM { files.append(("tls.key", key.expose())) }
        files += try set.trust.configMapEntries(key: "ca.crt").map { ("trust/\($0.name)", $0.text) }
        for (file, text) in files {
            try chain.folder.write(text, to: file, mode: 0o600)
            if let kept = getenv("KINDLING_CHAINS").map({ String(cString: $0) }) {
                let path = "\(kept)/\(name)/\(file)"
                try Files.makeFolder(Files.split(path).folder)
                try Files.write(Array(text.utf8), to: path, mode: 0o600)
            }
        }
        return chain
    }

    @Test(arguments: KeyType.allCases)
    func `a chain of one kind of key is taken`(keyType: KeyType) async throws {
        let request = Fixture.request(["nas.kidd.network", "192.168.1.9"], keyType: keyType, lifetime: .days(825))
        let chain = try await chain(Fixture.plan(keyType: keyType), request, name: keyType.rawValue)
        for host in ["nas.kidd.network", "192.168.1.9"] {
            let result = chain.verify(host)
            #expect(result.status == 0, "\(result.output)")
        }
        #expect(chain.verify("other.kidd.network").status != 0)
        #expect(chain.verify("nas.kidd.network", purpose: "sslclient").status != 0)
        let key = Tool.shell(
            "test \"$(openssl pkey -in \(chain.folder.path)/tls.key -pubout)\" "
                + "= \"$(openssl x509 -in \(chain.leaf) -noout -pubkey)\""
        )
        #expect(key.status == 0)
    }

    @Test(arguments: [
        ("dns-only", [NameConstraint.dns("kidd.network")], "nas.kidd.network"),
        ("localhost", [.dns("localhost")], "localhost"),
        ("address-only", [.address(AddressRange(bytes: [127, 0, 0, 0], prefix: 8))], "127.0.0.1"),
        (
            "ipv6",
            [.dns("kidd.network"), .address(AddressRange(bytes: [0xfd] + Array(repeating: 0, count: 15), prefix: 8))],
            "fd00::9"
        ),
    ])
    func `a chain of any constraints is taken`(name: String, permitted: [NameConstraint], host: String) async throws {
        let chain = try await chain(
            Fixture.plan(permitted: permitted),
            Fixture.request([host]),
            name: "constraints-\(name)"
        )
        let result = chain.verify(host)
        #expect(result.status == 0, "\(result.output)")
    }

    @Test func `a wildcard stands for one label`() async throws {
        let chain = try await chain(Fixture.plan(), Fixture.request(["*.apps.kidd.network"]), name: "wildcard")
        let result = chain.verify("wiki.apps.kidd.network")
        #expect(result.status == 0, "\(result.output)")
        #expect(chain.verify("a.wiki.apps.kidd.network").status != 0)
        #expect(chain.verify("apps.kidd.network").status != 0)
    }

    @Test func `a root beyond 2050 is taken`() async throws {
        let chain = try await chain(Fixture.plan(lifetime: .days(365 * 40)), Fixture.request(), name: "long-root")
        let result = chain.verify("nas.kidd.network")
        #expect(result.status == 0, "\(result.output)")
    }

    @Test func `a client's certificate is one, and no server's`() async throws {
        let chain = try await chain(Fixture.plan(), Fixture.request(profile: .client), name: "client")
        let result = chain.verify("nas.kidd.network", purpose: "sslclient")
        #expect(result.status == 0, "\(result.output)")
        #expect(chain.verify("nas.kidd.network").status != 0)
    }

    @Test(arguments: ["DNS:nas.kidd.network", "IP:192.168.1.9"])
    func `what another issuer makes inside the constraints is taken`(name: String) async throws {
        let result = try await verifyForeignLeaf(name)
        #expect(result.status == 0, "\(result.output)")
    }

    @Test(arguments: ["DNS:www.example.com", "DNS:kidd.network.example", "IP:8.8.8.8", "IP:fd00::9", "IP:2001:db8::1"])
    func `what another issuer makes outside the constraints is refused`(name: String) async throws {
        let result = try await verifyForeignLeaf(name)
        #expect(result.status != 0)
        #expect(result.output.contains("permitted subtree violation"), "\(result.output)")
    }

    /// Issues with the key of the cluster's intermediate, as a tool does that checks nothing.
    private func verifyForeignLeaf(_ name: String) async throws -> Tool.Result {
        let set = try await Fixture.authorities(now: Date())
        let cluster = try #require(set.cluster)
        let folder = try TemporaryFolder()
        let root = try folder.write(set.root.pem, to: "root.pem")
        let issuer = try folder.write(cluster.pem, to: "cluster.pem")
        let key = try folder.write(cluster.privateKeyPEM.expose(), to: "cluster.key", mode: 0o600)
        let made = Tool.shell(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj / "
                + "-CA \(issuer) -CAkey \(key) -addext 'subjectAltName=critical,\(name)' "
                + "-addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature "
                + "-addext extendedKeyUsage=serverAuth -keyout /dev/null -out \(folder.path)/leaf.pem"
        )
        #expect(made.status == 0, "\(made.output)")
        if let kept = getenv("KINDLING_CHAINS").map({ String(cString: $0) }) {
            let target = "\(kept)/foreign-leaf-\(Encoding.hex(Array(name.utf8)))"
            #expect(Tool.shell("mkdir -p \(target) && cp \(folder.path)/*.pem \(target)").status == 0)
        }
        return Tool.shell(
            "openssl verify -x509_strict -no-CApath -no-CAstore -CAfile \(root) -untrusted \(issuer) "
                + "\(folder.path)/leaf.pem"
        )
    }

    @Test func `a root that another key signed for is not the chain's`() async throws {
        let chain = try await chain(Fixture.plan(), Fixture.request(), name: "foreign")
        let other = try await Fixture.authorities(now: Date())
        try Files.write(Array(other.root.pem.utf8), to: chain.root)
        #expect(chain.verify("nas.kidd.network").status != 0)
    }
}

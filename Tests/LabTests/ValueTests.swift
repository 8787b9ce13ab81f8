//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Testing

@testable import Lab

@Suite struct ValueTests {
    @Test(
        arguments: [
            ("0s", 0), ("60s", 60), ("15m", 900), ("24h", 86_400), ("90d", 7_776_000), ("10y", 315_360_000),
            ("0012d", 1_036_800),
        ] as [(String, Int64)]
    )
    func `durations are a number and a unit`(text: String, seconds: Int64) {
        #expect(Duration(labText: text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "s", "60", "-1s", "+1s", "1.5h", "1h30m", "60 s", "60S", "1w", "٣s", "99999999999s", " 60s", "60s ",
    ])
    func `what is no duration is none`(text: String) {
        #expect(Duration(labText: text) == nil)
    }

    @Test(arguments: ["0s", "59s", "2m", "1h", "36h", "90d", "10y", "366d"])
    func `durations read back as they are written`(text: String) {
        #expect(Duration(labText: text)?.labText == text)
    }

    @Test(arguments: [
        "kidd.network", "localhost", "a", "a-b.c1", "xn--mller-kva.test", "1.a",
    ]) func `names of hosts`(text: String) {
        #expect(HostName.isDNSName(text))
    }

    @Test(arguments: [
        "", ".", ".a", "a.", "a..b", "-a", "a-", "A", "a_b", "müller.test", "a b", "1.2.3.4", "a.1", "https://a",
        String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "aa",
    ]) func `what is no name of a host`(text: String) {
        #expect(!HostName.isDNSName(text))
    }

    @Test(arguments: [
        ("0.0.0.0:443", "0.0.0.0", 443), ("localhost:1", "localhost", 1), ("[::]:65535", "::", 65_535),
        ("127.0.0.1:5558", "127.0.0.1", 5_558),
    ]) func `endpoints`(text: String, host: String, port: Int) {
        let endpoint = Endpoint(text)
        #expect(endpoint == Endpoint(host: host, port: port))
        #expect(endpoint?.description == text)
    }

    @Test(arguments: [
        "", "443", ":443", "0.0.0.0", "0.0.0.0:", "0.0.0.0:0", "0.0.0.0:65536", "::1:443", "dex.test:443",
        "0.0.0.0:443/x", "0.0.0.0:443?x", "a@0.0.0.0:443", "0.0.0.0: 443", "[::1:443", "0.0.0.0:+443", "0.0.0.0:٣",
    ]) func `what is no endpoint`(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test func `listeners clash on one port of one address or of all`() {
        let all = Endpoint(host: "0.0.0.0", port: 80)
        #expect(all.clashes(with: Endpoint(host: "127.0.0.1", port: 80)))
        #expect(Endpoint(host: "localhost", port: 80).clashes(with: Endpoint(host: "127.0.0.1", port: 80)))
        #expect(!all.clashes(with: Endpoint(host: "127.0.0.1", port: 81)))
        #expect(!Endpoint(host: "10.0.0.1", port: 80).clashes(with: Endpoint(host: "10.0.0.2", port: 80)))
    }

    @Test(arguments: [
        ("192.168.1.0/24", "192.168.1.0/24"), ("10.0.0.1", "10.0.0.1/32"), ("fd00::/8", "fd00::/8"),
        ("0.0.0.0/0", "0.0.0.0/0"), ("::1", "::1/128"),
    ]) func `ranges of addresses`(text: String, written: String) {
        #expect(AddressRange(text)?.description == written)
    }

    @Test(arguments: [
        "", "10.0.0.1/24", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/24", "fd00::/129", "a/8", "10.0.0.0/8/8",
        "10.0.0.0/٣", "10.0.0.0\0/8",
    ]) func `what is no range of addresses`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test func `a name constraint covers the name and all below it`() {
        func permits(_ constraint: NameConstraint?, _ host: String) -> Bool {
            guard let constraint, let host = (try? AlternativeName(host))?.host else { return false }
            return constraint.permits(host)
        }
        let domain = NameConstraint.dns("kidd.network")
        for host in ["kidd.network", "dex.kidd.network", "a.b.kidd.network", "*.kidd.network", "DEX.kidd.network"] {
            #expect(permits(domain, host), "\(host)")
        }
        for host in ["network", "akidd.network", "kidd.network.test", "*.network", "10.0.0.1", ""] {
            #expect(!permits(domain, host), "\(host)")
        }
        let range = NameConstraint("192.168.1.0/24")
        #expect(permits(range, "192.168.1.255"))
        #expect(!permits(range, "192.168.2.0"))
        #expect(!permits(range, "kidd.network"))
        #expect(!permits(range, "::ffff:192.168.1.1"))
        #expect(NameConstraint(".kidd.network") == nil)
        #expect(NameConstraint("192.168.1.7/24") == nil)
    }

    @Test func `a URL in its parts`() throws {
        let url = try #require(WebAddress("HTTPS://me@[fd00::1]:8443/a/b?c=d#e"))
        #expect(url.scheme == "https")
        #expect(url.userInfo == "me")
        #expect(url.host == "fd00::1")
        #expect(url.port == 8443)
        #expect(url.path == "/a/b")
        #expect(url.query == "c=d")
        #expect(url.fragment == "e")
        let app = try #require(WebAddress("com.example.app:/cb"))
        #expect(app.scheme == "com.example.app")
        #expect(app.host.isEmpty)
        #expect(app.path == "/cb")
        // The last @ ends the user name, as browsers have it.
        #expect(WebAddress("https://a.test@b.test/")?.host == "b.test")
    }

    @Test(arguments: [
        "", "a", "/a", "//a", ":a", "1a:b", "https://a b", "https://a\nb", "https://a/%", "https://a/%4",
        "https://a/%zz",
        "https://[::1", "https://[a]", "https://[1.2.3.4]", "https://a:b", "https://a:65536", "https://a:0",
        "https://é",
        "https://a/\\", "https://a/<", "https://a[b]/", "https://\0",
    ]) func `what is no URL`(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test(arguments: [
        ("localhost", true), ("a.localhost", true), ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true),
        ("localhost.test", false), ("128.0.0.1", false), ("::", false), ("0.0.0.0", false), ("", false),
    ])
    func `loopback hosts`(host: String, isLoopback: Bool) {
        #expect(HostName.isLoopback(host) == isLoopback)
    }

    @Test(arguments: ["ainur.kidd.network/ca=inject", "a=", "a/b=c", "A_b.c=D"])
    func `labels of Kubernetes`(text: String) {
        #expect(Cluster.Label(text)?.description == text)
    }

    @Test(arguments: ["", "a", "=b", "a/=b", "/a=b", "a=b=c", "a b=c", "A.test/a=b", "a=-b", "a/b/c=d"])
    func `what is no label of Kubernetes`(text: String) {
        #expect(Cluster.Label(text) == nil)
    }
}

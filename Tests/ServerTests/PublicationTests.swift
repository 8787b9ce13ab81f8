//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Lab
import PKI
import Support
import Synchronization
import Templating
import TestSupport
import Testing

@testable import Server

@Suite("What the authority publishes")
struct PublicationTests {
    @Test(
        "every address has its bytes and its type",
        arguments: [
            ("/crl/issuing-1.crl", "application/pkix-crl", "crl", nil),
            ("/crl/root-1.crl", "application/pkix-crl", "root crl", nil),
            ("/crl", "application/pkix-crl", "crl", nil),
            ("/aia/root-1.cer", "application/pkix-cert", "root-1", nil),
            ("/aia/issuing-1.cer", "application/pkix-cert", "issuing-1", nil),
            ("/aia/cluster-ainur-1.cer", "application/pkix-cert", "cluster-ainur-1", nil),
            ("/aia", "application/pkix-cert", "issuing-1", nil),
            ("/ca/root-1.cer", "application/x-x509-ca-cert", "root-1", "inline; filename=\"ainur-root-1.cer\""),
            ("/ca/root-1.crt", "application/x-x509-ca-cert", "root-1", "inline; filename=\"ainur-root-1.crt\""),
            ("/ca/root-1.pem", "application/x-pem-file", "root-1 PEM", "attachment; filename=\"ainur-root-1.pem\""),
            ("/ca/root.pem", "application/x-pem-file", "root-1 PEM", "attachment; filename=\"ainur-root.pem\""),
        ]
    )
    func documents(path: String, type: String, content: String, disposition: String?) async throws {
        let rig = try PublicationRig()
        try await rig.serving { client in
            let answer = try await client.execute(uri: path, method: .get)
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == type)
            #expect(answer.headers[.contentDisposition] == disposition)
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(Array(buffer: answer.body) == rig.bytes(content))
        }
    }

    @Test(
        "HEAD has the headers of GET and nothing after them",
        arguments: ["/ca", "/crl", "/aia/root-1.cer", "/ca/root.pem", "/nowhere"]
    )
    func head(path: String) async throws {
        try await PublicationRig().serving { client in
            let answer = try await client.execute(uri: path, method: .get)
            let head = try await client.execute(uri: path, method: .head)
            #expect(head.status == answer.status)
            #expect(head.headers == answer.headers)
            #expect(head.headers[.contentLength] == "\(answer.body.readableBytes)")
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test(
        "nothing else is answered, and an intermediate or a root that is none any more is not offered for trust",
        arguments: [
            "/nowhere", "/crl/", "/crl/cluster-ainur-1.crl", "/aia/web.cer", "/ca/issuing-1.cer", "/ca/old-1.pem",
            "/ca/../crl", "/metrics", "/auth", "/.well-known/openid-configuration", "/ca/root-1.key", "//ca",
        ]
    )
    func absent(path: String) async throws {
        var rig = try PublicationRig()
        rig.publication.authorities[0].id = "old-1"
        rig.publication.authorities[0].isTrusted = false
        try await rig.serving { client in
            let answer = try await client.execute(uri: path, method: .get)
            #expect(answer.status == .notFound)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(String(buffer: answer.body).contains("href=\"/ca\""))
        }
    }

    @Test("other methods are refused", arguments: [HTTPRequest.Method.post, .put, .delete, .options, .patch])
    func methods(method: HTTPRequest.Method) async throws {
        try await PublicationRig().serving { client in
            for path in ["/", "/ca", "/crl", "/aia/root-1.cer"] {
                let answer = try await client.execute(uri: path, method: method)
                #expect(answer.status == .methodNotAllowed)
                #expect(answer.headers[.allow] == "GET, HEAD")
            }
            let absent = try await client.execute(uri: "/nowhere", method: method)
            #expect(absent.status == .notFound)
        }
    }

    @Test("no answer sets a cookie or lets a page load or do what is not its own")
    func headers() async throws {
        try await PublicationRig().serving { client in
            for path in ["/ca", "/ca/", "/crl", "/aia", "/ca/root-1.cer", "/ca/static/kindling.css", "/nowhere"] {
                let answer = try await client.execute(uri: path, method: .get)
                #expect(answer.headers[values: .setCookie] == [], "\(path)")
                let policy = answer.headers[.contentSecurityPolicy] ?? ""
                for part in ["default-src 'none'", "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
                    #expect(policy.contains(part), "\(path)")
                }
                #expect(!policy.contains("unsafe") && !policy.contains("script-src"))
            }
        }
    }

    @Test(
        "who has a document is told so",
        arguments: [
            ("*", true), ("\"other\"", false), ("TAG", true), ("W/TAG", true), ("\"other\", TAG", true), ("", false),
        ]
    )
    func conditional(tags: String, isKnown: Bool) async throws {
        try await PublicationRig().serving { client in
            for path in ["/ca", "/crl", "/ca/root-1.cer"] {
                let first = try await client.execute(uri: path, method: .get)
                let tag = try #require(first.headers[.eTag])
                let headers: HTTPFields = [.ifNoneMatch: tags.replacing("TAG", with: tag)]
                let second = try await client.execute(uri: path, method: .get, headers: headers)
                #expect(second.status == (isKnown ? .notModified : .ok), "\(path)")
                #expect(second.headers[.eTag] == tag)
                #expect(second.headers[.cacheControl] == first.headers[.cacheControl])
                #expect(second.body.readableBytes == (isKnown ? 0 : first.body.readableBytes))
                #expect(second.headers.contains(.contentLength) != isKnown)
            }
        }
    }

    @Test("a date serves as well, but not where a tag is sent too")
    func modified() async throws {
        try await PublicationRig().serving { client in
            let first = try await client.execute(uri: "/crl", method: .get)
            #expect(first.headers[.lastModified] == "Fri, 15 Jan 2027 08:00:00 GMT")
            let exact: HTTPFields = [.ifModifiedSince: "Fri, 15 Jan 2027 08:00:00 GMT"]
            let other: HTTPFields = [.ifModifiedSince: "Fri, 15 Jan 2027 08:00:01 GMT"]
            var both = exact
            both[.ifNoneMatch] = "\"other\""
            for (headers, isKnown) in [(exact, true), (other, false), (both, false)] {
                let answer = try await client.execute(uri: "/crl", method: .get, headers: headers)
                #expect(answer.status == (isKnown ? .notModified : .ok))
            }
            // The page has one address for several languages, so its tag alone tells.
            let page = try await client.execute(uri: "/ca", method: .get, headers: [.ifModifiedSince: ""])
            #expect(page.status == .ok)
        }
    }

    @Test("a list is kept ten minutes at most, and not beyond its next update")
    func freshness() async throws {
        let rig = try PublicationRig()
        try await rig.serving { client in
            for (seconds, expected) in [
                (0.0, "public, max-age=600"), (86_400 - 601, "public, max-age=600"),
                (86_400 - 59.5, "public, max-age=59"), (86_400, "no-cache"), (90_000, "no-cache"),
            ] {
                rig.clock.advance(by: PublicationRig.start.timeIntervalSince(rig.clock.now) + seconds)
                let answer = try await client.execute(uri: "/crl", method: .get)
                #expect(answer.headers[.cacheControl] == expected, "\(seconds)")
            }
            // What decides about trust is asked for each time.
            for path in ["/ca", "/ca/root.pem", "/ca/root-1.cer"] {
                let answer = try await client.execute(uri: path, method: .get)
                #expect(answer.headers[.cacheControl] == "no-cache", "\(path)")
            }
        }
    }

    @Test(
        "a path of authority.url moves every address, and the first page leads there",
        arguments: [("http://pki.localhost", ""), ("http://pki.localhost/some/where", "/some/where")]
    )
    func prefix(url: String, prefix: String) async throws {
        try await PublicationRig(url: url).serving { client in
            for path in ["/ca", "/crl", "/aia", "/ca/root-1.pem", "/ca/static/kindling.svg"] {
                let answer = try await client.execute(uri: prefix + path, method: .get)
                #expect(answer.status == .ok, "\(path)")
                let bare = try await client.execute(uri: path, method: .get)
                #expect(bare.status == (prefix.isEmpty ? .ok : .notFound), "\(path)")
            }
            for path in Set(["/", prefix, "\(prefix)/"]).subtracting([""]) {
                let answer = try await client.execute(uri: path, method: .get)
                #expect(answer.status == .found)
                #expect(answer.headers[.location] == "\(prefix)/ca")
            }
            let page = String(buffer: try await client.execute(uri: "\(prefix)/ca", method: .get).body)
            #expect(page.contains("href=\"\(prefix)/ca/root-1.cer\""))
            #expect(page.contains("href=\"\(prefix)/ca/static/kindling.css\""))
            #expect(page.contains("'\(url)/ca/root-1.pem'"))
        }
    }

    @Test("a change is published, and one that cannot be read takes nothing away")
    func refresh() async throws {
        let rig = try PublicationRig()
        let next = Mutex<Publication?>(rig.publication)
        struct Unreadable: Error {}
        let listener = try #require(
            try await PublicationListener.load(rig.lab, templates: TemplateStore(), clock: rig.clock) {
                guard let publication = next.withLock({ $0 }) else { throw Unreadable() }
                return publication
            }
        )
        try await Application(responder: listener.responder).test(.router) { client in
            let before = try await client.execute(uri: "/crl", method: .get)
            var changed = rig.publication
            changed.revocationLists[0].der = Array("another".utf8)
            next.withLock { $0 = changed }
            try await listener.refresh()
            let after = try await client.execute(uri: "/crl", method: .get)
            #expect(String(buffer: after.body) == "another")
            #expect(after.headers[.eTag] != before.headers[.eTag])
            next.withLock { $0 = nil }
            await #expect(throws: Unreadable.self) { try await listener.refresh() }
            let still = try await client.execute(uri: "/crl", method: .get)
            #expect(String(buffer: still.body) == "another")
        }
    }

    @Test("without authority.listen there is no listener")
    func off() async throws {
        var rig = try PublicationRig()
        rig.lab.authority.listen = nil
        #expect(PublishedAddress(rig.lab) == nil)
        let publication = rig.publication
        let listener = try await PublicationListener.load(rig.lab, templates: TemplateStore(), clock: rig.clock) {
            publication
        }
        #expect(listener == nil)
    }

    @Test(
        "the address is authority.url, or else what the listener can be reached by",
        arguments: [
            ("http://pki.localhost/p", "127.0.0.1:8080", "http://pki.localhost/p"),
            (nil, "127.0.0.1:8080", "http://127.0.0.1:8080"), (nil, "[::1]:8080", "http://[::1]:8080"),
            (nil, "0.0.0.0:8080", "http://192.0.2.7:8080"), (nil, "[::]:8080", "http://192.0.2.7:8080"),
        ]
    )
    func address(url: String?, listen: String, expected: String) throws {
        var lab = try PublicationRig().lab
        lab.authority.url = url
        lab.authority.listen = Endpoint(listen)
        lab.identity.address = "192.0.2.7"
        #expect(PublishedAddress(lab)?.url == expected)
        #expect(PublishedAddress(lab)?.trustPage == "\(expected)/ca")
    }

    @Test(
        "times in headers are those of RFC 9110",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ]
    )
    func dates(seconds: Double, text: String) {
        #expect(HTTPDate.text(Date(timeIntervalSince1970: seconds)) == text)
    }
}

@Suite("The trust page")
struct TrustPageTests {
    @Test("shows the root as OpenSSL does", .enabled(if: Tool.isInstalled("openssl")))
    func root() async throws {
        let rig = try PublicationRig()
        let folder = try TemporaryFolder()
        let file = try folder.write(Encoding.pem("CERTIFICATE", rig.publication.authorities[0].der), to: "root.pem")
        let line = Tool.shell("openssl x509 -in '\(file)' -noout -fingerprint -sha256").output
        let fingerprint = try #require(line.split(separator: "=").last?.split(separator: "\n").first)
        try await rig.serving { client in
            let page = String(buffer: try await client.execute(uri: "/ca", method: .get).body)
            for text in [
                "<code>\(fingerprint)</code>", "<h3 id=\"root-1\">CN=Ainur Root CA</h3>", "localhost, 192.0.2.0/24",
                "<time datetime=\"2027-01-15T07:55:00Z\">2027-01-15</time>",
                "<time datetime=\"2028-01-15T07:54:59Z\">2028-01-15</time>",
                "kindling ca trust 'http://pki.localhost' --fingerprint",
            ] {
                #expect(page.contains(text), "\(text)")
            }
            // Nothing that runs, and nothing from elsewhere.
            for text in ["<script", "<form", " style=", "src=\"http", "href=\"http"] {
                #expect(!page.contains(text), "\(text)")
            }
        }
    }

    @Test(
        "speaks the language that the browser prefers",
        arguments: [("de-AT,en;q=0.5", "de"), ("fr", "en"), ("", "en")]
    )
    func languages(accepted: String, language: String) async throws {
        try await PublicationRig().serving { client in
            for path in ["/ca", "/nowhere"] {
                let headers: HTTPFields = [.acceptLanguage: accepted]
                let answer = try await client.execute(uri: path, method: .get, headers: headers)
                #expect(answer.headers[.contentLanguage] == language)
                #expect(answer.headers[.vary] == "Accept-Language")
                #expect(String(buffer: answer.body).contains("<html lang=\"\(language)\">"))
            }
        }
    }

    @Test("shows both roots during a rotation, and says why")
    func rotation() async throws {
        var rig = try PublicationRig()
        let text = "a newer root takes the place of the older one"
        try await rig.serving { client in
            let page = String(buffer: try await client.execute(uri: "/ca", method: .get).body)
            #expect(!page.contains(text))
        }
        let second = try PublicationRig(commonName: "Ainur Root CA 2").publication.authorities[0]
        rig.publication.authorities.append(second)
        rig.publication.authorities[rig.publication.authorities.count - 1].id = "root-2"
        let roots = rig.publication.trustedRoots
        let pems = roots.map { Encoding.pem("CERTIFICATE", $0.der) }
        try await rig.serving { client in
            let page = String(buffer: try await client.execute(uri: "/ca", method: .get).body)
            #expect(page.contains(text))
            for authority in roots {
                #expect(page.contains("<code>\(Fingerprint.text(authority.der))</code>"))
                #expect(page.contains("sudo install -m 0644 ainur-\(authority.id).crt "))
            }
            #expect(page.contains("cat ainur-root-1.crt ainur-root-2.crt &gt; ainur-root.pem"))
            let all = try await client.execute(uri: "/ca/root.pem", method: .get)
            #expect(String(buffer: all.body) == pems.joined())
            let own = try await client.execute(uri: "/ca/root-2.pem", method: .get)
            #expect(String(buffer: own.body) == pems[1])
        }
    }

    @Test("escapes what the certificate says")
    func escaping() async throws {
        try await PublicationRig(commonName: "<b title=\"x\"> & 'Co'").serving { client in
            let page = String(buffer: try await client.execute(uri: "/ca", method: .get).body)
            for text in ["&lt;b title=", "&quot;x", "&amp; &#39;Co&#39;"] { #expect(page.contains(text), "\(text)") }
            for text in ["<b title", "\"x\"", "'Co'"] { #expect(!page.contains(text), "\(text)") }
        }
    }

    @Test("a URL cannot end the quotes of a command")
    func quoting() async throws {
        try await PublicationRig(url: "http://pki.localhost/a'b;c$(d)").serving { client in
            let page = String(buffer: try await client.execute(uri: "/a'b;c$(d)/ca", method: .get).body)
            #expect(
                page.contains("curl -fsSo ainur-root-1.crt 'http://pki.localhost/a%27b;c$(d)/ca/root-1.pem'\n")
            )
        }
    }
}

/// A lab whose authority publishes, without a state.
struct PublicationRig {
    static let start = Date(timeIntervalSince1970: 1_800_000_000)

    var lab: Lab
    let clock = FixedClock(Self.start)
    var publication: Publication

    init(url: String = "http://pki.localhost", commonName: String = "Ainur Root CA") throws {
        lab = try LabDecoder.decode(
            text: """
                lab: ainur
                domain: localhost
                authority: {permitted: [localhost, 192.0.2.0/24], listen: "127.0.0.1:8080"}
                identity: {issuer: "https://localhost:5556"}
                """,
            file: "lab.yaml"
        )
        lab.authority.url = url
        let plan = AuthorityPlan(
            commonName: commonName,
            lifetime: .days(365),
            permitted: lab.authority.permitted,
            cluster: "ainur"
        )
        let stored = try plan.firstAuthorities(now: Self.start, random: SystemRandomSource())
        publication = Publication(
            stored,
            inUse: try AuthoritySet(AuthorityArchive(authorities: stored), cluster: "ainur")
        )
        publication.revocationLists = [("issuing-1", "crl"), ("root-1", "root crl")].map { id, text in
            Publication.RevocationList(
                issuerID: id,
                der: Array(text.utf8),
                thisUpdate: Self.start,
                nextUpdate: Self.start.addingTimeInterval(86_400)
            )
        }
    }

    /// Runs `body` with a client of the listener.
    func serving(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let publication = publication
        let listener = try #require(
            try await PublicationListener.load(lab, templates: TemplateStore(), clock: clock) { publication }
        )
        try await Application(responder: listener.responder).test(.router, body)
    }

    /// What is published under a name: an authority's id, with ` PEM` behind it for that form, or the text of a list.
    func bytes(_ name: String) -> [UInt8] {
        let words = name.split(separator: " ")
        guard let authority = publication.authorities.first(where: { $0.id == words[0] }) else {
            return Array(name.utf8)
        }
        return words.count == 1 ? authority.der : Array(Encoding.pem("CERTIFICATE", authority.der).utf8)
    }
}

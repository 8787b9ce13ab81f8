//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import JWTKit
import Lab
import Support
import Testing

@testable import OIDC

@Suite("Tokens")
struct TokenTests {
    @Test(
        "sub is what Dex mints",
        arguments: [
            ("42", "gitea", "CgI0MhIFZ2l0ZWE"),
            ("1", "local", "CgExEgVsb2NhbA"),
            ("alice", "ldap", "CgVhbGljZRIEbGRhcA"),
            ("jörg", "local", "CgVqw7ZyZxIFbG9jYWw"),
            (
                "08a8684b-db88-4b73-90a9-3cd1661f5466", "local",
                "CiQwOGE4Njg0Yi1kYjg4LTRiNzMtOTBhOS0zY2QxNjYxZjU0NjYSBWxvY2Fs"
            ),
            ("", "local", "EgVsb2NhbA"),
        ]
    )
    func subject(userID: String, connector: String, expected: String) {
        #expect(Subject.encode(userID: userID, connector: connector) == expected)
    }

    @Test("sub of a long id has a length of two bytes")
    func longSubject() {
        let subject = Subject.encode(userID: String(repeating: "x", count: 200))
        #expect(subject.hasPrefix("CsgBeHh4"))
        #expect(Encoding.bytes(base64URL: subject)?.suffix(7) == [0x12, 5] + Array("local".utf8)[...])
    }

    @Test("at_hash is the example of the specification's kind")
    func halfHash() {
        // Left half of SHA-256, OpenID Connect Core 1.0, appendix A.3.
        #expect(TokenClaims.halfHash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ")
    }

    @Test("the thumbprint of RFC 7638's key is RFC 7638's")
    func thumbprint() {
        let modulus =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        #expect(
            SigningKey.thumbprint(["e": "AQAB", "kty": "RSA", "n": modulus])
                == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        )
    }

    @Test("the header of a token is read when it is flat, as ours are, and not otherwise")
    func headers() {
        func header(_ text: String) -> CompactToken.Header? {
            CompactToken.header(of: Encoding.base64URL(Array(text.utf8)) + ".e30.eA")
        }
        #expect(header(#"{"alg":"RS256","kid":"k","typ":"JWT"}"#)?.kid == "k")
        // Reading what nests deep takes long, and anybody may send it.
        for text in [
            #"{"alg":"RS256","kid":"k","x":[]}"#, #"{"alg":"RS256","kid":"k","x":{}}"#, #"[{"alg":"RS256","kid":"k"}]"#,
            #"{"alg":"RS256","kid":"k","crit":["x"]}"#, #"{"alg":"RS256"}"#, #"{"alg":1,"kid":"k"}"#, "{}", "",
        ] {
            #expect(header(text) == nil, "\(text)")
        }
    }

    @Test("what is reserved for Kubernetes is never emitted")
    func reserved() {
        let user = DirectoryUser(
            id: "1",
            email: "",
            username: "",
            name: "",
            groups: [
                "system:masters", "System:x", "staff", "my-system:x", "system:\u{301}masters", " system:masters",
                "\u{200b}system:masters", "sys\u{212a}", "",
            ]
        )
        let claims = TokenClaims.about(user, Scope.allCases)
        #expect(claims["groups"] == .strings(["staff", "my-system:x", "sys\u{212a}"]))
        #expect(claims["email"] == nil && claims["email_verified"] == nil)
        #expect(claims["name"] == nil && claims["preferred_username"] == nil)
        let display = DirectoryUser(id: "3", email: "a@b.c", username: "a", name: "system:admin", groups: [])
        #expect(TokenClaims.about(display, Scope.allCases)["name"] == nil)
        let named = DirectoryUser(id: "2", email: "a@b.c", username: "system:admin", name: "", groups: [])
        #expect(UserDirectory([named]).users.isEmpty)
    }

    @Test("a subject has at most 255 characters of ASCII, for the longest id that lab.yaml takes")
    func subjectLength() {
        for (count, length) in [(1, 14), (36, 60), (128, 184)] {
            let subject = Subject.encode(userID: String(repeating: "x", count: count))
            #expect(subject.utf8.count <= 255 && subject.utf8.allSatisfy { (0x21...0x7e).contains($0) })
            #expect(subject.utf8.count == length)
        }
    }

    @Test("tokens have sorted members, whole seconds and no escaped slashes", arguments: SigningAlgorithm.allCases)
    func form(algorithm: SigningAlgorithm) async throws {
        let now = Date(timeIntervalSince1970: 1_800_000_000.75)
        let record = try SigningKey.generate(algorithm, at: now, activeFrom: now)
        let context = TokenClaims.Context(
            issuer: "https://idp.test",
            clientID: "web",
            party: .user(
                DirectoryUser(id: "1", email: "a@b.c", username: "a", name: "A", groups: ["g"]),
                authenticated: now,
                sid: "s"
            ),
            scopes: Scope.allCases,
            issued: now
        )
        let claims = TokenClaims.accessToken(context, id: "j", lifetime: .seconds(3600))
        let token = try CompactToken.sign(claims, type: "at+jwt", with: try SigningKey(record))
        let parts = token.split(separator: ".").map { Encoding.bytes(base64URL: String($0)) ?? [] }
        #expect(
            String(decoding: parts[1], as: UTF8.self) == #"{"aud":"web","auth_time":1800000000,"client_id":"web","#
                + #""email":"a@b.c","email_verified":true,"exp":1800003600,"groups":["g"],"iat":1800000000,"#
                + #""iss":"https://idp.test","jti":"j","name":"A","nbf":1800000000,"preferred_username":"a","#
                + #""scope":"openid profile email groups offline_access","sid":"s","sub":"CgExEgVsb2NhbA"}"#
        )
        let kid = record.kid
        let header = #"{"alg":"\#(algorithm.rawValue)","kid":"\#(kid)","typ":"at+jwt"}"#
        #expect(String(decoding: parts[0], as: UTF8.self) == header)

        // The keys of the JWKS verify it, by an independent library.
        let jwks = try JSONValue.object(["keys": .array([try SigningKey(record).webKey])]).encoded()
        let keys = try await JWTKeyCollection().add(jwksJSON: String(decoding: jwks, as: UTF8.self))
        let verified = try await keys.verify(token, as: Named.self)
        #expect(verified.sub.value == "CgExEgVsb2NhbA")
    }

    private struct Named: JWTPayload {
        var sub: SubjectClaim
        func verify(using algorithm: some JWTAlgorithm) {}
    }
}

@Suite("PKCE and forms")
struct RequestTests {
    @Test("the challenge of RFC 7636, appendix B")
    func challenge() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        #expect(PKCE.challenge(of: verifier) == challenge)
        #expect(PKCE.fits(verifier: verifier, challenge: challenge))
        #expect(PKCE.fits(verifier: nil, challenge: nil))
        #expect(!PKCE.fits(verifier: verifier + "x", challenge: challenge))
        #expect(!PKCE.fits(verifier: verifier, challenge: nil))
        #expect(!PKCE.fits(verifier: nil, challenge: challenge))
        #expect(!PKCE.fits(verifier: challenge, challenge: challenge))
    }

    @Test(
        "forms decode strictly",
        arguments: [
            ("a=b", ["a": "b"]), ("a=b+c%20d", ["a": "b c d"]), ("a=b=c", ["a": "b=c"]), ("a=&b=1", ["b": "1"]),
            ("", [:]),
            ("a&b=1&&", ["b": "1"]), ("%61=%C3%BC", ["a": "ü"]),
        ]
    )
    func forms(text: String, expected: [String: String]) throws {
        let parameters = try #require(RequestParameters(formEncoded: text))
        #expect(Dictionary(uniqueKeysWithValues: parameters.pairs.map { ($0.name, $0.value) }) == expected)
        let again = try #require(RequestParameters(formEncoded: FormEncoding.encode(parameters.pairs)))
        #expect(again.pairs == parameters.pairs)
    }

    @Test(
        "broken forms are refused",
        arguments: ["%", "a=%", "a=%1", "a=%gg", "a=%ff", "%+1=2", String(repeating: "a=b&", count: 101)]
    )
    func brokenForms(text: String) {
        #expect(RequestParameters(formEncoded: text) == nil)
    }

    @Test("an empty and a full value of one name are two")
    func duplicates() {
        #expect(RequestParameters(formEncoded: "a=&a=1&b=2")?.duplicates == ["a"])
    }

    @Test("the token of a form is good for its browser and purpose alone")
    func formTokens() {
        let cookie = Secret("c1")
        let token = FormToken.make(cookie: cookie, purpose: "sign in")
        #expect(FormToken.isGenuine(token, cookie: cookie, purpose: "sign in"))
        #expect(!FormToken.isGenuine(token, cookie: cookie, purpose: "sign out"))
        #expect(!FormToken.isGenuine(token, cookie: Secret("c2"), purpose: "sign in"))
        #expect(!FormToken.isGenuine(token, cookie: nil, purpose: "sign in"))
        #expect(!FormToken.isGenuine(nil, cookie: cookie, purpose: "sign in"))
        let empty = FormToken.make(cookie: Secret(""), purpose: "sign in")
        #expect(!FormToken.isGenuine(empty, cookie: Secret(""), purpose: "sign in"))
    }
}

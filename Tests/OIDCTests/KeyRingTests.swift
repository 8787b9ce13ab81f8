//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OIDC
import OIDCTestSupport
import Support
import Testing

@Suite("The key ring")
struct KeyRingTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static func ring(_ store: MemoryStore, _ algorithms: Set<SigningAlgorithm> = [.es256]) -> KeyRing {
        KeyRing(
            store: store,
            algorithms: algorithms,
            schedule: KeySchedule(rotation: .days(30), longestToken: .seconds(3600))
        )
    }

    @Test("makes the first key of each algorithm, once")
    func first() async throws {
        let store = MemoryStore()
        try await Self.ring(store, [.rs256, .es256]).load(at: Self.start)
        let kids = await store.signingKeys().map(\.kid)
        #expect(kids.count == 2)
        try await Self.ring(store, [.rs256, .es256]).load(at: Self.start)
        #expect(await store.signingKeys().map(\.kid) == kids)
        async let one: Void = Self.ring(store).load(at: Self.start)
        async let two: Void = Self.ring(store).load(at: Self.start)
        _ = try await (one, two)
        #expect(await store.signingKeys().count == 2)
    }

    @Test("publishes a key before it signs, and after, until its last token has ended")
    func rotation() async throws {
        let store = MemoryStore()
        let ring = Self.ring(store)
        try await ring.load(at: Self.start)
        let old = try ring.signingKey(.es256, at: Self.start)
        let later = Self.start.addingTimeInterval(600)
        let next = try SigningKey.generate(.es256, at: Self.start, activeFrom: later)
        await store.addSigningKey(next)
        try await ring.refresh()
        #expect(ring.published(at: Self.start).map(\.kid) == [old.kid, next.kid])
        #expect(try ring.signingKey(.es256, at: Self.start).kid == old.kid)
        #expect(try ring.signingKey(.es256, at: later).kid == next.kid)
        let token = try CompactToken.sign(["sub": .string("x")], type: "JWT", with: old)

        await store.retireSigningKey(kid: old.kid, at: later)
        try await ring.refresh()
        let last = later.addingTimeInterval(3600)
        #expect(ring.published(at: last).count == 2)
        #expect(await ring.verify(token, at: last)?.text("sub") == "x")
        let gone = last.addingTimeInterval(60)
        #expect(ring.published(at: gone).map(\.kid) == [next.kid])
        #expect(await ring.verify(token, at: gone) == nil)
    }

    @Test("believes its own signatures alone, with their own algorithm")
    func verification() async throws {
        let store = MemoryStore()
        let ring = Self.ring(store, [.rs256, .es256])
        try await ring.load(at: Self.start)
        let rsa = try ring.signingKey(.rs256, at: Self.start)
        let elliptic = try ring.signingKey(.es256, at: Self.start)
        let token = try CompactToken.sign(["sub": .string("x")], type: "JWT", with: rsa)
        let parts = token.split(separator: ".").map(String.init)
        #expect(await ring.verify(token, at: Self.start)?.type == "JWT")
        func header(_ text: String) -> String { Encoding.base64URL(Array(text.utf8)) + "." + parts[1] + "." + parts[2] }
        for bad in [
            "", ".", "..", "a.b", "a.b.c.d", token + ".", token + "=", " " + token, parts[0] + ".." + parts[2],
            header(#"{"alg":"none","kid":"\#(rsa.kid)"}"#), header(#"{"alg":"HS256","kid":"\#(rsa.kid)"}"#),
            header(#"{"alg":"RS256","kid":"\#(elliptic.kid)"}"#), header(#"{"alg":"ES256","kid":"\#(rsa.kid)"}"#),
            header(#"{"alg":"RS256"}"#), header(#"{"alg":"RS256","kid":"x"}"#), header("[]"), header("{"),
            header(#"{"alg":"RS256","kid":"\#(rsa.kid)","crit":["b64"],"b64":false}"#),
            parts[0] + "." + Encoding.base64URL(Array(#"{"sub":"y"}"#.utf8)) + "." + parts[2],
            String(repeating: "[", count: 20_000),
        ] {
            #expect(await ring.verify(bad, at: Self.start) == nil, "\(bad.prefix(60))")
        }
    }

    @Test("says so when a stored key is unusable or missing")
    func broken() async throws {
        let store = MemoryStore()
        let ring = Self.ring(store)
        #expect(throws: OIDCError.self) { try ring.signingKey(.es256, at: Self.start) }
        await store.addSigningKey(
            SigningKeyRecord(
                kid: "k",
                algorithm: .es256,
                privateKey: Secret([1, 2, 3]),
                created: Self.start,
                activeFrom: Self.start
            )
        )
        let error = await #expect(throws: OIDCError.self) { try await ring.load(at: Self.start) }
        #expect(error?.code == .oidcKeyUnusable)
    }
}

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
import HummingbirdCore
import HummingbirdTLS
import HummingbirdTesting
import IdentityProvider
import Lab
import Logging
import NIOCore
import NIOSSL
import OIDC
import OIDCTestSupport
import PKI
import Support
import Synchronization
import Testing

@testable import Server

@Suite("Delivery of logout notices")
struct LogoutDeliveryTests {
    /// What a relying party was sent.
    private final class Received: Sendable {
        let bodies = Mutex<[String]>([])
    }

    /// A relying party on loopback with a certificate of the lab.
    private static func relyingParty(_ rig: ServerRig, _ received: Received) throws -> some ApplicationProtocol {
        let router = Router()
        router.post("/logout") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 65_536))
            received.bodies.withLock { $0.append(body) }
            return Response(status: .ok)
        }
        router.post("/moved") { _, _ in Response(status: .temporaryRedirect, headers: [.location: "/logout"]) }
        router.post("/slow") { _, _ in
            try await Task.sleep(for: .seconds(30))
            return Response(status: .ok)
        }
        let chain = try ([rig.certificate.der] + rig.certificate.chain).map {
            NIOSSLCertificateSource.certificate(try NIOSSLCertificate(bytes: $0, format: .der))
        }
        let key = try #require(rig.certificate.privateKey)
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: key.expose(), format: .der))
        )
        return Application(router: router, server: try .tls(.http1(), tlsConfiguration: tls))
    }

    private static func settings(_ url: String, _ store: MemoryStore) async throws -> ProviderSettings {
        let lab = try LabDecoder.decode(
            text: """
                lab: test
                domain: localhost
                identity: {issuer: "https://localhost:5556"}
                clients:
                  - {id: web, name: Web, redirectURIs: [https://localhost/cb], backchannelLogoutURI: "\(url)"}
                """,
            file: "lab.yaml"
        )
        let schedule = KeySchedule(rotation: .days(30), longestToken: .hours(1))
        let keys = KeyRing(store: store, algorithms: [.rs256], schedule: schedule)
        try await keys.load(at: Date())
        return ProviderSettings(
            issuer: lab.identity.issuer,
            lifetimes: lab.identity.lifetimes,
            roster: Roster(clients: lab.clients, directory: UserDirectory([])),
            store: store,
            credentials: store,
            keys: keys,
            random: SystemRandomSource()
        )
    }

    /// A session of the client that has just ended.
    private static func end(in store: MemoryStore) async {
        let now = Date()
        let grant = AuthorizationGrant(
            id: "g",
            clientID: "web",
            userID: "1",
            scopes: ["openid"],
            authenticated: now,
            sid: "s",
            created: now
        )
        let access = AccessToken(id: "a", grantID: "g", scopes: ["openid"], expires: now.addingTimeInterval(60))
        await store.addGrant(grant, access: access, refresh: nil)
        let id = TokenDigest(of: Secret("x"))
        let session = Session(
            id: id,
            sid: "s",
            userID: "1",
            authenticated: now,
            created: now,
            expires: now.addingTimeInterval(60)
        )
        await store.addSession(session, replacing: nil, notifying: ["web"])
        await store.endSession(id, notifying: ["web"], at: now)
    }

    @Test(
        "reaches the registered address with the lab's certificate, and follows no redirect",
        arguments: [
            ("/logout", true, 1, 0), ("/moved", true, 0, 1), ("/slow", true, 0, 1), ("/none", true, 0, 1),
            ("/logout", false, 0, 1),
        ]
    )
    func deliver(path: String, isTrusted: Bool, bodies: Int, left: Int) async throws {
        let rig = try await ServerRig()
        let received = Received()
        try await Self.relyingParty(rig, received).test(.live) { client in
            let store = MemoryStore()
            let port = try #require(client.port)
            let settings = try await Self.settings("https://localhost:\(port)\(path)", store)
            await Self.end(in: store)
            let delivery = LogoutDelivery(
                notifier: LogoutNotifier(settings),
                bell: try await rig.server(on: Endpoint(host: "127.0.0.1", port: 0)).provider.bell,
                poster: FormPoster(
                    verifier: try CurrentVerifier(roots: isTrusted ? rig.authorities.trust.certificates : []),
                    // Long enough for a busy machine, but where waiting is the point.
                    timeout: .seconds(path == "/slow" ? 1 : 30)
                ),
                clock: SystemWallClock(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            try await delivery.deliver()
            #expect(received.bodies.withLock { $0.count } == bodies)
            #expect(received.bodies.withLock { $0.allSatisfy { $0.hasPrefix("logout_token=") } })
            #expect(await store.logoutNotices(dueAt: .distantFuture, limit: 9).count == left)
        }
    }
}

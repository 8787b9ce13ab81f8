//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Lab
import Logging
import OIDC
import OIDCTestSupport
import Support

@testable import IdentityProvider

/// A provider on a memory store, with a clock that stands still.
struct TestProvider: Sendable {
    static let issuer = "https://idp.kidd.network"
    static let password = "correct horse battery"
    /// bcrypt of ``password`` at the lowest cost, so that tests need not wait.
    static let hash = Secret("$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS")
    static let webSecret = "s3cret with: space & +"
    static let verifier = "verifier-0123456789-abcdefghijklmnopqrstuvwxyz"

    static let labText = """
        lab: ainur
        domain: kidd.network
        identity: {issuer: ISSUER, address: 192.168.1.66}
        users:
          - {email: admin@kidd.network, username: admin, name: Ada Admin, groups: [cluster-admins, staff], id: "0001"}
          - {email: bob@kidd.network, username: bob, name: Bob, groups: [staff], id: "0002"}
        clients:
          - id: web
            name: Web
            redirectURIs: [https://rp.test/cb, "https://rp.test/cb?tenant=a"]
            postLogoutRedirectURIs: [https://rp.test/bye]
            backchannelLogoutURI: https://rp.test/backchannel
            grants: [authorization_code, refresh_token]
          - {id: cli, name: Cli, public: true, redirectURIs: ["http://127.0.0.1/cb", "http://[::1]:9000/cb", "http://localhost:8000"], grants: [authorization_code, refresh_token]}
          - {id: other, name: Other, redirectURIs: [https://other.test/cb], grants: [authorization_code, refresh_token]}
          - {id: closed, name: Closed, redirectURIs: [https://closed.test/cb], groups: [cluster-admins], grants: [authorization_code]}
          - {id: asking, name: "Asking <App>", redirectURIs: [https://asking.test/cb], consent: ask, grants: [authorization_code]}
          - {id: tv, name: "The <TV>", public: true, grants: [device_code, refresh_token]}
          - {id: console, name: Console, groups: [cluster-admins], grants: [device_code]}
          - {id: robot, name: Robot, grants: [client_credentials]}
          - {id: elliptic, name: Elliptic, redirectURIs: [https://ec.test/cb], algorithm: ES256, grants: [authorization_code]}
        """

    let store: MemoryStore
    let clock = FixedClock(Date(timeIntervalSince1970: 1_800_000_000))
    let settings: ProviderSettings
    let journal: RecordingLogHandler
    let app: IdentityProviderApp

    /// A provider for an issuer, which may have a path.
    init(
        issuer: String = issuer,
        lifetimes: Lifetimes? = nil,
        credentials: (any ClientCredentials)? = nil
    ) async throws {
        let journal = RecordingLogHandler()
        self.journal = journal
        let text = Self.labText.replacing("ISSUER", with: issuer)
        var lab = try LabDecoder.decode(text: text, file: "lab.yaml")
        if let lifetimes { lab.identity.lifetimes = lifetimes }
        store = MemoryStore(clientSecrets: [
            "web": [Secret("an older one, still good"), Secret(Self.webSecret)],
            "other": [Secret("other-secret")],
            "closed": [Secret("closed-secret")],
            "asking": [Secret("asking-secret")],
            "elliptic": [Secret("elliptic-secret")],
            "console": [Secret("console-secret")],
            "robot": [Secret("robot-secret")],
        ])
        for key in TestKeys.records { await store.addSigningKey(key) }
        for id in ["0001", "0002"] { await store.setPassword(userID: id, hash: Self.hash, at: clock.now) }
        let random = SystemRandomSource()
        let keys = KeyRing(
            store: store,
            algorithms: KeyRing.algorithms(of: lab.clients),
            schedule: KeySchedule(rotation: .days(30), longestToken: lab.identity.lifetimes.idToken)
        )
        try await keys.load(at: clock.now)
        let settings = ProviderSettings(
            issuer: lab.identity.issuer,
            lifetimes: lab.identity.lifetimes,
            roster: Roster(
                clients: lab.clients,
                directory: try await UserDirectory.load(lab.users, store: store, random: random)
            ),
            store: store,
            credentials: credentials ?? store,
            keys: keys,
            random: random,
            passwordCost: 4
        )
        app = try IdentityProviderApp(
            lab: lab,
            settings: settings,
            policy: PasswordPolicy(refused: ["Password12345"]),
            clock: clock,
            logger: Logger(label: "journal") { _ in journal }
        )
        self.settings = app.settings
    }

    /// Runs a test against the routes, in process.
    func run(
        logs: RecordingLogHandler = RecordingLogHandler(),
        _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in logs }
        try await Application(router: try app.router(), logger: logger).test(.router) { try await test($0) }
    }
}

/// Keys that all tests share, since making one takes a while.
enum TestKeys {
    static let records: [SigningKeyRecord] = {
        let past = Date(timeIntervalSince1970: 1_700_000_000)
        return SigningAlgorithm.allCases.compactMap { try? SigningKey.generate($0, at: past, activeFrom: past) }
    }()
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import Lab
package import Logging
import NIOCore
import OIDC
import Support

/// Discovery document, keys and health.
struct MetadataRoutes: Sendable {
    let app: IdentityProviderApp
    private let discoveryDocument: SharedDocument<Set<SigningAlgorithm>>
    private let keyDocument: SharedDocument<[String]>

    init(app: IdentityProviderApp) {
        self.app = app
        discoveryDocument = SharedDocument(app.standardHeaders)
        keyDocument = SharedDocument(app.standardHeaders)
    }

    func add(to router: Router<ProviderContext>) {
        router.get(app.path(.discovery)) { _, context in try await discovery(context) }
        router.get(app.path(.keys)) { _, context in try await keys(context) }
        router.get(app.path(.health)) { _, context in try await health(context) }
        router.get(app.path(.ready)) { _, context in try await ready(context) }
        for endpoint in [ProviderEndpoint.discovery, .keys] {
            router.on(app.path(endpoint), method: .options) { _, _ in app.json.preflight(methods: "GET") }
        }
    }

    private func discovery(_ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.bearer, context) {
            let algorithms = app.settings.roster.current.algorithms
            return try discoveryDocument.answer(algorithms) {
                let document = DiscoveryDocument.make(
                    issuer: app.settings.issuer,
                    algorithms: algorithms,
                    languages: app.pages.languages.tags
                )
                return try app.json.parts(document, cacheControl: "max-age=60")
            }
        }
    }

    private func keys(_ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.bearer, context) {
            let keys = app.settings.keys.published(at: app.clock.now)
            return try keyDocument.answer(keys.map(\.kid)) {
                let document = JSONValue.object(["keys": .array(keys.map(\.webKey))])
                let maximumAge = Int(KeySchedule.cacheTime.seconds)
                return try app.json.parts(document, cacheControl: "max-age=\(maximumAge)")
            }
        }
    }

    /// Says `ok` when the store answers.
    private func health(_ context: ProviderContext) async throws -> Response {
        guard await app.isHealthy(context.logger) else { throw PageError.unwell }
        return Self.ok
    }

    /// Says `ok` when tokens could be given as well.
    private func ready(_ context: ProviderContext) async throws -> Response {
        guard await app.isReady(context.logger) else { throw PageError.unwell }
        return Self.ok
    }

    private static var ok: Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n"))
        )
    }
}

extension IdentityProviderApp {
    /// Whether the store answers.
    package func isHealthy(_ logger: Logger) async -> Bool {
        do {
            _ = try await settings.store.account(userID: "")
            return true
        } catch {
            logger.error("the store does not answer", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Whether the store answers and every algorithm has its key.
    package func isReady(_ logger: Logger) async -> Bool {
        do {
            for algorithm in settings.roster.current.algorithms {
                _ = try settings.keys.signingKey(algorithm, at: clock.now)
            }
        } catch {
            logger.error("there is no key to sign with", metadata: ["error": "\(error)"])
            return false
        }
        return await isHealthy(logger)
    }
}

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
import Logging
import NIOCore
import OIDC
import Support

/// Discovery document, keys and health.
struct MetadataRoutes: Sendable {
    let app: IdentityProviderApp

    func add(to router: Router<ProviderContext>) {
        router.get(app.path(.discovery)) { _, context in try await discovery(context) }
        router.get(app.path(.keys)) { _, context in try await keys(context) }
        router.get(app.path(.health)) { _, context in try await health(context) }
        for endpoint in [ProviderEndpoint.discovery, .keys] {
            router.on(app.path(endpoint), method: .options) { _, _ in app.json.preflight(methods: "GET") }
        }
    }

    private func discovery(_ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.bearer, context) {
            let algorithms = KeyRing.algorithms(of: app.settings.clients)
            let document = DiscoveryDocument.make(issuer: app.settings.issuer, algorithms: algorithms)
            return try app.json.response(document, cacheControl: "max-age=60")
        }
    }

    private func keys(_ context: ProviderContext) async throws -> Response {
        try await app.json.answering(.bearer, context) {
            let keys = await app.settings.keys.published(at: app.clock.now).map(\.webKey)
            let maximumAge = Int(KeyRing.cacheTime.seconds)
            return try app.json.response(.object(["keys": .array(keys)]), cacheControl: "max-age=\(maximumAge)")
        }
    }

    /// Says `ok` when the store answers.
    private func health(_ context: ProviderContext) async throws -> Response {
        do {
            _ = try await app.settings.store.account(userID: "")
        } catch {
            context.logger.error("the store does not answer", metadata: ["error": "\(error)"])
            throw PageError(.serviceUnavailable, title: "Not well", message: "The state cannot be read.")
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n"))
        )
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Secrets
import Support

/// How relying parties are shown.
enum ClientView {
    static let columns: KeyValuePairs = [
        "id": "id", "name": "name", "type": "type", "secret": "secret", "created": "secret made",
        "redirectURIs": "redirect URIs",
    ]

    /// The client of an id, or an error that names the nearest.
    static func find(_ id: String, in lab: Lab) throws -> Client {
        guard let client = lab.clients.first(where: { $0.id == id }) else {
            throw CommandError(
                .badArgument,
                "no client \(id) in lab.yaml",
                remedy: Suggestion.nearest(to: id, among: lab.clients.map(\.id)).map { "did you mean \($0)?" }
                    ?? "kindling client list"
            )
        }
        return client
    }

    /// One row.
    static func record(_ client: Client, secrets: [ClientSecret], isRevealed: Bool = false) -> OutputValue {
        let current = secrets.first { $0.clientID == client.id && $0.phase == .current }
        let shown: OutputValue =
            switch (client.isPublic, current) {
            case (true, _): .null
            case (false, nil): .string("not made yet")
            case (false, let secret?):
                .string(isRevealed ? secret.value.expose() : "••• " + (secret.fingerprint ?? "(set by hand)"))
            }
        return .record([
            ("id", .string(client.id)),
            ("name", .string(client.name)),
            ("app", .optional(client.app?.id)),
            ("type", .string(client.isPublic ? "public" : "confidential")),
            ("redirectURIs", .strings(client.redirectURIs)),
            ("postLogoutRedirectURIs", .strings(client.postLogoutRedirectURIs)),
            ("grants", .strings(client.grants.map(\.rawValue))),
            ("scopes", .strings(client.scopes)),
            ("groups", .strings(client.groups)),
            ("secret", shown),
            ("created", .optional(current.map { Timestamp.text($0.created) })),
        ])
    }
}

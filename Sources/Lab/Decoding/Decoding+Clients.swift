//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

extension Decoding {
    mutating func clients(_ entries: [Fields]) -> [Client] {
        let clients = entries.map { client($0) }
        var seen: [String: String] = [:]
        for (entry, client) in zip(entries, clients) where !client.id.isEmpty {
            if let first = seen[client.id.lowercased()] {
                findings.error(
                    entry["id"] ?? entry["app"],
                    "\(entry.path("id")) is already that of \(first)",
                    hint: entry["id"] == nil ? "give this one an id of its own: id: \(client.id)-2" : nil
                )
            } else {
                seen[client.id.lowercased()] = entry.path
            }
        }
        for entry in entries {
            warnOfUnknownGroups(entry, "groups")
            for role in entry.entries("roles") {
                // The list of a role stands right under its name.
                warnOfUnknownGroups(Fields(entry["roles"], entry.path("roles")), role.name)
            }
        }
        return clients
    }

    private mutating func client(_ fields: Fields) -> Client {
        let preset = fields.text("app").flatMap { apps.apps[$0] }
        let urls = fields["urls"] == nil ? [fields.text("url")].compactMap { $0 } : fields.texts("urls")
        let id = fields.text("id") ?? preset?.id ?? ""
        let isPublic = preset?.isPublic ?? fields.flag("public") ?? false
        let written = fields.texts("grants").compactMap { Grant(rawValue: $0) }
        let grants = preset?.grants ?? (written.isEmpty ? [.authorizationCode, .refreshToken] : written)
        let client = Client(
            id: id,
            app: preset,
            name: fields.text("name") ?? preset?.name ?? id,
            urls: urls,
            isPublic: isPublic,
            redirectURIs: preset.map { Self.uris($0.redirectPaths, urls) + $0.redirectURIs }
                ?? fields.texts("redirectURIs"),
            postLogoutRedirectURIs: fields["postLogoutRedirectURIs"] == nil
                ? preset.map { Self.uris($0.postLogoutPaths, urls) } ?? []
                : fields.texts("postLogoutRedirectURIs"),
            backchannelLogoutURI: fields.text("backchannelLogoutURI"),
            grants: grants,
            groups: fields.texts("groups"),
            consent: fields.word("consent", Client.Consent.self) ?? .skip,
            algorithm: fields.word("algorithm", SigningAlgorithm.self) ?? .rs256,
            requiresPKCE: isPublic || preset?.requiresPKCE ?? false,
            roles: roles(fields),
            scopes: preset?.scopes ?? Self.scopes(grants)
        )
        if let preset { check(preset, fields) } else { check(client, fields) }
        if !isPublic { refuseCustomSchemes(fields) }
        return client
    }

    private func roles(_ fields: Fields) -> [Client.Role] {
        let pairs = fields["roles"]?.pairs ?? []
        return pairs.compactMap { pair in
            pair.key.text.map { Client.Role(name: $0, groups: (pair.value.items ?? []).compactMap(\.text)) }
        }
    }

    /// An app that nobody knows.
    private mutating func refuseUnknownApp(_ fields: Fields) {
        guard let node = fields["app"], let name = node.text, Format.appName.problem(name) == nil else { return }
        findings.error(
            node,
            "\(fields.path("app")) names no app that is known",
            hint: Meant.hint(name, among: apps.names)
                ?? "known are \(apps.names.joined(separator: ", ")); another needs apps/\(name)/app.yaml in the folder "
                + "of --templates"
        )
    }

    /// Rules of clients that a preset makes.
    private mutating func check(_ app: App, _ fields: Fields) {
        let given = fields["url"] ?? fields["urls"]
        if app.hasURL, given == nil {
            findings.error(
                fields["app"],
                "\(fields.path) needs url, from which the redirect URIs of \(app.id) follow",
                hint: "for example url: https://\(app.id).kidd.network"
            )
        } else if !app.hasURL, let given {
            findings.error(given, "\(fields.path) needs no url: \(app.id) is reached from the user's machine")
        }
        guard let roles = fields["roles"] else { return }
        switch app.roles {
        case .any: break
        case .none:
            let hint =
                app.reachesAPIServer ? "it acts as the user: give roles to the client of app kubernetes" : nil
            findings.error(roles, "\(app.id) has no roles of its own", hint: hint)
        case .known(let known):
            for pair in roles.pairs ?? [] {
                guard let name = pair.key.text, !known.contains(name) else { continue }
                findings.error(
                    pair.key,
                    "\(fields.path("roles")) names a role that \(app.id) does not have",
                    hint: Meant.hint(name, among: known) ?? "known are \(known.joined(separator: ", "))"
                )
            }
        }
    }

    /// Rules of clients that are written out.
    private mutating func check(_ client: Client, _ fields: Fields) {
        guard fields["app"] == nil else { return refuseUnknownApp(fields) }
        let usesRedirects = client.grants.contains(.authorizationCode)
        if usesRedirects, client.redirectURIs.isEmpty, fields.exists {
            findings.error(
                fields["redirectURIs"] ?? fields.node?.pairs?.first?.key,
                "\(fields.path) needs redirectURIs for the grant authorization_code",
                hint: "the address that the app names as its callback"
            )
        }
        if !usesRedirects, !client.redirectURIs.isEmpty {
            findings.warning(
                fields["redirectURIs"],
                "\(fields.path("redirectURIs")) has no effect without the grant authorization_code"
            )
        }
        if client.isPublic, client.grants.contains(.clientCredentials) {
            findings.error(
                fields["grants"],
                "\(fields.path) is public and asks for client_credentials, but it has no credentials",
                hint: "remove public: true or the grant (RFC 6749, section 4.4)"
            )
        }
        if client.grants.contains(.refreshToken), !usesRedirects, !client.grants.contains(.deviceCode) {
            findings.warning(
                fields["grants"],
                "\(fields.path("grants")) has refresh_token, but no grant that gives a refresh token"
            )
        }
        if let roles = fields["roles"] {
            findings.error(roles, "\(fields.path("roles")) has no effect without app", hint: "use groups")
        }
    }

    /// Schemes of apps (RFC 8252, section 7.1) are for clients without a secret.
    private mutating func refuseCustomSchemes(_ fields: Fields) {
        for key in ["redirectURIs", "postLogoutRedirectURIs"] {
            for (index, item) in (fields[key]?.items ?? []).enumerated() {
                guard let text = item.text, Format.redirectURI.problem(text) == nil,
                    let scheme = WebAddress(text)?.scheme, scheme != "https", scheme != "http"
                else { continue }
                findings.error(
                    item,
                    "\(fields.path(key))[\(index)] has a scheme of its own, which only public clients may",
                    hint: "say public: true, or begin it with https://"
                )
            }
        }
    }

    private static func uris(_ paths: [String], _ urls: [String]) -> [String] {
        urls.flatMap { url in paths.map { url + $0 } }
    }

    private static func scopes(_ grants: [Grant]) -> [String] {
        let scopes = ["openid", "profile", "email", "groups"]
        return grants.contains(.refreshToken) ? scopes + ["offline_access"] : scopes
    }
}

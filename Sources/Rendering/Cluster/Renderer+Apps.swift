//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Support
import Templating

/// Apps that the first server installs.
enum InstalledApp: String, CaseIterable {
    case argocd, headlamp

    var app: App { self == .argocd ? .argocd : .headlamp }
    var number: Int { self == .argocd ? 30 : 40 }
}

extension Renderer {
    /// Chart, secret and ingress of an app.
    func appObjects(
        _ app: InstalledApp,
        _ cluster: Cluster,
        hasIssuer: Bool
    ) throws(RenderingError) -> [ClusterObject] {
        let name = app.rawValue
        guard let client = lab.clients.first(where: { $0.app == app.app }) else {
            throw RenderingError(
                .renderingConflict,
                "cluster.components has \(name), clients has not",
                remedy: "add to clients: - {app: \(name), url: https://\(name).\(lab.domain)}"
            )
        }
        var own = component(name, cluster)
        own["app"] = .map(try appValues(app, client))
        own["hasIssuer"] = .bool(hasIssuer)
        var objects = [try object("\(app.number)-\(name)", "apps/\(name)/chart.yaml", own)]
        if app == .headlamp {
            objects.append(try object("\(app.number + 1)-\(name)-oidc", "apps/\(name)/secret.yaml", own))
        }
        objects.append(try object("\(app.number + 2)-\(name)-ingress", "apps/\(name)/ingress.yaml", own))
        return objects
    }

    private func appValues(_ app: InstalledApp, _ client: Client) throws(RenderingError) -> [String: TemplateValue] {
        guard let url = client.urls.first, let host = WebAddress(url)?.host else {
            throw RenderingError(
                .renderingConflict,
                "client \(client.id) has no URL",
                remedy: "add `url: https://\(client.id).\(lab.domain)` to it"
            )
        }
        var values: [String: TemplateValue] = [
            "clientID": .string(client.id),
            "clientSecret": .secret(try secret(of: client)),
            "url": .string(url),
            "otherURLs": .list(client.urls.dropFirst().map { .string($0) }),
            "host": .string(host),
            "hosts": .list(hosts(client, first: host).map { .string($0) }),
            "scopes": .list(client.scopes.map { .string($0) }),
            "scopeList": .string(client.scopes.joined(separator: " ")),
            "redirectURI": .string(client.redirectURIs.first ?? ""),
        ]
        if app == .argocd {
            values["policy"] = .string(try ArgoCDPolicy.csv(client))
            values["adminHash"] = .secret(input.passwordHashes[RequiredSecrets.argocdAdmin] ?? Secret(""))
        }
        return values
    }

    /// The hosts of a client's ingress: those that the lab's authority may certify, and the first in any case.
    private func hosts(_ client: Client, first: String) -> [String] {
        let own = client.urls.compactMap { WebAddress($0)?.host }.filter { host in
            lab.authority.permitted.contains { constraint in
                guard case .dns(let name) = constraint else { return false }
                return host == name || host.hasSuffix(".\(name)")
            }
        }
        return own.isEmpty ? [first] : own
    }

    private func secret(of client: Client) throws(RenderingError) -> Secret<String> {
        guard let secret = input.clientSecrets[client.id] else {
            throw RenderingError(
                .renderingInputMissing,
                "client \(client.id) has no secret in the state",
                remedy: "kindling up --once"
            )
        }
        return secret
    }
}

/// Argo CD's `policy.csv`.
enum ArgoCDPolicy {
    /// One line per group and role. A group that the format cannot hold is refused.
    static func csv(_ client: Client) throws(RenderingError) -> String {
        var lines = ""
        for role in client.roles {
            for group in role.groups {
                guard isPlain(group), isPlain(role.name) else {
                    throw RenderingError(
                        .renderingConflict,
                        "client \(client.id): role \(role.name) or group \(group) cannot stand in policy.csv",
                        remedy: "name them without commas, quotes and blanks at the ends"
                    )
                }
                lines += "g, \(group), role:\(role.name)\n"
            }
        }
        return lines
    }

    private static func isPlain(_ word: String) -> Bool {
        let refused = Set(",\"#\n\r".utf8)
        guard let first = word.utf8.first, let last = word.utf8.last, first > 0x20, last > 0x20 else { return false }
        return !word.utf8.contains { refused.contains($0) || $0 < 0x20 }
    }
}

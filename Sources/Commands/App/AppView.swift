//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Support

/// How apps are shown: what their presets say, and who uses them in the lab.
struct AppView {
    static let columns: KeyValuePairs = [
        "app": "app", "name": "name", "clients": "clients", "redirects": "redirects", "roles": "roles",
        "chart": "chart",
    ]

    let table: AppTable
    /// Of the lab, none where there is no lab.yaml.
    private let clients: [Client]

    /// - Throws: what reading templates or lab.yaml throws; a lab.yaml that was not asked for may be absent.
    init(_ options: LabOptions, in context: CommandContext) throws {
        let paths = options.paths(in: context)
        table = try AppTable(paths.templateStore())
        clients = options.lab == nil && !Files.exists(paths.lab) ? [] : try paths.readLab(in: context).clients
    }

    /// One row.
    func record(_ app: App) -> OutputValue {
        let users = clients.filter { $0.app?.id == app.id }
        let chart = table.charts[app.id]
        return .record([
            ("app", .string(app.id)),
            ("name", .string(app.name)),
            ("clients", .strings(users.map(\.id))),
            ("redirects", .strings(redirects(app, users))),
            ("scopes", .strings(app.scopes)),
            ("grants", .strings(app.grants.map(\.rawValue))),
            ("public", .bool(app.isPublic)),
            ("pkce", .bool(app.isPublic || app.requiresPKCE)),
            ("roles", roles(app)),
            ("secretForm", .string(app.secretForm)),
            ("trustForm", .string(app.trustForm)),
            ("reload", .string(app.reload)),
            ("secrets", .strings(app.secrets.map(\.name))),
            ("repository", .optional(chart?.repository)),
            ("chart", .optional(chart?.chart)),
        ])
    }

    /// The redirect URIs of the clients, or what each base URL is followed by.
    private func redirects(_ app: App, _ users: [Client]) -> [String] {
        guard users.isEmpty else { return users.flatMap(\.redirectURIs) }
        return app.redirectURIs.isEmpty ? app.redirectPaths.map { "URL\($0)" } : app.redirectURIs
    }

    private func roles(_ app: App) -> OutputValue {
        switch app.roles {
        case .none: .strings([])
        case .known(let names): .strings(names)
        case .any: .strings(["any"])
        }
    }
}

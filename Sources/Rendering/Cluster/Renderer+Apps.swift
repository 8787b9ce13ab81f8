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

extension Renderer {
    /// Chart, objects and Ingress or HTTPRoute of an app that the cluster installs.
    func appObjects(_ instance: AppInstance, _ component: Cluster.Component) throws(RenderingError) -> [ClusterObject] {
        let own = ["app": TemplateValue.map(try appValues(instance))]
        let (number, name) = (instance.number, instance.name)
        var objects = [try chart(component, named: name, values: try chartInput(instance))]
        for file in templateNames(instance, "objects") {
            let stem = file.name.split(separator: ".").first.map(String.init) ?? file.name
            objects.append(try object("\(number + 1)-\(name)-\(stem)", file.path, own, part: name))
        }
        return objects + (try entrances(component, named: name, own))
    }

    /// The values of an app's chart; `nil` where it has none.
    ///
    /// Where values go to git there are no hashes in them, on the first server neither: else whoever applies the one set
    /// would take back the other. The app makes a password of its own then.
    private func chartInput(_ instance: AppInstance) throws(RenderingError) -> FilledTemplate? {
        let path = "apps/\(instance.app.id)/values.yaml"
        guard templates.has(path) else { return nil }
        var values = try appValues(instance)
        if lab.cluster?.isCommitted == true { values["hashes"] = .map(ownSecrets(instance.app) { _ in nil }) }
        return try fill(path, ["app": .map(values)])
    }

    /// `apps/NAME/…`: what an app needs where the operator installs it, and files that are for people.
    func appFiles() throws(RenderingError) -> [RenderedFile] {
        var files: [RenderedFile] = []
        for instance in lab.appInstances {
            let own = ["app": TemplateValue.map(try appValues(instance))]
            let folder = "apps/\(instance.name)"
            if instance.component == nil {
                if let filled = try chartInput(instance) {
                    files.append(RenderedFile(path: "\(folder)/values.yaml", filled))
                }
                for object in try ownObjects(instance) {
                    files.append(RenderedFile(path: "\(folder)/objects/\(object.name).yaml", object.filled))
                }
            }
            for file in templateNames(instance, "files") {
                files.append(RenderedFile(path: "\(folder)/\(file.name)", try fill(file.path, own)))
            }
        }
        return files
    }

    /// The objects of an app that the operator installs, with every secret where its template has it.
    func filledOwnObjects(_ instance: AppInstance) throws(RenderingError) -> [ClusterObject] {
        let own = ["app": TemplateValue.map(try appValues(instance))]
        var objects: [ClusterObject] = []
        for file in templateNames(instance, "objects") {
            let stem = file.name.split(separator: ".").dropLast().joined(separator: ".")
            objects.append(try object(stem, file.path, own, part: instance.name))
        }
        return objects
    }

    /// The object that installs a chart.
    func chart(
        _ component: Cluster.Component,
        named name: String,
        values: FilledTemplate?
    ) throws(RenderingError) -> ClusterObject {
        let release = ChartRelease(name: name, component: component, values: values)
        let filled = try fill("cluster/chart.yaml", ["chart": chartValues(release)])
        return ClusterObject(
            name: "\(component.source.number)-\(name)",
            filled: filled,
            part: name,
            template: "apps/\(component.name)/values.yaml",
            chart: release
        )
    }

    /// What templates see of a chart.
    func chartValues(_ release: ChartRelease) -> TemplateValue {
        let source = release.component.source
        return [
            "name": .string(release.name),
            "namespace": .string(source.namespace),
            "repository": .string(release.repository),
            "chart": .string(release.chart),
            "source": .string(source.repository),
            "nameInSource": .string(source.chart),
            "version": .string(release.component.version),
            "values": release.values?.value ?? "",
            "service": ["name": .string(source.service?.name ?? ""), "port": .int(source.service?.port ?? 0)],
        ]
    }

    /// The templates of one of an app's folders, by name and path.
    private func templateNames(_ instance: AppInstance, _ folder: String) -> [(name: String, path: String)] {
        let prefix = "apps/\(instance.app.id)/\(folder)/"
        return templates.paths.filter { $0.hasPrefix(prefix) }.map { (String($0.dropFirst(prefix.count)), $0) }
    }

    private func appValues(_ instance: AppInstance) throws(RenderingError) -> [String: TemplateValue] {
        let (app, client) = (instance.app, instance.client)
        let url = client.urls.first ?? ""
        let host = WebAddress(url)?.host ?? ""
        let roles = client.roles.filter { !$0.groups.isEmpty }
        return [
            "id": .string(app.id),
            "name": .string(client.name),
            "namespace": .string(instance.namespace),
            "clientID": .string(client.id),
            "clientSecret": client.isPublic ? "" : .secret(try secret(of: client)),
            "isPublic": .bool(client.isPublic),
            "url": .string(url),
            "urls": .list(client.urls.map { .string($0) }),
            "otherURLs": .list(client.urls.dropFirst().map { .string($0) }),
            "host": .string(host),
            "hosts": .list(hosts(client, first: host).map { .string($0) }),
            "scopes": .list(client.scopes.map { .string($0) }),
            "scopeList": .string(client.scopes.joined(separator: " ")),
            "extraScopes": .list(client.scopes.filter { $0 != "openid" }.map { .string($0) }),
            "redirectURI": .string(client.redirectURIs.first ?? ""),
            "redirectURIs": .list(client.redirectURIs.map { .string($0) }),
            "roles": .list(
                ordered(roles, app).map { role in
                    ["name": .string(role.name), "groups": .list(role.groups.map { .string($0) })]
                }
            ),
            "grants": .list(
                ordered(roles, app).flatMap { role in
                    role.groups.map { ["role": .string(role.name), "group": .string($0)] }
                }
            ),
            "groupsOf": .map(groups(roles, app)),
            "secrets": .map(ownSecrets(app) { input.secrets[$0.name] }),
            "hashes": .map(ownSecrets(app) { input.passwordHashes[$0.name] }),
        ]
    }

    /// Roles in the order of the app, the strongest first, then of lab.yaml.
    private func ordered(_ roles: [Client.Role], _ app: App) -> [Client.Role] {
        guard case .known(let known) = app.roles else { return roles }
        return known.flatMap { name in roles.filter { $0.name == name } }
    }

    /// The groups of every role that the app has, none for one that lab.yaml does not name.
    private func groups(_ roles: [Client.Role], _ app: App) -> [String: TemplateValue] {
        var groups: [String: TemplateValue] = [:]
        if case .known(let known) = app.roles { for name in known { groups[name] = [] } }
        for role in roles { groups[role.name] = .list(role.groups.map { .string($0) }) }
        return groups
    }

    /// The app's own secrets, or their hashes, by name; empty for what the state does not have.
    private func ownSecrets(_ app: App, _ value: (App.OwnSecret) -> Secret<String>?) -> [String: TemplateValue] {
        let pairs = app.secrets.map { ($0.name, TemplateValue.secret(value($0) ?? Secret(""))) }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
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

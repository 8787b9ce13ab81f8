//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab

/// An app of the lab: a client with a preset, and where it runs.
struct AppInstance {
    let app: App
    let client: Client
    /// Name of its release, of its manifests and of its folder below `out/apps/`.
    let name: String
    let namespace: String
    /// The chart that the cluster installs; `nil` where the operator installs the app.
    let component: Cluster.Component?

    /// The place of its manifests in their order.
    var number: Int { component?.source.number ?? 60 }
}

extension Lab {
    /// The lab's apps in the order of its clients. The cluster installs the first client of an app; others of the same
    /// app have names of their own and are installed by the operator.
    var appInstances: [AppInstance] {
        var seen: Set<String> = []
        return clients.compactMap { client in
            guard let app = client.app else { return nil }
            let isFirst = seen.insert(app.id).inserted
            let component = isFirst ? cluster?.component(app.id) : nil
            let name = isFirst ? app.id : client.id
            return AppInstance(
                app: app,
                client: client,
                name: name,
                namespace: component?.source.namespace ?? name,
                component: component
            )
        }
    }

    /// Those that the cluster installs, in the order of their manifests.
    var installedApps: [AppInstance] {
        let installed = appInstances.filter { $0.component != nil }
        return installed.sorted { ($0.number, $0.name) < ($1.number, $1.name) }
    }
}

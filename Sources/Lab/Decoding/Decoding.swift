//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

/// Makes the values of a lab.yaml and applies the rules that go beyond the shape of single values.
///
/// Where a value is missing or malformed, which ``ShapeChecker`` has reported, a neutral one stands in, so that the
/// rest of the file is judged all the same; the result is then thrown away.
struct Decoding {
    var findings: Findings
    /// The apps that clients may name, and the charts of components.
    var apps = AppTable.standard
    /// Groups that some user has.
    var knownGroups: Set<String> = []
    /// Whether what the authority permits is written without mistake, so that names can be held against it.
    var knowsPermitted = false
    /// Whether groups may come from an upstream provider too.
    var hasConnectors = false

    mutating func lab(_ fields: Fields) -> Lab {
        let name = fields.text("lab") ?? ""
        let domain = fields.text("domain") ?? ""
        let authority = authority(fields.object("authority"), lab: name, domain: domain)
        let users = users(fields.objects("users"))
        knownGroups = Set(users.flatMap(\.groups).filter { Format.group.problem($0) == nil })
        hasConnectors = !(fields["identity"]?["connectors"]?.items ?? []).isEmpty
        let identity = identity(fields.object("identity"), authority, hasUsers: !users.isEmpty)
        let clients = clients(fields.objects("clients"))
        let certificates = certificates(fields.objects("certificates"), authority)
        let secrets = secrets(fields.objects("secrets"))
        let netboot = netboot(fields.object("netboot"))
        let nodes = nodes(fields.objects("nodes"), netboot)
        let cluster = cluster(fields.object("cluster"), lab: name, domain: domain)
        check(cluster, nodes, fields)
        checkListeners(fields, identity.listen)
        return Lab(
            name: name,
            domain: domain,
            authority: authority,
            identity: identity,
            users: users,
            clients: clients,
            certificates: certificates,
            secrets: secrets,
            cluster: cluster,
            nodes: nodes,
            netboot: netboot
        )
    }

    // MARK: Rules of several sections

    /// Reports values that two entries share. `value` gives what must differ; `nil` takes no part.
    mutating func refuseDuplicates(
        _ entries: [Fields],
        _ key: String,
        hint: String? = nil,
        _ value: (String) -> String? = { $0 }
    ) {
        var seen: [String: String] = [:]
        for entry in entries {
            guard let text = entry.text(key), let same = value(text) else { continue }
            if let first = seen[same] {
                findings.error(entry[key], "\(entry.path(key)) is already that of \(first)", hint: hint)
            } else {
                seen[same] = entry.path
            }
        }
    }

    /// Warns of groups that nobody has, where they cannot come from an upstream provider.
    mutating func warnOfUnknownGroups(_ fields: Fields, _ key: String) {
        guard !hasConnectors else { return }
        for (index, item) in (fields[key]?.items ?? []).enumerated() {
            guard let group = item.text, Format.group.problem(group) == nil, !knownGroups.contains(group) else {
                continue
            }
            findings.warning(
                item,
                "\(fields.path(key))[\(index)] names a group that no user has",
                hint: Meant.hint(group, among: knownGroups.sorted())
            )
        }
    }

    /// Reports a duration outside a range.
    mutating func check(_ fields: Fields, _ key: String, atLeast least: Duration, atMost most: Duration) {
        guard let value = fields.duration(key), value < least || value > most else { return }
        findings.error(
            fields[key],
            "\(fields.path(key)) is \(value.labText), and must be \(least.labText) to \(most.labText)"
        )
    }

    /// Two listeners cannot share an address and a port.
    private mutating func checkListeners(_ fields: Fields, _ issuer: Endpoint) {
        let tcp: [(String, String)] = [
            ("identity", "metrics"), ("authority", "listen"), ("netboot", "http"), ("netboot", "https"),
        ]
        var taken = [(endpoint: issuer, path: "identity.listen")]
        for (section, key) in tcp {
            let object = fields.object(section)
            guard let endpoint = object.endpoint(key) else { continue }
            if let other = taken.first(where: { $0.endpoint.clashes(with: endpoint) }) {
                findings.error(object[key], "\(object.path(key)) cannot listen where \(other.path) does")
            }
            taken.append((endpoint, object.path(key)))
        }
    }
}

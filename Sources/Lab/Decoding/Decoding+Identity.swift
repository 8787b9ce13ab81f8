//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

extension Decoding {
    /// Issuers of the cluster's own service accounts; the API server refuses two issuers of one name.
    private static var serviceAccountIssuers: [String] {
        ["https://kubernetes.default.svc.cluster.local", "https://kubernetes.default.svc"]
    }

    mutating func identity(_ fields: Fields, _ authority: Authority, hasUsers: Bool) -> Identity {
        let issuer = fields.text("issuer") ?? ""
        let url = Format.issuer.problem(issuer) == nil ? WebAddress(issuer) : nil
        let isLoopback = url?.isLoopback ?? false
        let port = url?.port ?? 443
        let identity = Identity(
            provider: fields.word("provider", Identity.Provider.self) ?? .kindling,
            issuer: issuer,
            address: fields.text("address"),
            listen: fields.endpoint("listen") ?? Endpoint(host: isLoopback ? "127.0.0.1" : "0.0.0.0", port: port),
            isProxied: fields.flag("proxied") ?? false,
            trustedProxies: fields.texts("trustedProxies").compactMap { AddressRange($0) },
            metrics: fields.endpoint("metrics"),
            lifetimes: lifetimes(fields.object("lifetimes")),
            keyRotation: fields.duration("keyRotation") ?? .seconds(30 * 86_400),
            administrators: fields.texts("administrators"),
            refusedPasswords: fields.text("refusedPasswords"),
            connectors: connectors(fields.objects("connectors")),
            issuerHost: url?.host ?? "",
            issuerPort: port,
            isLoopback: isLoopback,
            issuerPath: url?.path ?? ""
        )
        check(fields, "keyRotation", atLeast: .seconds(3_600), atMost: .seconds(365 * 86_400))
        if url != nil { checkIssuer(identity, fields, authority) }
        checkAdministrators(fields, hasUsers: hasUsers)
        return identity
    }

    private mutating func checkIssuer(_ identity: Identity, _ fields: Fields, _ authority: Authority) {
        let node = fields["issuer"]
        if Self.serviceAccountIssuers.contains(identity.issuer) {
            findings.error(
                node,
                "identity.issuer is the cluster's own issuer of service accounts, and the API server refuses a second",
                hint: "choose a name inside the lab's domain"
            )
        } else {
            checkPermitted(identity.issuerHost, authority, node, "the host of identity.issuer")
        }
        if fields["address"] == nil, !identity.isLoopback, fields.exists {
            findings.error(
                node,
                "identity needs address, since its issuer is not loopback",
                hint: "the address of the machine that runs kindling: nodes map the issuer's name to it"
            )
        }
        if let address = fields.text("address"), HostName.isLoopback(address), !identity.isLoopback {
            findings.warning(
                fields["address"],
                "identity.address is loopback, so that every node would look for the issuer on itself",
                hint: "the address of the machine that runs kindling in the lab's network"
            )
        }
        if let listen = fields.endpoint("listen"), listen.port != identity.issuerPort, !identity.isProxied {
            findings.error(
                fields["listen"],
                "identity.listen has another port than the issuer (\(identity.issuerPort))",
                hint: "listen on \(Endpoint(host: listen.host, port: identity.issuerPort)), "
                    + "or say proxied: true if a proxy stands in front"
            )
        }
        if !identity.trustedProxies.isEmpty, !identity.isProxied {
            findings.warning(
                fields["trustedProxies"],
                "identity.trustedProxies has no effect without proxied: true"
            )
        }
    }

    private mutating func checkAdministrators(_ fields: Fields, hasUsers: Bool) {
        guard !hasConnectors else { return }
        let groups = fields.texts("administrators")
        let known = knownGroups.sorted()
        if groups.isEmpty {
            guard hasUsers, fields.exists else { return }
            findings.warning(
                fields["administrators"] ?? fields.node?.pairs?.first?.key,
                "identity.administrators names no group, so that nobody administers kindling",
                hint: "for example administrators: [\(known.first ?? "cluster-admins")]"
            )
        } else if knownGroups.isDisjoint(with: groups) {
            findings.warning(
                fields["administrators"],
                "identity.administrators names no group that some user has, so that nobody administers kindling",
                hint: groups.compactMap { Meant.hint($0, among: known) }.first
            )
        }
    }

    private mutating func lifetimes(_ fields: Fields) -> Lifetimes {
        let standard = Lifetimes.standard
        let limits: [(key: String, least: Int64, most: Int64)] = [
            ("code", 1, 600), ("idToken", 1, 7 * 86_400), ("accessToken", 1, 7 * 86_400),
            ("refreshToken", 1, 365 * 86_400), ("refreshReuseGrace", 0, 60), ("session", 1, 30 * 86_400),
        ]
        for (key, least, most) in limits {
            check(fields, key, atLeast: .seconds(least), atMost: .seconds(most))
        }
        return Lifetimes(
            code: fields.duration("code") ?? standard.code,
            idToken: fields.duration("idToken") ?? standard.idToken,
            accessToken: fields.duration("accessToken") ?? standard.accessToken,
            refreshToken: fields.duration("refreshToken") ?? standard.refreshToken,
            refreshReuseGrace: fields.duration("refreshReuseGrace") ?? standard.refreshReuseGrace,
            session: fields.duration("session") ?? standard.session
        )
    }

    private mutating func connectors(_ entries: [Fields]) -> [Connector] {
        refuseDuplicates(entries, "id")
        for entry in entries {
            if entry.text("id") == "local" {
                findings.error(
                    entry["id"],
                    "\(entry.path("id")) is local, the connector of the lab's own users",
                    hint: "choose another id"
                )
            }
            if entry.text("type") == Connector.Kind.oidc.rawValue, !entry.texts("orgs").isEmpty {
                findings.error(entry["orgs"], "\(entry.path("orgs")) is for connectors of type gitea")
            }
        }
        return entries.map { entry in
            Connector(
                type: entry.word("type", Connector.Kind.self) ?? .gitea,
                id: entry.text("id") ?? "",
                name: entry.text("name") ?? entry.text("id") ?? "",
                url: entry.text("url") ?? "",
                clientID: entry.text("clientID") ?? "",
                secret: entry.text("secret") ?? "",
                orgs: entry.texts("orgs"),
                rootCA: entry.text("rootCA")
            )
        }
    }

    mutating func users(_ entries: [Fields]) -> [User] {
        refuseDuplicates(entries, "email")
        refuseDuplicates(entries, "id", hint: "two users with one id would be one person to every client")
        let users = entries.map { entry in
            let email = entry.text("email") ?? ""
            let username = entry.text("username") ?? String(email.prefix { $0 != "@" })
            return User(
                email: email,
                username: username,
                name: entry.text("name") ?? username,
                groups: entry.texts("groups"),
                id: entry.text("id"),
                account: account(entry, username)
            )
        }
        // People sign in by user name whatever its letter case, and some user names come from addresses.
        var seen: [String: String] = [:]
        for (entry, user) in zip(entries, users) where !user.username.isEmpty {
            if let first = seen[user.username.lowercased()] {
                findings.error(
                    entry["username"] ?? entry["email"] ?? entry.node,
                    "\(entry.path("username")) is already that of \(first)",
                    hint: entry["username"] == nil ? "give it a username of its own" : nil
                )
            } else {
                seen[user.username.lowercased()] = entry.path
            }
        }
        return users
    }

    /// The account of a user on the machines.
    private mutating func account(_ entry: Fields, _ username: String) -> User.Account? {
        guard let shell = entry.text("shell") else {
            for key in ["sudo", "sshKeys"] where entry[key] != nil {
                findings.error(
                    entry[key],
                    "\(entry.path(key)) has no effect without shell",
                    hint: "add shell: /bin/bash"
                )
            }
            return nil
        }
        if !Format.isUnixName(username) {
            findings.error(
                entry["username"] ?? entry["email"],
                "\(entry.path) has a shell, and \(username) is no name that a machine takes",
                hint: "give it a username of small letters, digits, - and _, at most 32"
            )
        }
        checkPasswdField(entry, "shell", shell)
        checkPasswdField(entry, "name", entry.text("name") ?? username)
        return User.Account(shell: shell, maySudo: entry.flag("sudo") ?? false, sshKeys: entry.texts("sshKeys"))
    }

    /// `/etc/passwd` puts a colon between fields, and a comma between the parts of the field that holds the name.
    private mutating func checkPasswdField(_ entry: Fields, _ key: String, _ value: String) {
        guard let mark = value.first(where: { ":,".contains($0) }) else { return }
        findings.error(
            entry[key],
            "\(entry.path(key)) has \(mark == "," ? "a comma" : "a colon"), which the line of an account cannot hold",
            hint: "write it without, or leave out shell"
        )
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

extension Decoding {
    mutating func nodes(_ entries: [Fields], _ netboot: Netboot?) -> [ClusterNode] {
        refuseDuplicates(entries, "name", hint: "two machines of one name cannot join one cluster")
        refuseDuplicates(entries, "mac") { $0.lowercased() }
        refuseDuplicates(entries, "uuid") { $0.lowercased() }
        refuseDuplicates(entries, "serial")
        refuseDuplicates(entries, "address") { InterfaceAddress($0)?.address }
        return entries.map { entry in
            checkProfile(entry, netboot)
            let role = entry.word("role", ClusterNode.Role.self) ?? .agent
            let arch = entry.word("arch", ClusterNode.Architecture.self) ?? .amd64
            let profile = netboot?.profiles.first { $0.name == entry.text("profile") }
            let os = entry.word("os", OperatingSystem.self) ?? profile.flatMap { OperatingSystem(rawValue: $0.os) }
            let install = entry.word("install", ClusterNode.Install.self) ?? .image
            checkInstall(entry, install, os ?? .ubuntu2404)
            return ClusterNode(
                name: entry.text("name") ?? "",
                identity: Self.identity(entry),
                role: role,
                profile: entry.text("profile"),
                arch: arch,
                os: os ?? .ubuntu2404,
                install: install,
                hasClock: entry.flag("clock") ?? (arch != .arm64),
                address: entry.text("address").flatMap { InterfaceAddress($0) },
                sshKeys: entry.texts("sshKeys"),
                packages: entry.texts("packages"),
                files: files(entry.objects("files")),
                enrol: entry.word("enrol", ClusterNode.Enrol.self) ?? (role == .server ? .approve : .token)
            )
        }
    }

    private static func identity(_ entry: Fields) -> ClusterNode.MachineIdentity? {
        if let mac = entry.text("mac") { return .mac(mac.lowercased()) }
        if let uuid = entry.text("uuid") { return .uuid(uuid.lowercased()) }
        return entry.text("serial").map { .serial($0) }
    }

    private mutating func checkProfile(_ entry: Fields, _ netboot: Netboot?) {
        guard let profile = entry.text("profile"), let netboot else { return }
        let known = netboot.profiles.map(\.name)
        if !known.contains(profile) {
            findings.error(
                entry["profile"],
                "\(entry.path("profile")) is none of netboot.profiles",
                hint: Meant.hint(profile, among: known)
                    ?? (known.isEmpty ? "netboot.profiles is empty" : "known are \(known.joined(separator: ", "))")
            )
        }
        if entry["mac"] == nil, entry["uuid"] == nil, entry["serial"] == nil {
            findings.error(
                entry["name"],
                "\(entry.path) boots from the network and has nothing to be recognised by",
                hint: "give it mac, uuid or serial"
            )
        }
    }

    private mutating func checkInstall(_ entry: Fields, _ install: ClusterNode.Install, _ os: OperatingSystem) {
        guard install == .autoinstall, os != .ubuntu2204, os != .ubuntu2404 else { return }
        findings.error(
            entry["install"],
            "\(entry.path("install")) is autoinstall, the installer of Ubuntu Server, and os is \(os.rawValue)",
            hint: "use install: image, or os: ubuntu-24.04"
        )
    }

    private mutating func files(_ entries: [Fields]) -> [FileSpec] {
        var paths: [String: String] = [:]
        for entry in entries where entry.flag("append") != true {
            guard let path = entry.text("path") else { continue }
            if let first = paths[path] {
                findings.error(
                    entry["path"],
                    "\(entry.path("path")) is already that of \(first)",
                    hint: "one of the two would be lost; say append: true to add to it"
                )
            } else {
                paths[path] = entry.path
            }
        }
        return entries.map { entry in
            FileSpec(
                path: entry.text("path") ?? "",
                content: entry.text("content") ?? "",
                owner: entry.text("owner"),
                permissions: entry.text("permissions"),
                encoding: entry.text("encoding"),
                append: entry.flag("append") ?? false,
                isDeferred: entry.flag("defer") ?? false
            )
        }
    }

    mutating func netboot(_ fields: Fields) -> Netboot? {
        guard fields.exists else { return nil }
        return Netboot(
            address: fields.text("address") ?? "",
            http: fields.endpoint("http"),
            https: fields.endpoint("https"),
            tftp: fields.endpoint("tftp"),
            proxyDHCP: fields.text("proxyDHCP"),
            profiles: fields.entries("profiles").map { name, profile in
                Netboot.Profile(
                    name: name,
                    os: profile.text("os") ?? "",
                    kernel: profile.text("kernel") ?? "",
                    initrd: profile.text("initrd") ?? "",
                    root: profile.text("root"),
                    arguments: profile.texts("arguments")
                )
            }
        )
    }
}

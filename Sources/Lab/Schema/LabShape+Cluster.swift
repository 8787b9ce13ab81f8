//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension LabShape {
    static let cluster = ObjectShape([
        Key("name", .text(.label), "Name of the cluster; the lab's where absent."),
        Key("distribution", .choice(Cluster.Distribution.words), "Kubernetes distribution, k3s where absent."),
        Key("version", .text(.clusterVersion), required: true, "Its version in full."),
        Key("endpoint", .text(.host), required: true, "Address of the first server."),
        Key("ingress", .object(ingress), "How traffic enters; the distribution's own controller where absent."),
        Key("groupsPrefix", .text(.groupsPrefix), "Stands before every group of a token, oidc: where absent."),
        Key("install", .object(install), "Where the distribution comes from, and what its files must be."),
        Key("registries", .object(registries), "Image registries, as in registries.yaml of k3s."),
        Key("trust", .object(trust), "Where pods find the lab's root."),
        Key(
            "components",
            .map(keys: .componentName, values: .text(.chartVersion)),
            "Pinned chart versions of what the first server installs."
        ),
        Key("layout", .choice(Cluster.Layout.words), "How rendered objects are laid out."),
        Key("secretForm", .choice(Cluster.SecretForm.words), "How rendered secrets are written, plain where absent."),
        Key("externalSecret", .object(externalSecret), "Where External Secrets reads from."),
    ])

    static let install = ObjectShape([
        Key("source", .text(.downloadURL), "Base URL of the releases; the project's own where absent."),
        Key("folder", .text(.path), "Folder on the nodes that holds the files already; nothing is fetched then."),
        Key("sha256", .object(digests), "SHA-256 of the distribution's program or archive, by architecture."),
    ])

    static let digests = ObjectShape(
        ClusterNode.Architecture.words.map { Key($0, .text(.sha256), "SHA-256, 64 hexadecimal digits.") }
    )

    static let ingress = ObjectShape(
        [
            Key("class", .text(.objectName), "Class of the Ingresses."),
            Key("gateway", .object(gateway), "Gateways of the HTTPRoutes."),
        ],
        rules: [.exactlyOne(["class", "gateway"])]
    )

    static let gateway = ObjectShape([
        Key(
            "parentRefs",
            .list(.object(parentReference), atLeast: 1, isUnique: false),
            required: true,
            "As in an HTTPRoute of the Gateway API."
        )
    ])

    static let parentReference = ObjectShape([
        Key("name", .text(.objectName), required: true, "Name of the Gateway."),
        Key("namespace", .text(.label), "Its namespace."),
        Key("sectionName", .text(.objectName), "Name of its listener."),
        Key("port", .integer(1...65_535), "Port of its listener."),
    ])

    static let registries = ObjectShape([
        Key("mirrors", .map(keys: .registry, values: .object(mirror)), "Other places to pull from, by registry."),
        Key("configs", .map(keys: .registry, values: .object(registryConfig)), "TLS, by registry."),
    ])

    static let mirror = ObjectShape([
        Key("endpoint", .list(.text(.registryURL)), "Tried in this order."),
        Key("rewrite", .map(keys: .line, values: .text(.line)), "Expressions and what to put for their matches."),
    ])

    static let registryConfig = ObjectShape([
        Key("tls", .object(registryTLS), "How the registry is trusted.")
    ])

    static let registryTLS = ObjectShape([
        Key("ca_file", .text(.path), "CA file on the node."),
        Key("cert_file", .text(.path), "Client certificate on the node."),
        Key("key_file", .text(.path), "Its key on the node."),
        Key("insecure_skip_verify", .boolean, "Whether any certificate is taken."),
    ])

    static let trust = ObjectShape([
        Key("configMap", .text(.objectName), "Name of the ConfigMap, lab-ca where absent."),
        Key("key", .text(.dataKey), "Its key, ca.crt where absent."),
        Key(
            "namespaceLabel",
            .text(.objectLabel),
            "Label of the namespaces that get it; NAME.DOMAIN/ca=inject of the lab where absent."
        ),
    ])

    static let externalSecret = ObjectShape([
        Key("store", .text(.objectName), required: true, "Name of the secret store."),
        Key(
            "kind",
            .choice(["ClusterSecretStore", "SecretStore"]),
            "Its kind, ClusterSecretStore where absent."
        ),
        Key("item", .text(.line), required: true, "Item in the store that holds the fields."),
    ])

    static let node = ObjectShape(
        [
            Key("name", .text(.label), required: true, "Host name."),
            Key("mac", .text(.mac), "MAC address by which it is recognised."),
            Key("uuid", .text(.uuid), "UUID of the machine by which it is recognised."),
            Key("serial", .text(.serial), "Serial number by which it is recognised."),
            Key("role", .choice(ClusterNode.Role.words), required: true, "Its part in the cluster."),
            Key("profile", .text(.name), "Its netboot profile."),
            Key("arch", .choice(ClusterNode.Architecture.words), "Architecture, amd64 where absent."),
            Key(
                "os",
                .choice(OperatingSystem.words),
                "Operating system; that of its netboot profile, or ubuntu-24.04, where absent."
            ),
            Key(
                "install",
                .choice(ClusterNode.Install.words),
                "Whether an image is written to it, or Ubuntu's installer runs; image where absent."
            ),
            Key(
                "clock",
                .boolean,
                "Whether it has a clock that runs without power; true where absent, false on arm64."
            ),
            Key("address", .text(.interface), "Address with its prefix length, or dhcp."),
            Key("sshKeys", .list(.text(.sshKey)), "Public keys of the administrator."),
            Key("packages", .list(.text(.packageName)), "Packages to install."),
            Key("files", .list(.object(file), atLeast: 0, isUnique: false), "Files, as write_files of cloud-init."),
            Key(
                "enrol",
                .choice(ClusterNode.Enrol.words),
                "How it gets its secrets; approve on servers and token on agents where absent."
            ),
        ],
        rules: [.atMostOne(["mac", "uuid", "serial"])]
    )

    static let file = ObjectShape([
        Key("path", .text(.path), required: true, "Absolute path."),
        Key("content", .text(.content), "What stands in it."),
        Key("owner", .text(.owner), "Owner, user:group."),
        Key("permissions", .text(.permissions), "Four octal digits, in quotes."),
        Key("encoding", .choice(FileSpec.encodings), "Encoding of the content."),
        Key("append", .boolean, "Whether the content is appended."),
        Key("defer", .boolean, "Whether it is written at the end of the boot, when users and packages are there."),
    ])

    static let netboot = ObjectShape([
        Key("address", .text(.address), required: true, "Address that machines are sent to."),
        Key("http", .text(.endpoint), "Listener for kernels, images and seeds without secrets."),
        Key("https", .text(.endpoint), "Listener for what needs TLS."),
        Key("tftp", .text(.endpoint), "Listener for the first stage."),
        Key("proxyDHCP", .text(.interfaceName), "Interface on which boot addresses are offered."),
        Key("profiles", .map(keys: .name, values: .object(profile)), "What machines boot."),
    ])

    static let profile = ObjectShape([
        Key("os", .text(.name), required: true, "Operating system, for example ubuntu-24.04."),
        Key("kernel", .text(.line), required: true, "File of the kernel."),
        Key("initrd", .text(.line), required: true, "File of the initial RAM disk."),
        Key("root", .text(.line), "Where the root file system comes from, for example nfsroot=…"),
        Key("arguments", .list(.text(.line), atLeast: 0, isUnique: false), "Further kernel arguments."),
    ])
}

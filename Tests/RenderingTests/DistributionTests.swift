//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Rendering
import Support
import TestSupport
import Testing
import YAML

/// The distributions, each with a first server, another server and an agent.
@Suite struct DistributionTests {
    static let distributions: [Cluster.Distribution] = [.k3s, .rke2, .kubeadm]

    private static func lab(_ distribution: Cluster.Distribution, _ lab: inout Lab) {
        lab.cluster?.distribution = distribution
        lab.cluster?.layout = distribution == .kubeadm ? .flat : .k3sManifests
        lab.cluster?.version = ["k3s": "v1.33.6+k3s1", "rke2": "v1.33.6+rke2r1"][distribution.rawValue] ?? "v1.33.6"
        lab.nodes[1].role = .server
    }

    static func userData(
        _ node: String,
        _ distribution: Cluster.Distribution,
        _ change: (inout Lab) -> Void = { _ in }
    ) throws -> UserData {
        try Fixture.userData(node) { lab in
            Self.lab(distribution, &lab)
            change(&lab)
        }
    }

    private func error(
        _ distribution: Cluster.Distribution,
        _ change: (inout Lab) -> Void
    ) throws -> RenderingError {
        try #require(throws: RenderingError.self) { try Self.userData("valar-1", distribution, change) }
    }

    // MARK: Tokens

    @Test func theDigestsOfTheFixtureAreThoseOfOpenSSL() {
        let file = "\(Repository.root)/Tests/Fixtures/kubernetes-ca/ca.crt"
        #expect(Tool.shell("openssl dgst -sha256 -r <\(file)").output.hasPrefix(Fixture.fileDigest))
        let key = "openssl x509 -in \(file) -noout -pubkey | openssl pkey -pubin -outform DER"
        #expect(Tool.shell("\(key) | openssl dgst -sha256 -r").output.hasPrefix(Fixture.publicKeyDigest))
    }

    @Test(arguments: [Cluster.Distribution.k3s, .rke2]) func whoeverJoinsPinsTheAuthority(
        distribution: Cluster.Distribution
    ) throws {
        let name = distribution.rawValue
        let pin = "K10\(Fixture.fileDigest)::"
        let (server, agent) = ("example-\(name)-token-secret", "example-\(name)-agent-token-secret")
        for (node, token) in [
            ("valar-1", server), ("valar-2", "\(pin)server:\(server)"), ("valar-3", "\(pin)node:\(agent)"),
        ] {
            let data = try Self.userData(node, distribution)
            #expect(data.content("/etc/rancher/\(name)/token") == token + "\n")
            #expect(data.content("/etc/rancher/node/password") == "example-\(node)-password\n")
            let config = try data.document("/etc/rancher/\(name)/config.yaml")
            #expect(config["token-file"]?.text == "/etc/rancher/\(name)/token")
            #expect(config["token"] == nil)
            let port = distribution == .rke2 ? 9345 : 6443
            #expect(config["server"]?.text == (node == "valar-1" ? nil : "https://192.168.1.70:\(port)"))
        }
    }

    @Test func kubeadmPinsTheKeyOfTheAuthority() throws {
        for (node, isServer) in [("valar-2", true), ("valar-3", false)] {
            let config = try Self.userData(node, .kubeadm).document("/etc/kubernetes/kubeadm.yaml")
            #expect(config["kind"]?.text == "JoinConfiguration")
            let token = config.at("discovery", "bootstrapToken")
            #expect(token?["caCertHashes"]?.items?.map(\.text) == ["sha256:\(Fixture.publicKeyDigest)"])
            #expect(token?["token"]?.text == "exampl.examplebootstrap")
            #expect(token?["apiServerEndpoint"]?.text == "192.168.1.70:6443")
            #expect(token?["unsafeSkipCAVerification"] == nil)
            #expect((config["controlPlane"] != nil) == isServer)
        }
    }

    @Test func kubeadmBeginsWithATokenThatStays() throws {
        let data = try Self.userData("valar-1", .kubeadm)
        let text = try #require(data.content("/etc/kubernetes/kubeadm.yaml"))
        let documents = try YAMLParser.documents(text, file: "kubeadm.yaml")
        #expect(
            documents.map { $0["kind"]?.text } == [
                "InitConfiguration", "ClusterConfiguration", "KubeletConfiguration",
            ]
        )
        let token = documents[0]["bootstrapTokens"]?.items?.first
        #expect(token?["token"]?.text == "exampl.examplebootstrap")
        #expect(token?["ttl"]?.text == "0s")
        let server = documents[1]
        #expect(server["controlPlaneEndpoint"]?.text == "192.168.1.70:6443")
        #expect(server["kubernetesVersion"]?.text == "v1.33.6")
        #expect(server.at("networking", "podSubnet")?.text == "10.244.0.0/16")
        let argument = server.at("apiServer", "extraArgs")?.items?.first
        #expect(argument?["name"]?.text == "authentication-config")
        let volume = server.at("apiServer", "extraVolumes")?.items?.first
        let path = argument?["value"]?.text ?? ""
        #expect(path.hasPrefix((volume?["mountPath"]?.text ?? "?") + "/"))
        #expect(data.content(path) != nil)
        #expect(documents[2]["cgroupDriver"]?.text == "systemd")
    }

    @Test(arguments: distributions) func authoritiesStandWhereTheDistributionLooksForThem(
        distribution: Cluster.Distribution
    ) throws {
        let isKubeadm = distribution == .kubeadm
        let folder = isKubeadm ? "/etc/kubernetes/pki" : "/var/lib/rancher/\(distribution.rawValue)/server/tls"
        let names =
            isKubeadm
            ? ["ca", "front-proxy-ca", "etcd/ca"]
            : ["server-ca", "client-ca", "request-header-ca", "etcd/server-ca", "etcd/peer-ca"]
        for (node, holdsKeys) in [("valar-1", true), ("valar-2", isKubeadm), ("valar-3", false)] {
            let files = try Self.userData(node, distribution).files
            var expected = names.flatMap { ["\(folder)/\($0).crt", "\(folder)/\($0).key"] }
            if isKubeadm { expected += ["\(folder)/sa.key", "\(folder)/sa.pub"] }
            let found = files.filter { $0.path.hasPrefix(folder) }
            #expect(found.map(\.path) == (holdsKeys ? expected : []))
            for file in found { #expect(file.permissions == "0600") }
            for file in files where file.content.contains("exampl") { #expect(file.permissions == "0600") }
        }
    }

    // MARK: The API server

    @Test(arguments: distributions) func theAPIServerReadsItsAuthenticationWhereItIsWritten(
        distribution: Cluster.Distribution
    ) throws {
        for node in ["valar-1", "valar-2"] {
            let data = try Self.userData(node, distribution)
            let auth = try #require(data.files.first { $0.path.hasSuffix("/auth.yaml") })
            let config = try YAMLParser.document(auth.content, file: auth.path)
            let audiences = config["jwt"]?.items?.first?.at("issuer", "audiences")?.items?.map(\.text)
            #expect(audiences == ["headlamp", "argocd", "kubernetes"])
            guard distribution == .rke2 else { continue }
            let settings = try data.document("/etc/rancher/rke2/config.yaml")
            #expect(settings["kube-apiserver-arg"]?.items?.map(\.text) == ["authentication-config=\(auth.path)"])
            let folder = Files.split(auth.path).folder
            #expect(settings["kube-apiserver-extra-mount"]?.items?.map(\.text) == ["\(folder):\(folder):ro"])
        }
        #expect(try !Self.userData("valar-3", distribution).files.contains { $0.path.hasSuffix("/auth.yaml") })
    }

    @Test(arguments: distributions) func podsFindTheIssuer(distribution: Cluster.Distribution) throws {
        let data = try Self.userData("valar-1", distribution)
        let file = try #require(data.files.first { $0.path.contains("/05-coredns") })
        let object = try YAMLParser.document(file.content, file: file.path)
        switch distribution {
        case .k3s: #expect(object.at("metadata", "name")?.text == "coredns-custom")
        case .kubeadm:
            #expect(object.at("metadata", "name")?.text == "coredns")
            let text = try #require(object.at("data", "Corefile")?.text)
            #expect(text.contains("dex.kidd.network:53 {"))
            #expect(text.contains("kubernetes cluster.local in-addr.arpa ip6.arpa {"))
        case .rke2:
            #expect(object["kind"]?.text == "HelmChartConfig")
            let values = try YAMLParser.document(#require(object.at("spec", "valuesContent")?.text), file: "values")
            let servers = try #require(values["servers"]?.items)
            #expect(servers.map { $0["zones"]?.items?.first?["zone"]?.text } == [".", "dex.kidd.network."])
            let hosts = servers[1]["plugins"]?.items?.last
            #expect(hosts?["name"]?.text == "hosts")
            #expect(hosts?["configBlock"]?.text == "192.168.1.66 dex.kidd.network")
        }
    }

    // MARK: Files and paths

    /// What the distribution or its packages make, and kindling does not.
    private static let foreign = [
        "/usr/local/bin/", "/usr/bin/", "/usr/sbin", "/sbin/", "/bin/", "/dev/", "/opt/cni/", "/usr/lib/cni/", "/proc/",
        "/run/containerd/", "/etc/cni/net.d", "/etc/containerd/certs.d", "/etc/default/", "/srv/",
        "/var/lib/kubelet/", "/etc/kubernetes/admin.conf", "/etc/kubernetes/kubelet.conf",
        "/etc/kubernetes/bootstrap-kubelet.conf", "/agent/images", "/etc/resolv.conf", "/usr/local/lib/kindling/.",
        "/usr/local/lib/kindling/rke2.sha256", "/readyz",
    ]

    @Test(arguments: distributions, ["valar-1", "valar-2", "valar-3"]) func everyPathThatIsUsedIsWritten(
        distribution: Cluster.Distribution,
        node: String
    ) throws {
        let data = try Self.userData(node, distribution)
        let written = data.files.map(\.path)
        let runs = (data.node["runcmd"]?.items ?? []).compactMap { $0.items?.first?.text }
        #expect(runs == ["/usr/local/lib/kindling/\(distribution.rawValue)-install"])
        var used = Set(runs)
        for file in data.files where !file.path.contains("/manifests/") && !file.path.contains("/charts/") {
            used.formUnion(Self.paths(in: file.content))
        }
        #expect(used.count > 4)
        for path in used where !Self.foreign.contains(where: { path.contains($0) || path + "/" == $0 }) {
            #expect(written.contains { $0 == path || $0.hasPrefix("\(path)/") }, "\(path) is used and not written")
        }
        for unit in data.files where unit.path.hasSuffix(".service") {
            let name = Files.split(unit.path).name
            let isEnabled = data.files.contains { $0.path.hasSuffix("-install") && $0.content.contains(name) }
            #expect(isEnabled, "nobody starts \(name)")
        }
    }

    /// The absolute paths in a text, outside of comments.
    private static func paths(in text: String) -> [String] {
        text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }.flatMap { line in
            line.matches(of: /(?:^|[\s='":])(\/[a-z][A-Za-z0-9_.\/-]*[A-Za-z0-9])/).map { String($0.1) }
        }.filter { $0.split(separator: "/").count > 1 }
    }

    @Test(arguments: distributions) func documentsAndScriptsParse(distribution: Cluster.Distribution) throws {
        let folder = try TemporaryFolder()
        for node in ["valar-1", "valar-2", "valar-3"] {
            for file in try Self.userData(node, distribution).files {
                if file.path.hasSuffix(".yaml") {
                    #expect(try !YAMLParser.documents(file.content, file: file.path).isEmpty || file.content.isEmpty)
                } else if file.content.hasPrefix("#!/bin/sh\n") {
                    let path = try folder.write(file.content, to: "script.sh")
                    #expect(Tool.shell("sh -n \(path)").status == 0, "\(file.path)")
                }
            }
        }
    }

    @Test(arguments: distributions) func filesOfSecretsAreRootsAlone(distribution: Cluster.Distribution) throws {
        for node in ["valar-1", "valar-2", "valar-3"] {
            for file in try Self.userData(node, distribution).files {
                #expect(["0600", "0644", "0755"].contains(file.permissions))
                #expect((file.permissions == "0755") == file.content.hasPrefix("#!/bin/sh\n"), "\(file.path)")
                guard file.permissions != "0600" else { continue }
                for word in ["exampl.", "example-", "private key of"] { #expect(!file.content.contains(word)) }
            }
        }
    }

    @Test(arguments: [Cluster.Distribution.k3s, .rke2]) func filesComeFromTheReleaseOfTheNodesOwnKind(
        distribution: Cluster.Distribution
    ) throws {
        let name = distribution.rawValue
        func script(_ change: (inout Lab) -> Void) throws -> String {
            try #require(
                Self.userData("valar-1", distribution, change).content("/usr/local/lib/kindling/\(name)-install")
            )
        }
        let project = try script { _ in }
        let owner = distribution == .k3s ? "k3s-io/k3s" : "rancher/rke2"
        let suffix = distribution == .k3s ? "k3s1" : "rke2r1"
        let file = distribution == .k3s ? "k3s-arm64" : "rke2.linux-arm64.tar.gz"
        #expect(project.contains("from='https://github.com/\(owner)/releases/download/v1.33.6%2B\(suffix)'\n"))
        #expect(project.contains("file='\(file)'\n"))
        #expect(project.contains("sums='sha256sum-arm64.txt'\npinned=''\nimages=''\n"))
        let own = try script { lab in
            lab.nodes[0].arch = .amd64
            lab.cluster?.install.source = "https://mirror.kidd.network/x"
            lab.cluster?.install.sha256 = [.amd64: String(repeating: "0a", count: 32), .arm64: "no"]
        }
        #expect(own.contains("from='https://mirror.kidd.network/x/v1.33.6%2B\(suffix)'\n"))
        #expect(own.contains("file='\(file.replacing("-arm64", with: distribution == .k3s ? "" : "-amd64"))'\n"))
        #expect(own.contains("pinned='\(String(repeating: "0a", count: 32))'\n"))
        let folder = try script { $0.cluster?.install.folder = "/srv/files" }
        #expect(folder.contains("from='/srv/files'\n"))
        #expect(folder.contains("arm64.tar.zst'\n"))
    }

    @Test func packagesOfADistributionComeWithThoseOfTheNode() throws {
        let data = try Self.userData("valar-3", .kubeadm) { lab in
            lab.nodes[2].os = .debian13
            lab.nodes[2].packages = ["jq", "socat"]
        }
        let packages = data.node["packages"]?.items?.compactMap(\.text) ?? []
        #expect(packages.contains("containerd") && packages.contains("curl") && packages.last == "jq")
        #expect(Set(packages).count == packages.count)
        let offline = try Self.userData("valar-3", .k3s) { lab in
            lab.nodes[2].os = .debian13
            lab.cluster?.install.folder = "/srv/k3s"
        }
        #expect(offline.node["packages"] == nil)
    }

    @Test(arguments: [Cluster.SecretForm.plain, .externalSecret])
    func whatAChartWaitsForIsThereBefore(form: Cluster.SecretForm) throws {
        let data = try Fixture.userData("valar-1") { lab in
            lab.cluster?.distribution = .kubeadm
            lab.cluster?.version = "v1.33.6"
            lab.cluster?.layout = .flat
            lab.cluster?.secretForm = form
            lab.cluster?.externalSecret = .init(store: "vault", kind: "ClusterSecretStore", item: "lab")
        }
        let steps = try #require(data.content("/etc/kindling/apply/steps")).split(separator: "\n").map(String.init)
        let secret = try #require(steps.firstIndex(of: "manifest 41-headlamp-oidc"))
        let chart = try #require(steps.firstIndex { $0.hasPrefix("chart 40-headlamp ") })
        let ingress = try #require(steps.firstIndex(of: "manifest 42-headlamp-ingress"))
        let binding = try #require(steps.firstIndex(of: "manifest 50-cluster-admin"))
        let issuer = try #require(steps.firstIndex(of: "manifest 12-cluster-issuer"))
        #expect(secret < chart)
        #expect(issuer < secret)
        #expect((form == .plain) == (chart < binding), "what reads a store comes last")
        #expect((form == .plain) == (chart < ingress))
    }

    @Test func whatIsAppliedIsInOrderAndAllThere() throws {
        let data = try Self.userData("valar-1", .kubeadm)
        let steps = try #require(data.content("/etc/kindling/apply/steps")).split(separator: "\n").map(String.init)
        #expect(steps.first == "manifest 00-namespaces")
        let chart = steps.firstIndex { $0.hasPrefix("chart 10-cert-manager cert-manager cert-manager cert-manager v") }
        let crd = steps.firstIndex(of: "crd clusterissuers.cert-manager.io")
        let issuer = steps.firstIndex(of: "manifest 12-cluster-issuer")
        let bundle = steps.firstIndex(of: "manifest 21-lab-ca")
        let order = [chart, crd, issuer, steps.firstIndex(of: "crd bundles.trust.cert-manager.io"), bundle]
        #expect(order.compactMap { $0 } == order.compactMap { $0 }.sorted())
        #expect(!order.contains(nil))
        for step in steps {
            let words = step.split(separator: " ", omittingEmptySubsequences: false)
            switch words[0] {
            case "manifest":
                #expect(data.content("/etc/kindling/apply/manifests/\(words[1]).yaml") != nil)
            case "chart":
                #expect(words.count == 7)
                #expect(data.content("/etc/kindling/apply/charts/\(words[1]).yaml") != nil)
            default: #expect(words.count == 2)
            }
        }
        let written = data.files.filter { $0.path.hasPrefix("/etc/kindling/apply/") }.count
        #expect(written == steps.count { !$0.hasPrefix("crd") } + 1, "every file is a step's")
        #expect(!data.files.contains { $0.content.contains("HelmChart") })
    }

    @Test(arguments: [("nginx", "ingress-nginx"), ("traefik", "traefik"), ("haproxy", nil)])
    func rke2BringsTheIngressControllerOfTheClass(name: String, expected: String?) throws {
        let config = try Self.userData("valar-1", .rke2) { $0.cluster?.ingress = .ingress(className: name) }
            .document("/etc/rancher/rke2/config.yaml")
        #expect(config["ingress-controller"]?.text == expected)
    }

    // MARK: Refusals

    @Test func whatADistributionCannotDoIsRefused() throws {
        let old = try error(.kubeadm) { $0.cluster?.version = "v1.30.4" }
        #expect(old.code == .renderingNotBuilt)
        let pinned = try error(.kubeadm) { $0.cluster?.install.sha256 = [.arm64: String(repeating: "0", count: 64)] }
        #expect(pinned.code == .renderingConflict)
        let registries = try YAMLParser.document("mirrors: {}", file: "registries")
        #expect(try self.error(.kubeadm) { $0.cluster?.registries = registries }.code == .renderingNotBuilt)
        for distribution in [Cluster.Distribution.k3s, .rke2] {
            let error = try error(distribution) { $0.cluster?.components[3].name = "flannel" }
            #expect(error.remedy == "remove flannel from cluster.components")
        }
    }
}

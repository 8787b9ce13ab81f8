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
import Templating
import Testing
import YAML

/// What every app's outputs say of the lab, whoever installs it: the cluster or the operator.
@Suite struct AppTests {
    /// One app's outputs, parsed.
    private struct Outputs {
        let values: Node?
        let objects: [Node]
        let files: [RenderedFile]

        func object(_ kind: String, _ name: String) throws -> Node {
            try #require(
                objects.first { $0["kind"]?.text == kind && $0.at("metadata", "name")?.text == name },
                "no \(kind) \(name)"
            )
        }
    }

    private func outputs(
        _ app: String,
        isInstalled: Bool,
        _ change: (inout Lab) -> Void = { _ in }
    ) throws -> Outputs {
        let all = try Fixture.outputs(of: Fixture.apps) { lab in
            if !isInstalled { lab.cluster?.components.removeAll { $0.name == app } }
            change(&lab)
        }
        let own = all.filter { $0.path.hasPrefix("apps/\(app)/") }
        let manifests = all.filter { file in
            file.path.hasPrefix("apps/\(app)/objects/")
                || file.path.hasPrefix("cluster/") && file.path.dropFirst("cluster/00-".count).hasPrefix(app)
        }
        let objects = try manifests.map { try YAMLParser.document($0.text, file: $0.path) }
        let chart = objects.first { $0["kind"]?.text == "HelmChart" }
        let values =
            isInstalled
            ? chart?.at("spec", "valuesContent")?.text : own.first { $0.path == "apps/\(app)/values.yaml" }?.text
        #expect((chart != nil) == isInstalled)
        return Outputs(
            values: try values.map { try YAMLParser.document($0, file: "values") },
            objects: objects,
            files: own
        )
    }

    /// A volume of the lab's ConfigMap, mounted without being optional where the variables and paths point.
    private func expectTrust(_ volume: Node?, _ mount: Node?, _ paths: [String?], _ place: Comment) {
        #expect(volume?.at("configMap", "name")?.text == "lab-ca", place)
        #expect(volume?.at("configMap", "optional") == nil, place)
        #expect(mount?["name"]?.text == volume?["name"]?.text, place)
        let folder = mount?["mountPath"]?.text ?? ""
        #expect(folder.hasPrefix("/etc/ssl/") && folder != "/etc/ssl/certs", place)
        for path in paths { #expect(path == folder || path == "\(folder)/ca.crt", place) }
    }

    private func variable(_ name: String, _ list: Node?) -> String? {
        list?.items?.first { $0["name"]?.text == name }?["value"]?.text
    }

    @Test(arguments: [true, false]) func grafanaKnowsTheClientOfTheLab(isInstalled: Bool) throws {
        let outputs = try outputs("grafana", isInstalled: isInstalled)
        let values = try #require(outputs.values)
        let section = try #require(values.at("grafana.ini", "auth.generic_oauth"))
        #expect(section["client_id"]?.text == "grafana")
        #expect(section["client_secret"] == nil)
        for (key, path) in [("auth_url", "/auth"), ("token_url", "/token"), ("api_url", "/userinfo")] {
            #expect(section[key]?.text == "https://id.workshop.home.arpa\(path)")
        }
        #expect(section["scopes"]?.text == "openid profile email groups offline_access")
        #expect(values.at("grafana.ini", "server", "root_url")?.text == "https://grafana.workshop.home.arpa")
        let reference = values.at("envValueFrom", "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET", "secretKeyRef")
        let secret = try outputs.object("Secret", reference?["name"]?.text ?? "")
        #expect(secret.at("metadata", "namespace")?.text == "grafana")
        #expect(secret["stringData"]?[reference?["key"]?.text ?? ""]?.text == "example-grafana-secret")
        let mount = values["extraConfigmapMounts"]?.items?.first
        #expect(mount?["configMap"]?.text == "lab-ca")
        #expect(section["tls_client_ca"]?.text == "\(mount?["mountPath"]?.text ?? "")/ca.crt")
    }

    @Test func grafanasRolesAreInTheOrderOfTheirPower() throws {
        let section = try outputs("grafana", isInstalled: false) { lab in
            lab.change("grafana") {
                $0.roles = [.init(name: "Viewer", groups: ["v"]), .init(name: "Admin", groups: ["a", "`b"])]
            }
        }.values?.at("grafana.ini", "auth.generic_oauth")
        #expect(
            section?["role_attribute_path"]?.text
                == #"contains(groups || `[]`, `"a"`) && 'Admin' || contains(groups || `[]`, `"\u0060b"`) && 'Admin'"#
                + #" || contains(groups || `[]`, `"v"`) && 'Viewer'"#
        )
        #expect(section?["role_attribute_strict"]?.resolved == .bool(true))
        #expect(section?["allow_assign_grafana_admin"] == nil)
        let none = try outputs("grafana", isInstalled: false) { $0.change("grafana") { $0.roles = [] } }
            .values?.at("grafana.ini", "auth.generic_oauth")
        for key in ["role_attribute_path", "role_attribute_strict"] { #expect(none?[key] == nil) }
    }

    @Test(arguments: ["forgejo", "gitea"], [true, false])
    func forgejoAndGiteaKnowTheClientOfTheLab(app: String, isInstalled: Bool) throws {
        let outputs = try outputs(app, isInstalled: isInstalled)
        let values = try #require(outputs.values)
        let source = try #require(values.at("gitea", "oauth")?.items?.first)
        let url = app == "forgejo" ? "https://git.workshop.home.arpa" : "https://gitea.workshop.home.arpa"
        let client = try #require(Fixture.lab(of: Fixture.apps).client(app))
        #expect(client.redirectURIs == ["\(url)/user/oauth2/\(source["name"]?.text ?? "")/callback"])
        #expect(values.at("gitea", "config", "server", "ROOT_URL")?.text == "\(url)/")
        #expect(source["autoDiscoverUrl"]?.text == "https://id.workshop.home.arpa/.well-known/openid-configuration")
        #expect(source["adminGroup"]?.text == "admins")
        #expect(source["restrictedGroup"]?.text == (app == "forgejo" ? "guests" : nil))
        for key in ["key", "secret"] { #expect(source[key] == nil, "the chart would take it in place of the Secret") }
        let secret = try outputs.object("Secret", source["existingSecret"]?.text ?? "")
        #expect(secret.at("metadata", "namespace")?.text == app)
        #expect(secret["stringData"]?["key"]?.text == app)
        #expect(secret["stringData"]?["secret"]?.text == "example-\(app)-secret")
        let admin = try outputs.object("Secret", values.at("gitea", "admin", "existingSecret")?.text ?? "")
        #expect(admin["stringData"]?["username"]?.text == "local-admin")
        #expect(admin["stringData"]?["password"]?.text == "example-\(app)-admin-secret")
        for mounts in ["extraContainerVolumeMounts", "extraInitVolumeMounts"] {
            expectTrust(
                values["extraVolumes"]?.items?.first,
                values[mounts]?.items?.first,
                [variable("SSL_CERT_DIR", values.at("deployment", "env"))],
                "\(mounts)"
            )
        }
    }

    @Test func forgejoTakesOnePlainGroupForARole() throws {
        let two = try #require(throws: RenderingError.self) {
            try outputs("forgejo", isInstalled: true) { $0.change("forgejo") { $0.roles[0].groups = ["a", "b"] } }
        }
        #expect(two.code == .templateValueRefused)
        #expect(two.message.contains("role admin of Forgejo"))
        for group in ["$(id)", "`id`", "a\"b"] {
            let error = try #require(throws: RenderingError.self) {
                try outputs("forgejo", isInstalled: true) { $0.change("forgejo") { $0.roles[0].groups = [group] } }
            }
            #expect(error.code == .templateValueRefused)
            #expect(error.location?.file == "templates/apps/forgejo/values.yaml")
        }
    }

    @Test(arguments: [true, false]) func zotKnowsTheClientOfTheLab(isInstalled: Bool) throws {
        let outputs = try outputs("zot", isInstalled: isInstalled)
        let values = try #require(outputs.values)
        // JSON is YAML.
        let config = try YAMLParser.document(
            #require(values.at("configFiles", "config.json")?.text),
            file: "config.json"
        )
        #expect(config.at("http", "externalUrl")?.text == "https://registry.workshop.home.arpa")
        let provider = try #require(config.at("http", "auth", "openid", "providers", "oidc"))
        #expect(provider["issuer"]?.text == "https://id.workshop.home.arpa")
        #expect(provider["scopes"]?.items?.map(\.text) == ["openid", "profile", "email", "groups"])
        #expect(
            config.at("http", "accessControl", "adminPolicy", "groups")?.items?.map(\.text) == ["admins", "makers"]
        )
        let mount = try #require(values["externalSecrets"]?.items?.first)
        let secret = try outputs.object("Secret", mount["secretName"]?.text ?? "")
        let entry = try #require(secret["stringData"]?.pairs?.first)
        #expect(provider["credentialsFile"]?.text == "\(mount["mountPath"]?.text ?? "")/\(entry.key.text ?? "")")
        let credentials = try YAMLParser.document(entry.value.text ?? "", file: "credentials.json")
        #expect(credentials["clientid"]?.text == "zot")
        #expect(credentials["clientsecret"]?.text == "example-zot-secret")
        expectTrust(
            values["extraVolumes"]?.items?.first,
            values["extraVolumeMounts"]?.items?.first,
            [variable("SSL_CERT_DIR", values["env"])],
            "zot"
        )
    }

    @Test(arguments: [true, false]) func dexKnowsTheClientOfTheLab(isInstalled: Bool) throws {
        let outputs = try outputs("dex", isInstalled: isInstalled)
        let values = try #require(outputs.values)
        let connectors = try #require(values.at("config", "connectors"))
        let file = try #require(outputs.files.first { $0.path == "apps/dex/connectors.yaml" })
        #expect(try YAMLParser.document(file.text, file: "connectors").texts == connectors.texts)
        let connector = try #require(connectors.items?.first?["config"])
        #expect(connector["issuer"]?.text == "https://id.workshop.home.arpa")
        #expect(connector["clientID"]?.text == "dex")
        #expect(connector["redirectURI"]?.text == "\(values.at("config", "issuer")?.text ?? "")/callback")
        #expect(connector["insecureEnableGroups"]?.resolved == .bool(true))
        let variable = try #require(values["envVars"]?.items?.first)
        #expect(connector["clientSecret"]?.text == "$\(variable["name"]?.text ?? "")")
        for text in connector.texts where text != connector["clientSecret"]?.text { #expect(!text.contains("$")) }
        let reference = variable.at("valueFrom", "secretKeyRef")
        #expect(reference?["optional"] == nil, "Dex starts without its secret and lets anyone in")
        let secret = try outputs.object("Secret", reference?["name"]?.text ?? "")
        #expect(secret["stringData"]?[reference?["key"]?.text ?? ""]?.text == "example-dex-secret")
        expectTrust(
            values["volumes"]?.items?.first,
            values["volumeMounts"]?.items?.first,
            connector["rootCAs"]?.items?.map(\.text) ?? [nil],
            "dex"
        )
    }

    @Test func minifluxKnowsTheClientOfTheLab() throws {
        let outputs = try outputs("miniflux", isInstalled: false)
        let patch = try #require(outputs.files.first { $0.path == "apps/miniflux/patch.yaml" })
        let pod = try YAMLParser.document(patch.text, file: "patch").at("spec", "template", "spec")
        let container = try #require(pod?["containers"]?.items?.first)
        let name = container["envFrom"]?.items?.first?.at("configMapRef", "name")?.text
        let variables = try outputs.object("ConfigMap", name ?? "")["data"]
        #expect(variables?["OAUTH2_CLIENT_ID"]?.text == "miniflux")
        #expect(variables?["OAUTH2_OIDC_DISCOVERY_ENDPOINT"]?.text == "https://id.workshop.home.arpa")
        #expect(variables?["OAUTH2_REDIRECT_URL"]?.text == "https://feeds.workshop.home.arpa/oauth2/oidc/callback")
        let volumes = pod?["volumes"]?.items ?? []
        let mounts = container["volumeMounts"]?.items ?? []
        let secret = try outputs.object("Secret", volumes.last?.at("secret", "secretName")?.text ?? "")
        let key = secret["stringData"]?.pairs?.first
        #expect(key?.value.text == "example-miniflux-secret")
        #expect(mounts.last?["name"]?.text == volumes.last?["name"]?.text)
        let file = "\(mounts.last?["mountPath"]?.text ?? "")/\(key?.key.text ?? "")"
        #expect(variables?["OAUTH2_CLIENT_SECRET_FILE"]?.text == file)
        expectTrust(volumes.first, mounts.first, [variables?["SSL_CERT_DIR"]?.text], "miniflux")
    }

    @Test func kubectlKnowsTheClientOfTheLab() throws {
        let file = try #require(try outputs("kubernetes", isInstalled: false).files.first)
        #expect(!file.holdsSecret)
        let config = try YAMLParser.document(file.text, file: file.path)
        let exec = try #require(config["users"]?.items?.first?.at("user", "exec"))
        let arguments = exec["args"]?.items?.compactMap(\.text) ?? []
        #expect(arguments.contains("--oidc-issuer-url=https://id.workshop.home.arpa"))
        #expect(arguments.contains("--oidc-client-id=kubernetes"))
        #expect(arguments.contains("--oidc-extra-scope=groups"))
        #expect(!arguments.contains("--oidc-extra-scope=openid"))
        let root = Encoding.base64(try Fixture.input().trust.bundle.utf8)
        #expect(arguments.contains("--certificate-authority-data=\(root)"))
        #expect(config["clusters"]?.items?.first?.at("cluster", "server")?.text == "https://192.168.7.20:6443")
        let context = config["contexts"]?.items?.first?["context"]
        #expect(context?["user"]?.text == config["users"]?.items?.first?["name"]?.text)
        #expect(context?["cluster"]?.text == config["clusters"]?.items?.first?["name"]?.text)
        let alone = try outputs("kubernetes", isInstalled: false) { lab in
            lab.cluster = nil
        }.files.first
        let user = try YAMLParser.document(alone?.text ?? "", file: "kubeconfig")
        #expect(user["clusters"] == nil && user["users"]?.items?.count == 1)
    }

    @Test func severalURLsReachTheClientAndTheIngress() throws {
        for (app, hosts) in [("grafana", ["grafana", "graphs"]), ("argocd", ["argocd", "deploy"])] {
            let outputs = try outputs(app, isInstalled: true)
            let ingress = try outputs.object("Ingress", app)
            let names = hosts.map { "\($0).workshop.home.arpa" }
            #expect(ingress.at("spec", "rules")?.items?.map { $0["host"]?.text } == names)
            let client = try #require(Fixture.lab(of: Fixture.apps).client(app))
            #expect(client.redirectURIs.count == 2)
        }
    }

    /// Who turns Secrets into something else replaces what stands there, so a secret may stand nowhere else.
    @Test(arguments: [true, false]) func aClientsSecretStandsInSecretsAlone(isInstalled: Bool) throws {
        let files = try Fixture.outputs(of: Fixture.apps) { if !isInstalled { $0.cluster?.components = [] } }
        var found: Set<String> = []
        let clients = try Fixture.lab(of: Fixture.apps).clients.filter { !$0.isPublic }.map(\.id)
        for file in files where !file.path.hasSuffix(".crt") {
            for document in try YAMLParser.documents(file.text, file: file.path) {
                let isSecret = document["kind"]?.text == "Secret"
                for pair in document.pairs ?? [] where !(isSecret && pair.key.text == "stringData") {
                    for text in pair.value.texts {
                        for id in clients { #expect(!text.contains("example-\(id)-secret"), "\(file.path)") }
                    }
                }
                for text in isSecret ? document["stringData"]?.texts ?? [] : [] {
                    for id in clients where text.contains("example-\(id)-secret") { found.insert(id) }
                }
            }
        }
        #expect(found == Set(clients))
    }
}

extension Lab {
    /// Changes the client of an id.
    fileprivate mutating func change(_ id: String, _ change: (inout Client) -> Void) {
        for index in clients.indices where clients[index].id == id { change(&clients[index]) }
    }
}

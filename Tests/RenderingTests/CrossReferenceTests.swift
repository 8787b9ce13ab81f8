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
import Testing
import YAML

/// What one file names, another must write: the class of mistake that no schema finds.
@Suite struct CrossReferenceTests {
    @Test func theFirstServerCarriesEveryManifestAndNoOneElseAny() throws {
        let files = try Fixture.outputs()
        let manifests = files.filter { $0.path.hasPrefix("cluster/") }
        #expect(manifests.count > 10)
        let data = try Fixture.userData("valar-1")
        for manifest in manifests {
            let name = manifest.path.dropFirst("cluster/".count)
            #expect(data.content("/var/lib/rancher/k3s/server/manifests/\(name)") == manifest.text)
            #expect(name.dropLast(5).allSatisfy { $0 != "." }, "k3s names its record after the file, up to a dot")
        }
        for node in ["valar-2", "valar-3"] {
            #expect(try !Fixture.userData(node).files.contains { $0.path.contains("manifests") })
        }
    }

    @Test func certificatesComeFromTheIssuerWhoseSecretIsThere() throws {
        let files = try Fixture.outputs()
        let secret = try Fixture.document("cluster/11-local-ca.yaml", in: files)
        let issuer = try Fixture.document("cluster/12-cluster-issuer.yaml", in: files)
        #expect(issuer.at("spec", "ca", "secretName")?.text == secret.at("metadata", "name")?.text)
        #expect(secret.at("metadata", "namespace")?.text == "cert-manager")
        #expect(secret["type"]?.text == "kubernetes.io/tls")
        for key in ["tls.crt", "ca.crt"] {
            #expect(secret["stringData"]?[key]?.text?.hasPrefix("-----BEGIN CERTIFICATE-----\n") == true)
        }
        for app in ["30-argocd", "40-headlamp"] {
            let number = Int(app.prefix(2)).map { $0 + 2 } ?? 0
            let ingress = try Fixture.document("cluster/\(number)-\(app.dropFirst(3))-ingress.yaml", in: files)
            let host = "\(app.dropFirst(3)).kidd.network"
            let annotations = ingress.at("metadata", "annotations")
            #expect(annotations?["cert-manager.io/cluster-issuer"]?.text == issuer.at("metadata", "name")?.text)
            #expect(annotations?["kubernetes.io/ingress.class"] == nil)
            #expect(ingress.at("spec", "ingressClassName")?.text == "traefik")
            #expect(ingress.at("spec", "tls")?.items?.first?["hosts"]?.items?.map(\.text) == [host])
            #expect(ingress.at("spec", "rules")?.items?.map { $0["host"]?.text } == [host])
        }
    }

    @Test func noIngressIsRenderedForTheIssuer() throws {
        for file in try Fixture.outputs() where file.path.contains("ingress") {
            #expect(!file.text.contains("dex.kidd.network"))
        }
    }

    @Test func argocdKnowsTheClientOfTheLab() throws {
        let files = try Fixture.outputs()
        let chart = try Fixture.document("cluster/30-argocd.yaml", in: files)
        #expect(chart["kind"]?.text == "HelmChart")
        #expect(chart.at("metadata", "namespace")?.text == "kube-system")
        #expect(chart.at("spec", "version")?.text == "9.1.0")
        let values = try YAMLParser.document(#require(chart.at("spec", "valuesContent")?.text), file: "values")
        #expect(values.at("global", "domain")?.text == "argocd.kidd.network")
        let config = try YAMLParser.document(
            #require(values.at("configs", "cm", "oidc.config")?.text),
            file: "oidc.config"
        )
        #expect(config["issuer"]?.text == "https://dex.kidd.network")
        #expect(config["clientID"]?.text == "argocd")
        #expect(config["clientSecret"]?.text == "$argocd-oidc:oidc.dex.clientSecret")
        #expect(config["requestedScopes"]?.items?.map(\.text) == ["openid", "profile", "email", "groups"])
        #expect(config["rootCA"]?.text == (try Fixture.input().trust.bundle))
        let secret = try Fixture.document("cluster/31-argocd-oidc.yaml", in: files)
        #expect(secret["stringData"]?["oidc.dex.clientSecret"]?.text == "example-argocd-secret")
        #expect(secret.at("metadata", "labels", "app.kubernetes.io/part-of")?.text == "argocd")
        #expect(values.at("configs", "secret", "argocdServerAdminPassword") == nil)
        #expect(values.at("configs", "rbac", "policy.csv")?.text == "g,cluster-admins,role:admin\n")
        #expect(values.at("configs", "rbac", "scopes")?.text == "[groups, email]")
        for key in config.pairs?.compactMap(\.key.text) ?? [] {
            #expect(!["usernameClaim", "groupsClaim"].contains(key), "\(key) is no field of oidc.config")
        }
    }

    @Test func headlampKnowsTheClientOfTheLab() throws {
        let files = try Fixture.outputs()
        let secret = try Fixture.document("cluster/41-headlamp-oidc.yaml", in: files)
        let chart = try Fixture.document("cluster/40-headlamp.yaml", in: files)
        let values = try YAMLParser.document(#require(chart.at("spec", "valuesContent")?.text), file: "values")
        let oidc = values.at("config", "oidc")
        #expect(oidc?.at("externalSecret", "name")?.text == secret.at("metadata", "name")?.text)
        #expect(chart.at("spec", "targetNamespace")?.text == secret.at("metadata", "namespace")?.text)
        let data = try #require(secret["stringData"])
        #expect(data["OIDC_CLIENT_ID"]?.text == "headlamp")
        #expect(data["OIDC_CLIENT_SECRET"]?.text == "example-headlamp-secret")
        #expect(data["OIDC_ISSUER_URL"]?.text == "https://dex.kidd.network")
        #expect(data["OIDC_SCOPES"]?.text?.contains("groups") == true)
        #expect(data["OIDC_CALLBACK_URL"]?.text == "https://headlamp.kidd.network/oidc-callback")
        #expect(oidc?["callbackURL"]?.text == data["OIDC_CALLBACK_URL"]?.text)
        #expect(!chart.texts.joined().contains("example-headlamp-secret"), "the chart's values hold no secret")
        let bundle = try Fixture.document("cluster/21-lab-ca.yaml", in: files)
        let volume = values["volumes"]?.items?.first
        #expect(volume?.at("configMap", "name")?.text == bundle.at("metadata", "name")?.text)
        #expect(volume?.at("configMap", "optional") == nil, "a pod without its CA fails to start, and says so")
        let mount = try #require(values["volumeMounts"]?.items?.first)
        #expect(mount["name"]?.text == volume?["name"]?.text)
        let key = bundle.at("spec", "target", "configMap", "key")?.text ?? ""
        let paths = values["env"]?.items?.compactMap { $0["value"]?.text } ?? []
        #expect(paths == [mount["mountPath"]?.text ?? "", "\(mount["mountPath"]?.text ?? "")/\(key)"])
    }

    @Test func theAPIServerTakesTokensOfEveryClientAndNoNameOfItsOwn() throws {
        let auth = try Fixture.userData("valar-1").document("/etc/rancher/k3s/auth.yaml")
        #expect(auth["apiVersion"]?.text == "apiserver.config.k8s.io/v1beta1")
        let jwt = try #require(auth["jwt"]?.items?.first)
        #expect(jwt.at("issuer", "url")?.text == "https://dex.kidd.network")
        #expect(jwt.at("issuer", "audiences")?.items?.map(\.text) == ["headlamp", "argocd", "kubernetes"])
        #expect(jwt.at("issuer", "audienceMatchPolicy")?.text == "MatchAny")
        #expect(jwt.at("issuer", "certificateAuthority")?.text == (try Fixture.input().trust.bundle))
        for claim in ["username", "groups"] { #expect(jwt.at("claimMappings", claim, "prefix")?.text == "oidc:") }
        let config = try Fixture.userData("valar-1").document("/etc/rancher/k3s/config.yaml")
        let arguments = config["kube-apiserver-arg"]?.items?.compactMap(\.text) ?? []
        #expect(arguments == ["authentication-config=/etc/rancher/k3s/auth.yaml"])
        let binding = try Fixture.document("cluster/50-cluster-admin.yaml", in: Fixture.outputs())
        #expect(binding["subjects"]?.items?.map { $0["name"]?.text } == ["oidc:cluster-admins"])
    }

    @Test func nodesAndPodsFindTheIssuer() throws {
        let dns = try Fixture.document("cluster/05-coredns-custom.yaml", in: Fixture.outputs())
        let text = try #require(dns["data"]?.pairs?.first?.value.text)
        #expect(dns["data"]?.pairs?.first?.key.text?.hasSuffix(".server") == true)
        #expect(text.contains("dex.kidd.network:53 {"))
        #expect(text.contains("192.168.1.66 dex.kidd.network"))
        let boots = try Fixture.userData("valar-3").node["bootcmd"]?.texts.joined() ?? ""
        #expect(boots.contains("name='dex.kidd.network'"))
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Commands
import FoundationEssentials
import PKI
import Storage
import Support
import TestSupport
import Testing
import YAML

/// The small lab with a cluster.
private let clusterLab =
    loopbackLab + """

        cluster:
          name: ainur
          distribution: k3s
          version: v1.33.6+k3s1
          endpoint: 127.0.0.1
          components: {cert-manager: v1.19.4, trust-manager: v0.24.0}
        """

@Suite("The rotation of the root on the command line")
struct RotationCommandTests {
    private func harness(_ lab: String = loopbackLab) async throws -> CommandHarness {
        let harness = try CommandHarness(lab: lab)
        let outcome = await harness.run(["up", "--once"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return harness
    }

    /// The steps up to one of them, each without a fault.
    private func rotate(_ harness: CommandHarness, _ steps: String...) async {
        for step in steps {
            let outcome = await harness.run(["ca", "rotate", step])
            #expect(outcome.status == 0, "\(step): \(outcome.errors)")
        }
    }

    /// The values of a field in a list in JSON.
    private func values(_ field: String, _ outcome: CommandHarness.Outcome) throws -> [String] {
        let rows = try #require(try YAMLParser.document(outcome.output, file: "json").items)
        return rows.map { $0[field]?.text ?? "" }
    }

    private func roots(_ path: String) throws -> Int {
        String(decoding: try Files.read(path), as: UTF8.self).split(separator: "BEGIN CERTIFICATE").count - 1
    }

    /// What a dry run must not change: the authorities, the inventory and the files.
    private func snapshot(_ harness: CommandHarness) async -> [String] {
        [
            await harness.run(["ca", "show", "--all", "--output", "json"]).output,
            await harness.run(["cert", "list", "--output", "json"]).output,
            Tool.shell("cd \(harness.folder.path)/lab && find out -type f -exec cksum {} + | sort").output,
        ]
    }

    @Test func `prepare brings both roots to folders, and lists what lacks the new one until outputs are written`()
        async throws
    {
        let harness = try await harness()
        let folder = "\(harness.folder.path)/tls"
        #expect(await harness.run(["cert", "issue", "nas", "--host", "localhost", "--to", folder]).status == 0)
        let first = await harness.run(["ca", "rotate", "prepare", "--output", "json"])
        #expect(first.status == 0, "\(first.errors)")
        let out = "\(harness.folder.path)/lab/out/trust"
        #expect(try values("path", first) == ["\(out)/ca.crt", "\(out)/lab-ca.yaml"])
        #expect(first.errors.contains("brought chain and roots of nas up to date in \(folder)\n"))
        #expect(try roots("\(folder)/ca.crt") == 2)
        // The leaf, its intermediate, and the certificate for clients of the new root.
        #expect(try roots("\(folder)/tls.crt") == 3)
        #expect(try roots("\(harness.folder.path)/lab/out/certificates/web/ca.crt") == 2)
        let repeated = await harness.run(["ca", "rotate", "prepare"])
        #expect(repeated.output.contains("LACKS IT"))
        #expect(repeated.output.contains("the root of generation 2 is prepared; fingerprint SHA-256 "))
        await rotate(harness)
        #expect(await harness.run(["up", "--once"]).status == 0)
        #expect(await harness.run(["ca", "rotate", "prepare", "--output", "json"]).output == "[]\n")
        let shown = await harness.run(["ca", "show", "--output", "json"])
        #expect(try values("id", shown) == ["root-1", "issuing-1", "root-2"])
        #expect(try values("status", shown) == ["current", "current", "next"])
        #expect(shown.errors.contains("a rotation of the root is prepared since "))
    }

    @Test(arguments: [
        (["layout: flat"], ["for file in MANIFESTS/[0-9]*.yaml", "apply them: kubectl apply -f OUT/cluster"]),
        (
            ["layout: kustomize"],
            [
                "for file in MANIFESTS/[0-9]*.yaml", "apply what is not in git: kubectl apply -f OUT/secrets/cluster",
                "apply them: kubectl apply -k OUT/cluster",
            ]
        ),
        (["layout: k3s-manifests"], ["bring them to k3s: scp OUT/cluster/*.yaml root@one:MANIFESTS/"]),
        (
            ["secretForm: external-secret", "externalSecret: {store: vault, item: lab}"],
            ["bring them to k3s: scp OUT/cluster/*.yaml OUT/secrets/cluster/*.yaml root@one:MANIFESTS/"]
        ),
    ])
    func `the steps bring the objects of each layout into the cluster`(keys: [String], steps: [String]) async throws {
        let lab = clusterLab + keys.map { "\n  " + $0 }.joined() + "\nnodes:\n  - {name: one, role: server}\n"
        let harness = try await harness(lab)
        let outcome = await harness.run(["ca", "rotate", "prepare"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = (outcome.output + outcome.errors).split(separator: "\n")
        let wanted = steps.map { step in
            step.replacing("OUT", with: "\(harness.folder.path)/lab/out")
                .replacing("MANIFESTS", with: "/var/lib/rancher/k3s/server/manifests")
        }
        let found = wanted.map { step in lines.firstIndex { $0.contains(step) } }
        #expect(!found.contains(nil), "\(lines)")
        #expect(found.compactMap { $0 } == found.compactMap { $0 }.sorted())
        let others = lines.filter { $0.contains("kubectl apply") || $0.contains("scp ") || $0.contains(".skip") }
        #expect(others.count == wanted.count)
    }

    @Test(arguments: [["prepare"], ["switch"], ["finish", "--force"], ["intermediate", "issuing"]])
    func `a dry run changes nothing`(_ step: [String]) async throws {
        let harness = try await harness(clusterLab)
        if step[0] != "prepare" { await rotate(harness, "prepare") }
        if step[0] == "finish" { await rotate(harness, "switch") }
        let before = await snapshot(harness)
        let outcome = await harness.run(["ca", "rotate"] + step + ["--dry-run"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect((outcome.output + outcome.errors).contains("would "))
        #expect(await snapshot(harness) == before)
    }

    @Test func `switch reissues the provider's certificate, those of lab.yaml and those of other names`() async throws {
        let harness = try await harness(clusterLab)
        let folder = "\(harness.folder.path)/tls"
        #expect(await harness.run(["cert", "issue", "nas", "--host", "localhost", "--to", folder]).status == 0)
        #expect(await harness.run(["cert", "issue", "gone", "--host", "localhost"]).status == 0)
        #expect(await harness.run(["cert", "revoke", "gone"]).status == 0)
        await rotate(harness, "prepare")
        let key = try Files.read("\(folder)/tls.key")
        let switched = await harness.run(["ca", "rotate", "switch"])
        #expect(switched.status == 0, "\(switched.errors)")
        #expect(switched.output.contains("the root of generation 2 issues; reissued: 3\n"))
        #expect(switched.output.contains("cmctl renew --all --all-namespaces"))
        #expect(switched.output.contains("kindling cert revoke --issuer issuing-1 --reason superseded"))
        #expect(switched.errors.contains("lacks the new root"))
        #expect(try Files.read("\(folder)/tls.key") == key)
        let out = "\(harness.folder.path)/lab/out/certificates/web"
        for path in [folder, out] {
            let issuer = Tool.shell("openssl x509 -in \(path)/tls.crt -noout -issuer").output
            #expect(issuer.contains("Test Issuing CA 2"), "\(issuer)")
        }
        let repeated = await harness.run(["ca", "rotate", "switch", "--output", "json"])
        #expect(repeated.output == "[]\n")
        let shown = await harness.run(["ca", "show", "--output", "json"])
        #expect(try values("status", shown) == ["old", "old", "old", "current", "current", "current"])
        #expect(shown.errors.contains("a rotation of the root is switched since "))
    }

    @Test func `after a leak the switch makes new keys too`() async throws {
        let harness = try await harness()
        let folder = "\(harness.folder.path)/tls"
        #expect(await harness.run(["cert", "issue", "nas", "--host", "localhost", "--to", folder]).status == 0)
        let key = try Files.read("\(folder)/tls.key")
        #expect(await harness.run(["ca", "rotate", "prepare", "--leaked"]).status == 0)
        let switched = await harness.run(["ca", "rotate", "switch", "--rekey"])
        #expect(switched.status == 0, "\(switched.errors)")
        #expect(try Files.read("\(folder)/tls.key") != key)
        let certified = Tool.shell("openssl x509 -in \(folder)/tls.crt -noout -pubkey").output
        #expect(certified.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        #expect(Tool.shell("openssl pkey -in \(folder)/tls.key -pubout").output == certified)
    }

    @Test func `a name whose key is elsewhere is told, and not reissued`() async throws {
        let harness = try await harness()
        #expect(await harness.run(["cert", "issue", "signed", "--host", "localhost"]).status == 0)
        let database = try Database.open(
            StateLocation(
                folder: "\(harness.folder.path)/lab/state",
                outputs: "\(harness.folder.path)/lab/out",
                keyFile: "\(harness.folder.path)/keys/master.key",
                configuration: harness.folder.path
            )
        )
        var signed = try #require(try await database.latestCertificate(named: "signed"))
        signed.serial = signed.serial.dropLast() + (signed.serial.hasSuffix("0") ? "1" : "0")
        signed.privateKey = nil
        try await database.add(certificate: signed)
        await rotate(harness, "prepare")
        let switched = await harness.run(["ca", "rotate", "switch"])
        #expect(switched.output.contains("to be signed anew, since their keys are elsewhere\n  signed\n"))
        #expect(!switched.output.contains("signed  "))
        let asked = await harness.run(["cert", "renew", "signed"])
        #expect(asked.status == 1)
        #expect(asked.errors.contains("the key of signed is not here"))
        let due = await harness.run(["cert", "renew"], now: Date(timeIntervalSince1970: 1_800_000_000 + 61 * 86_400))
        #expect(due.status == 0, "\(due.errors)")
        #expect(due.errors.contains("the key of signed is not here, and its certificate ends on "))
    }

    @Test func `what the new root refuses keeps no other certificate from being reissued`() async throws {
        let harness = try await harness()
        #expect(await harness.run(["cert", "issue", "inside", "--host", "localhost"]).status == 0)
        #expect(await harness.run(["cert", "issue", "address", "--host", "127.0.0.5"]).status == 0)
        let narrower = loopbackLab.replacing("permitted: [localhost, 127.0.0.0/8]", with: "permitted: [localhost]")
            .replacing("hosts: [localhost, 127.0.0.1]", with: "hosts: [localhost]")
        try harness.folder.write(narrower, to: "lab/lab.yaml")
        await rotate(harness, "prepare")
        let switched = await harness.run(["ca", "rotate", "switch", "--output", "json"])
        #expect(switched.status == 65)
        #expect(try values("name", switched) == ["issuer", "web", "inside"])
        #expect(switched.errors.contains("address is not renewed: "))
        let renewed = await harness.run(["cert", "renew"])
        #expect(renewed.status == 65)
        #expect(await harness.run(["cert", "revoke", "address"]).status == 0)
        #expect(await harness.run(["cert", "renew"]).status == 0)
    }

    @Test func `finish lists what hangs on the old root, as a table and as JSON, and goes on when nothing does`()
        async throws
    {
        let harness = try await harness()
        await rotate(harness, "prepare", "switch")
        let table = await harness.run(["ca", "rotate", "finish"])
        #expect(table.status == 2)
        #expect(table.output.hasPrefix("HANGS ON IT"))
        #expect(table.errors.contains("2 things hang on the old root still"))
        let refused = await harness.run(["ca", "rotate", "finish", "--output", "json"])
        #expect(refused.status == 2)
        #expect(try values("kind", refused) == ["certificate", "certificate"])
        #expect(try values("remedy", refused).allSatisfy { $0.hasPrefix("kindling cert revoke ") })
        #expect(await harness.run(["cert", "revoke", "--issuer", "issuing-1", "--reason", "superseded"]).status == 0)
        let finished = await harness.run(["ca", "rotate", "finish", "--output", "json"])
        #expect(finished.status == 0, "\(finished.errors)")
        #expect(finished.output == "[]\n")
        #expect(try roots("\(harness.folder.path)/lab/out/certificates/web/ca.crt") == 1)
        #expect(try roots("\(harness.folder.path)/lab/out/certificates/web/tls.crt") == 2)
        let shown = await harness.run(["ca", "show", "--all", "--output", "json"])
        #expect(try values("status", shown) == ["retired", "revoked", "current", "current"])
        #expect(await harness.run(["ca", "rotate", "finish"]).status == 1)
    }

    @Test func `leaves of the old root that have expired keep nothing from its end`() async throws {
        let harness = try await harness()
        await rotate(harness, "prepare", "switch")
        let later = Date(timeIntervalSince1970: 1_800_000_000 + 91 * 86_400)
        #expect(await harness.run(["ca", "rotate", "finish"], now: later).status == 0)
    }

    @Test func `with a cluster its secrets decide, from a file or standard input`() async throws {
        let harness = try await harness(clusterLab)
        await rotate(harness, "prepare", "switch")
        #expect(await harness.run(["cert", "revoke", "--issuer", "issuing-1"]).status == 0)
        let without = await harness.run(["ca", "rotate", "finish", "--output", "json"])
        #expect(without.status == 2)
        #expect(try values("reason", without) == ["nothing shows that it has moved"])
        // What the outputs hold from before the switch is the Secret with the old intermediate.
        let old = Tool.shell("cat \(harness.folder.path)/lab/out/cluster/*local-ca.yaml").output
        let refused = await harness.run(
            ["ca", "rotate", "finish", "--cluster-secrets", "-", "--output", "json"],
            input: old
        )
        #expect(refused.status == 2)
        #expect(try values("kind", refused) == ["secret", "cluster"])
        #expect(refused.output.contains("standard input: Secret cert-manager/local-ca stringData.tls.crt"))
        #expect(await harness.run(["up", "--once"]).status == 0)
        let new = Tool.shell("cat \(harness.folder.path)/lab/out/cluster/*local-ca.yaml").output
        let file = try harness.folder.write(new, to: "secrets.yaml", mode: 0o600)
        let finished = await harness.run(["ca", "rotate", "finish", "--cluster-secrets", file])
        #expect(finished.status == 0, "\(finished.errors)")
        #expect(finished.output.contains("the root of generation 2 is the only one now"))
    }

    @Test func `force ends it whatever hangs on the old root, and the audit log says so`() async throws {
        let harness = try await harness(clusterLab)
        await rotate(harness, "prepare", "switch")
        let forced = await harness.run(["ca", "rotate", "finish", "--force"])
        #expect(forced.status == 0)
        #expect(forced.output.hasPrefix("HANGS ON IT"))
        #expect(await harness.run(["audit"]).output.contains("root-2 forced"))
    }

    @Test func `steps out of order name the one that is missing`() async throws {
        let harness = try await harness()
        for step in ["switch", "finish"] {
            let outcome = await harness.run(["ca", "rotate", step])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("kindling ca rotate prepare"))
        }
        await rotate(harness, "prepare")
        let outcome = await harness.run(["ca", "rotate", "finish", "--force"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("kindling ca rotate switch"))
    }

    @Test func `an intermediate is replaced in one step, and its leaves with it`() async throws {
        let harness = try await harness(clusterLab)
        let issuing = await harness.run(["ca", "rotate", "intermediate", "issuing"])
        #expect(issuing.status == 0, "\(issuing.errors)")
        #expect(issuing.output.contains("issuing-2 (Test Issuing CA 2) signs from now on; reissued: 2\n"))
        #expect(!issuing.output.contains("in the cluster"))
        let cluster = await harness.run(["ca", "rotate", "intermediate", "cluster", "--reason", "keyCompromise"])
        #expect(cluster.output.contains("reissued: 0\nin the cluster\n"))
        #expect(!cluster.output.contains("--cluster-secrets"))
        let shown = await harness.run(["ca", "show", "--all", "--output", "json"])
        #expect(try values("status", shown) == ["current", "retired", "revoked", "current", "current"])
        let missing = try await self.harness()
        let outcome = await missing.run(["ca", "rotate", "intermediate", "cluster"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("there is no intermediate of a cluster"))
    }
}

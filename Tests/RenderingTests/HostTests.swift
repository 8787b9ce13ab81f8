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

/// What differs from host to host: the kernel line, the way it is installed, the accounts on it.
@Suite struct HostTests {
    /// A lab with each kind of host.
    private static let hosts = "Tests/RenderingTests/Goldens/hosts/lab.yaml"

    private func kernelLine(
        _ node: String,
        of path: String = hosts,
        _ change: (inout RenderInput) -> Void = { _ in }
    ) throws -> String? {
        var input = try Fixture.input(of: path)
        change(&input)
        return try Renderer(input).outputs().first { $0.path == "nodes/\(node)/cmdline" }?.text
    }

    // MARK: - The kernel line

    @Test func aBoardIsToldTheTimeAndGetsItsMemoryController() throws {
        let expected = "cgroup_memory=1 cgroup_enable=memory systemd.clock_usec=1767225600000000\n"
        #expect(try kernelLine("board") == expected)
    }

    @Test func aNodeThatNeedsNoArgumentsHasNoKernelLine() throws {
        #expect(try kernelLine("imaged") == nil)
        #expect(try kernelLine("imaged") { $0.lab.nodes[0].hasClock = false } != nil)
        #expect(try kernelLine("board") { $0.notBefore = nil } == "cgroup_memory=1 cgroup_enable=memory\n")
    }

    @Test func theInstallerIsToldNotToAsk() throws {
        #expect(try kernelLine("installed") == "autoinstall\n")
    }

    @Test func theArgumentsOfTheNetbootProfileComeOnce() throws {
        let line = try kernelLine("valar-1", of: Fixture.seed) { $0.lab.nodes[0].os = .raspios13 }
        #expect(
            line == """
                nfsroot=192.168.1.66:/mnt/ubuntuserver/root,v3,tcp,ro root=/dev/nfs overlayroot=tmpfs cgroup_memory=1 \
                cgroup_enable=memory systemd.clock_usec=1767225600000000

                """
        )
    }

    @Test func aTimeOfTheProfileIsKept() throws {
        let line = try kernelLine("valar-1", of: Fixture.seed) { input in
            input.lab.netboot?.profiles[0].arguments = ["systemd.clock_usec=5"]
        }
        #expect(line?.hasSuffix("ro systemd.clock_usec=5\n") == true)
    }

    // MARK: - Autoinstall

    private func userData(_ node: String, _ change: (inout Lab) -> Void = { _ in }) throws -> Node {
        try Fixture.userData(node, of: Self.hosts, change).node
    }

    private func keys(_ node: Node?) -> Set<String> { Set((node?.pairs ?? []).compactMap(\.key.text)) }

    @Test func theInstallerGetsNoKeyThatItDoesNotKnow() throws {
        let document = try userData("installed")
        #expect(keys(document) == ["ca_certs", "autoinstall"])
        let installer = try #require(document["autoinstall"])
        #expect(
            keys(installer) == [
                "version", "network", "storage", "ssh", "packages", "updates", "shutdown", "user-data",
            ]
        )
        #expect(installer["version"]?.text == "1")
        #expect(keys(installer["ssh"]) == ["install-server", "allow-pw"])
        #expect(installer.at("ssh", "allow-pw")?.text == "false")
        #expect(installer.at("storage", "layout", "name")?.text == "direct")
        #expect(installer["updates"]?.text == "security")
        #expect(installer["shutdown"]?.text == "reboot")
        #expect(installer["packages"]?.items?.map(\.text) == ["jq"])
        let bare = try userData("installed") { $0.nodes[1].packages = [] }
        #expect(bare.at("autoinstall", "packages") == nil)
    }

    @Test func theAuthorityGoesIntoTheInstallerAndIntoWhatItInstalls() throws {
        let document = try userData("installed")
        let root = try Fixture.input(of: Self.hosts).trust.roots
        #expect(document.at("ca_certs", "trusted")?.items?.compactMap(\.text) == root)
        let inner = document.at("autoinstall", "user-data", "ca_certs", "trusted")
        #expect(inner?.items?.compactMap(\.text) == root)
    }

    @Test func whatIsInstalledIsWhatAnImageBecomes() throws {
        let inner = try #require(try userData("installed").at("autoinstall", "user-data"))
        let image = try userData("installed") { $0.nodes[1].install = .image }
        #expect(keys(inner) == keys(image))
        #expect(inner.texts == image.texts)
        #expect(inner["write_files"]?.items?.last?["path"]?.text == "/etc/motd")
    }

    @Test func theInstallerSetsUpTheNetworkOfTheNode() throws {
        let files = try Fixture.outputs(of: Self.hosts)
        let config = try Fixture.document("nodes/installed/network-config", in: files)
        let network = try #require(try userData("installed").at("autoinstall", "network"))
        #expect(network.texts == config.texts)
        #expect(network["version"]?.text == "2")
        #expect(files.contains { $0.path == "nodes/installed/meta-data" })
    }

    // MARK: - Accounts

    @Test func peopleWithAShellGetAnAccount() throws {
        let users = try #require(try userData("imaged")["users"]?.items)
        #expect(users.map { $0["name"]?.text } == ["admin", "kim"])
        let admin = users[0]
        #expect(admin["gecos"]?.text == "Ada Admin")
        #expect(admin["groups"]?.items?.map(\.text) == ["sudo"])
        #expect(admin["sudo"]?.text == "ALL=(ALL:ALL) ALL")
        #expect(admin["shell"]?.text == "/bin/bash")
        #expect(admin["lock_passwd"]?.text == "false")
        #expect(admin["passwd"]?.text == "$y$j9T$example$hash-of-shell-admin")
        #expect(admin["ssh_authorized_keys"]?.items?.count == 1)
        #expect(keys(users[1]) == ["name", "gecos", "shell", "lock_passwd", "passwd"])
    }

    @Test func theImagesOwnUserStaysWhereItHasKeys() throws {
        #expect(try userData("board")["users"]?.items?.first?.text == "default")
        #expect(try userData("imaged")["users"]?.items?.contains { $0.text == "default" } == false)
        let without = try userData("imaged") { lab in
            for index in lab.users.indices { lab.users[index].account = nil }
        }
        #expect(without["users"] == nil)
    }

    @Test func noPasswordStandsInUserData() throws {
        for file in try Fixture.outputs(of: Self.hosts) where file.path.hasSuffix("user-data") {
            #expect(!file.text.contains("example-shell-"))
            #expect(!file.text.contains("plain_text_passwd"))
            #expect(file.text.contains("ssh_pwauth: false"))
            #expect(file.holdsSecret)
            #expect(file.mode == 0o600)
        }
    }

    @Test func theSecretsOfAccountsAreListed() throws {
        let lab = try Fixture.lab(of: Self.hosts)
        #expect(RequiredSecrets.names(of: lab) == ["k3s-token", "k3s-agent-token", "shell-admin", "shell-kim"])
        #expect(RequiredSecrets.specs(of: lab).map(\.isShellPassword) == [false, false, true, true])
        let named = try Fixture.lab(of: Self.hosts) { lab in
            lab.secrets = [SecretSpec(name: "shell-kim", length: 20, alphabet: .hex)]
        }
        let kim = RequiredSecrets.specs(of: named).filter { $0.name == "shell-kim" }
        #expect(kim.map(\.length) == [20])
        #expect(kim.map(\.isShellPassword) == [true])
        let alone = try Fixture.lab(of: Self.hosts) { $0.nodes = [] }
        #expect(!RequiredSecrets.names(of: alone).contains("shell-admin"))
    }

    @Test func aMissingHashIsNamedWithARemedy() throws {
        var input = try Fixture.input(of: Self.hosts)
        input.shellHashes["shell-kim"] = nil
        let error = try #require(throws: RenderingError.self) { try Renderer(input).outputs() }
        #expect(error.code == .renderingInputMissing)
        #expect(error.message == "there is no yescrypt hash of secret shell-kim in the state")
    }

    @Test(.enabled(if: Tool.isInstalled("cloud-init"))) func cloudInitTakesEveryHost() throws {
        let folder = try TemporaryFolder()
        for file in try Fixture.outputs(of: Self.hosts) where file.path.hasSuffix("user-data") {
            let path = try folder.write(file.text, to: file.path)
            let result = Tool.shell("cloud-init schema -c \(path)")
            #expect(result.status == 0, "\(file.path): \(result.output)")
            #expect(!result.output.lowercased().contains("deprecated"), "\(result.output)")
        }
    }

    // MARK: - /etc/hosts

    @Test func aHostsFileThatIsRightIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let hosts = try folder.write("127.0.0.1 localhost\n", to: "hosts")
        let command = try #require(try userData("imaged")["bootcmd"]?.items?.first?.items?.last?.text)
        let script = try folder.write(command, to: "hosts.sh")
        #expect(Tool.shell("sed -i s,/etc/hosts,\(hosts),g \(script) && ln \(hosts) \(hosts).same").status == 0)
        #expect(Tool.shell("sh \(script) && test \(hosts) -ef \(hosts).same").status == 0, "it is written in place")
        #expect(String(decoding: try Files.read(hosts), as: UTF8.self).hasSuffix("10.0.0.2 id.lab.test # kindling\n"))
        let check = "touch -d @5 \(hosts) && sh \(script) && test \"$(stat -c %Y \(hosts))\" = 5"
        #expect(Tool.shell(check).status == 0, "it is not written where nothing changes")
    }
}

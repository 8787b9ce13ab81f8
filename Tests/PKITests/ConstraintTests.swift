//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import PKI
import Support
import TestSupport
import Testing

@Suite struct ConstraintTests {
    private let ipv4 = AddressRange(bytes: [10, 0, 0, 0], prefix: 8)
    private let ipv6 = AddressRange(bytes: [0xfd] + Array(repeating: 0, count: 15), prefix: 8)

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `without a permitted address all addresses are excluded`() async throws {
        let text = try await constraints([.dns("lab.test")])
        #expect(text == "Permitted:|DNS:lab.test|Excluded:|IP:0.0.0.0/0.0.0.0|IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0")
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `a family of addresses without a permitted range has one unused address`() async throws {
        #expect(
            try await constraints([.dns("lab.test"), .address(ipv4)])
                == "Permitted:|DNS:lab.test|IP:10.0.0.0/255.0.0.0|"
                + "IP:2001:DB8:0:0:0:0:0:0/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF"
        )
        #expect(
            try await constraints([.dns("lab.test"), .address(ipv6)])
                == "Permitted:|DNS:lab.test|IP:FD00:0:0:0:0:0:0:0/FF00:0:0:0:0:0:0:0|IP:192.0.2.0/255.255.255.255"
        )
        #expect(
            try await constraints([.dns("lab.test"), .address(ipv4), .address(ipv6)])
                == "Permitted:|DNS:lab.test|IP:10.0.0.0/255.0.0.0|IP:FD00:0:0:0:0:0:0:0/FF00:0:0:0:0:0:0:0"
        )
    }

    @Test(.enabled(if: Tool.isInstalled("openssl")))
    func `without a permitted domain no real name is left`() async throws {
        let text = try await constraints([.address(ipv4)])
        #expect(text.hasPrefix("Permitted:|DNS:nothing.invalid|IP:10.0.0.0/255.0.0.0|"))
        let set = try await Fixture.authorities(Fixture.plan(permitted: [.address(ipv4)]))
        for name in ["nothing.invalid", "a.nothing.invalid", "2001:db8::"] {
            #expect(try !set.root.permitted.permits(.read(name)))
        }
    }

    /// The constraints of the root as openssl shows them, lines joined.
    private func constraints(_ permitted: [NameConstraint]) async throws -> String {
        let set = try await Fixture.authorities(Fixture.plan(permitted: permitted))
        let lines = try Fixture.dump(set.root.der, "-ext nameConstraints").split(separator: "\n")
        #expect(lines.first?.hasSuffix("Name Constraints: critical") == true)
        return lines.dropFirst().map { String($0.drop { $0 == " " }) }.joined(separator: "|")
    }

    @Test(arguments: [
        (".kidd.network", "it begins with a dot"),
        ("kidd.network.", "it ends with a dot"),
        ("*.kidd.network", "it covers all names below, so that it needs no wildcard"),
        ("", "it is empty"),
        ("kidd..network", "a DNS name is labels of letters, digits and inner hyphens, joined by dots"),
        ("kidd_network", "a DNS name is labels of letters, digits and inner hyphens, joined by dots"),
        ("größe.network", "write it in its ASCII form (xn--…)"),
    ])
    func `a domain that verifiers refuse cannot be permitted`(domain: String, reason: String) {
        #expect { try PermittedNames([.dns(domain)]) } throws: { error in
            code(error) == .nameInvalid
                && (error as? PKIError)?.message == "\(domain.debugDescription) cannot be permitted: \(reason)"
        }
    }

    @Test func `no constraint at all, and a range with host bits, are refused`() {
        #expect { try PermittedNames([]) } throws: { code($0) == .nameInvalid }
        let range = AddressRange(bytes: [192, 168, 1, 9], prefix: 24)
        #expect { try PermittedNames([.address(range)]) } throws: { code($0) == .nameInvalid }
    }

    @Test(arguments: [
        ("kidd.network", true), ("nas.kidd.network", true), ("a.b.kidd.network", true), ("*.kidd.network", true),
        ("NAS.Kidd.Network", true), ("ada@kidd.network", true), ("ada@KIDD.network", true), ("ada@example.org", false),
        ("spiffe://nas.kidd.network/a", true), ("https://192.168.1.9/", true), ("https://192.168.2.9/", false),
        ("spiffe://example.org/kidd.network", false), ("https://[fd00::1]/", false), ("bücher.kidd.network", true),
        ("192.168.1.9", true), ("10.1.2.3", false), ("192.168.2.1", false),
        ("akidd.network", false), ("kidd.network.example", false), ("network", false), ("*.network", false),
        ("::ffff:192.168.1.9", false), ("fd00::1", false),
    ])
    func `a name is inside or outside`(name: String, isInside: Bool) throws {
        let permitted = try PermittedNames(Fixture.permitted)
        #expect(try permitted.permits(.read(name)) == isInside)
    }
}

@Suite struct HostNameTests {
    @Test(arguments: [
        "", ".", ".nas.lab.test", "nas.lab.test.", "nas..lab.test", "-nas.lab.test", "nas-.lab.test", "nas_1.lab.test",
        "a*.lab.test", "nas.*.test", "*", "*.", "*.*.lab.test", "nas lab", "nas.lab.test:443", "https://", "urn:uuid:1",
        "@lab.test", "ada@", "a@b@lab.test", "ada@lab_test", "spiffe://lab..test/nas",
        "a da@lab.test", "https://ada@lab.test/", "mailto:ada@lab.test", "xn--a.test", "xn--.test",
        "192.168.1.300", "192.168.1", "1", "[fd00::1]", "fd00::1%eth0", "größe .test", "nas.lab.test\u{0}",
        String(repeating: "a", count: 64) + ".test", String(repeating: "a.", count: 126) + "test",
    ])
    func `what no certificate can hold is refused`(text: String) {
        #expect { try AlternativeName.read(text) } throws: { code($0) == .nameInvalid }
    }

    @Test(arguments: [
        ("NAS.Lab.Test", "nas.lab.test"), ("localhost", "localhost"), ("xn--gre-6ka8i.test", "xn--gre-6ka8i.test"),
        ("*.lab.test", "*.lab.test"), ("0.lab.test", "0.lab.test"), ("192.168.1.9", "192.168.1.9"),
        ("Größe.Test", "xn--gre-6ka8i.test"), ("Ada.L@BÜCHER.test", "Ada.L@xn--bcher-kva.test"),
        ("spiffe://lab.test/NAS", "spiffe://lab.test/NAS"),
        ("https://192.168.1.9:8443/x?y#z", "https://192.168.1.9:8443/x?y#z"),
        ("FD00::1", "fd00::1"), ("fd00:0:0:0:0:0:0:1", "fd00::1"),
    ])
    func `a name is written in one way`(text: String, written: String) throws {
        #expect(try AlternativeName.read(text).description == written)
    }
}

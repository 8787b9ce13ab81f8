//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import SwiftASN1
import TestSupport
import Testing
import X509

@testable import PKI

/// A revocation list written field by field.
struct RevocationListDraft: Sendable {
    var algorithm: ASN1ObjectIdentifier = CertificateDraft.ecdsaWithSHA256
    var thisUpdate = Fixture.now.addingTimeInterval(-3600)
    var nextUpdate: Date? = Fixture.now.addingTimeInterval(3600)
    var number: [UInt8]? = [0x07]
    var revoked = [[UInt8]]()
    var hasKeyIdentifier = true
    /// Who signs it, where it is not who should.
    var forger: P256.Signing.PrivateKey?

    /// The list in DER, of an authority.
    func der(of authority: CertificateDraft) throws -> [UInt8] {
        var body = DER.Serializer()
        try body.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(1)
            try coder.appendConstructedNode(identifier: .sequence) { try $0.serialize(algorithm) }
            try coder.serialize(try DistinguishedName { CommonName(authority.subject ?? "") })
            time(thisUpdate, &coder)
            if let nextUpdate { time(nextUpdate, &coder) }
            if !revoked.isEmpty {
                coder.appendConstructedNode(identifier: .sequence) { coder in
                    for serial in revoked {
                        coder.appendConstructedNode(identifier: .sequence) { coder in
                            coder.appendPrimitiveNode(identifier: .integer) { $0.append(contentsOf: serial) }
                            time(thisUpdate, &coder)
                        }
                    }
                }
            }
            let extensions = try extensions(authority)
            if !extensions.isEmpty {
                try coder.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { coder in
                    try coder.serializeSequenceOf(extensions)
                }
            }
        }
        let signature = try (forger ?? authority.key).signature(for: body.serializedBytes).derRepresentation
        var whole = DER.Serializer()
        try whole.appendConstructedNode(identifier: .sequence) { coder in
            coder.serializeRawBytes(body.serializedBytes)
            try coder.appendConstructedNode(identifier: .sequence) { try $0.serialize(algorithm) }
            try coder.serialize(ASN1BitString(bytes: ArraySlice(signature)))
        }
        return whole.serializedBytes
    }

    private func extensions(_ authority: CertificateDraft) throws -> [Certificate.Extension] {
        var extensions: [Certificate.Extension] = []
        if hasKeyIdentifier {
            extensions.append(
                try .init(AuthorityKeyIdentifier(keyIdentifier: authority.keyIdentifier), critical: false)
            )
        }
        if let number {
            let value = [0x02, UInt8(number.count)] + number
            extensions.append(.init(oid: [2, 5, 29, 20], critical: false, value: value[...]))
        }
        return extensions
    }

    private func time(_ date: Date, _ coder: inout DER.Serializer) {
        let text = date.ISO8601Format().filter { $0.isNumber }.dropFirst(2)
        coder.appendPrimitiveNode(identifier: .utcTime) { $0.append(contentsOf: "\(text)Z".utf8) }
    }
}

@Suite struct RevocationListLintTests {
    /// A fault of a revocation list and the rule that finds it.
    struct ListPlant: Sendable, CustomTestStringConvertible {
        let rule: String
        let spoil: @Sendable (inout RevocationListDraft) -> Void

        var testDescription: String { rule }
    }

    static let plants: [ListPlant] = [
        ListPlant(rule: "list-out-of-date") { $0.nextUpdate = Fixture.now.addingTimeInterval(-1) },
        ListPlant(rule: "list-without-next-update") { $0.nextUpdate = nil },
        ListPlant(rule: "list-without-number") { $0.number = nil },
        ListPlant(rule: "list-without-key-identifier") { $0.hasKeyIdentifier = false },
        ListPlant(rule: "list-algorithm-weak") { $0.algorithm = [1, 2, 840, 10045, 4, 1] },
        ListPlant(rule: "list-signature-invalid") { $0.forger = P256.Signing.PrivateKey() },
    ]

    private func rules(_ draft: RevocationListDraft) throws -> [String] {
        let root = try ChainDraft().root
        let trusted = try CertificateFinder.find(in: root.der(signedBy: root.key), file: "r").found
        let findings = try CertificateFinder.find(in: draft.der(of: root), file: "l")
        #expect(findings.found.map(\.kind) == [.revocationList])
        return CertificateLinter.judge(findings, trusted: trusted, now: Fixture.now).map(\.rule)
    }

    @Test func `a good list has no finding`() throws {
        #expect(try rules(RevocationListDraft()) == [])
        #expect(try rules(RevocationListDraft(revoked: [[1], [2], [3]])) == [])
    }

    @Test(arguments: plants)
    func `a planted fault of a list is found, and nothing else`(plant: ListPlant) throws {
        var draft = RevocationListDraft()
        plant.spoil(&draft)
        #expect(try rules(draft) == [plant.rule])
    }

    @Test func `a list says its number, its times and how much it revokes`() throws {
        let draft = RevocationListDraft(number: [0x01, 0x00], revoked: [[1], [2], [3]])
        let summary = try RevocationListSummary(der: draft.der(of: try ChainDraft().root))
        #expect(summary.issuer == "CN=Root")
        #expect(summary.number == "0100")
        #expect(summary.count == 3)
        #expect(summary.thisUpdate == draft.thisUpdate)
        #expect(summary.nextUpdate == draft.nextUpdate)
    }

    @Test func `a list whose time is over is due, one without an end is not`() throws {
        let root = try ChainDraft().root
        var report = ExpiryReport(within: .seconds(60), now: Fixture.now)
        report.add(try CertificateFinder.find(in: RevocationListDraft().der(of: root), file: "l").found)
        report.add(try CertificateFinder.find(in: RevocationListDraft(nextUpdate: nil).der(of: root), file: "m").found)
        #expect(report.entries.map(\.kind) == [.revocationList, .revocationList])
        #expect(report.entries.map(\.daysLeft) == [0, nil])
        #expect(!report.hasFinding)
        let old = RevocationListDraft(nextUpdate: Fixture.now.addingTimeInterval(-1))
        report.add(try CertificateFinder.find(in: old.der(of: root), file: "n").found)
        #expect(report.entries.first?.status == .expired)
        #expect(report.hasFinding)
    }
}

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

/// The lab that the tests of this target are about.
enum Fixture {
    /// 2026-11-21 12:00:00 UTC.
    static let now = Date(timeIntervalSince1970: 1_795_262_400)

    static let permitted: [NameConstraint] = [
        .dns("kidd.network"), .address(AddressRange(bytes: [192, 168, 1, 0], prefix: 24)),
    ]

    static func plan(
        keyType: KeyType = .p256,
        lifetime: Duration = .days(3650),
        permitted: [NameConstraint] = permitted,
        cluster: String? = "ainur"
    ) -> AuthorityPlan {
        AuthorityPlan(
            commonName: "Kidd Lab Root CA",
            organization: "kidd.network",
            keyType: keyType,
            lifetime: lifetime,
            permitted: permitted,
            cluster: cluster
        )
    }

    /// A new authority in a store of its own.
    static func authorities(_ plan: AuthorityPlan = plan(), now: Date = now) async throws -> AuthoritySet {
        try await AuthoritySet.createIfAbsent(
            plan,
            in: MemoryStore(),
            now: now,
            random: SystemRandomSource()
        )
    }

    static func request(
        _ hosts: [String] = ["nas.kidd.network"],
        profile: CertificateProfile = .server,
        keyType: KeyType = .p256,
        lifetime: Duration = .days(90)
    ) -> LeafRequest {
        LeafRequest(name: "nas", hosts: hosts, profile: profile, keyType: keyType, lifetime: lifetime)
    }

    /// What `openssl x509 -text` says of a certificate.
    static func dump(_ der: [UInt8], _ options: String = "-text") throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write(Encoding.pem("CERTIFICATE", der), to: "certificate.pem")
        return Tool.shell("openssl x509 -in \(file) -noout \(options)").output
    }
}

/// A store that forgets all when it goes.
actor MemoryStore: CertificateStore {
    private var authorityList: [StoredAuthority] = []
    private var certificateList: [StoredCertificate] = []

    func authorities() -> [StoredAuthority] { authorityList }

    func add(authorities: [StoredAuthority]) throws {
        for new in authorities where authorityList.contains(where: { $0.id == new.id }) {
            throw PKIError(.authorityExists, "the authority \(new.id) stands already")
        }
        authorityList += authorities
    }

    func certificates() -> [StoredCertificate] { certificateList }

    func latestCertificate(named name: String) -> StoredCertificate? {
        certificateList.last { $0.name == name }
    }

    func add(certificate: StoredCertificate) { certificateList.append(certificate) }

    func revoke(_ serial: String, at instant: Date) {
        for index in certificateList.indices where certificateList[index].serial == serial {
            certificateList[index].revokedAt = instant
        }
    }
}

/// The code of an error of this project.
func code(_ error: any Error) -> ErrorCode? { (error as? any KindlingError)?.code }

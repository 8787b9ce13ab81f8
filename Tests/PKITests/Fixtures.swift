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
    private var kept = AuthorityArchive()
    private var certificateList: [StoredCertificate] = []
    private var lists: [String: StoredRevocationList] = [:]
    private var faster: StoredRevocationList?
    private var folderList: [CertificateFolderRecord] = []

    func archive() -> AuthorityArchive { kept }

    func apply(_ change: AuthorityChange) throws {
        for new in change.authorities where kept.authorities.contains(where: { $0.id == new.id }) {
            throw PKIError(.authorityExists, "the authority \(new.id) stands already")
        }
        kept.authorities += change.authorities
        kept.crossCertificates += change.crossCertificates
        if let rotation = change.rotation {
            kept.rotations.removeAll { $0.generation == rotation.generation }
            kept.rotations.append(rotation)
        }
        for index in kept.authorities.indices {
            let id = kept.authorities[index].id
            if change.retired.contains(id) { kept.authorities[index].retiredAt = change.instant }
            guard let reason = change.revoked[id] else { continue }
            kept.authorities[index].revokedAt = change.instant
            kept.authorities[index].revocationReason = reason
        }
    }

    func certificates() -> [StoredCertificate] { certificateList.map(current) }

    func latestCertificate(named name: String) -> StoredCertificate? {
        certificateList.last { $0.name == name }.map(current)
    }

    func add(certificates: [StoredCertificate]) { certificateList += certificates }

    /// Issues a certificate with a new key, whatever stands, and keeps it.
    func issue(_ request: LeafRequest, now: Date) throws -> StoredCertificate {
        let issuing = try AuthoritySet(kept, cluster: nil).issuing
        let issued = try issuing.issue(request, now: now, random: SystemRandomSource())
        certificateList.append(issued)
        return issued
    }

    func revoke(_ serials: [String], reason: RevocationReason, at instant: Date) -> [String] {
        serials.filter { serial in
            guard let index = certificateList.firstIndex(where: { $0.serial == serial && $0.revokedAt == nil })
            else { return false }
            certificateList[index].revokedAt = instant
            certificateList[index].revocationReason = reason
            return true
        }
    }

    func revocationLists() -> [StoredRevocationList] { lists.values.sorted { $0.issuerID < $1.issuerID } }

    /// Lets another process keep a list just before the next one is kept.
    func interrupt(by list: StoredRevocationList) { faster = list }

    func keep(_ list: StoredRevocationList) -> StoredRevocationList {
        if let other = faster {
            faster = nil
            lists[other.issuerID] = other
        }
        if let kept = lists[list.issuerID], kept.number >= list.number { return kept }
        lists[list.issuerID] = list
        return list
    }

    func folders() -> [CertificateFolderRecord] { folderList }

    func add(folders: [CertificateFolderRecord]) {
        folderList.removeAll { old in folders.contains { $0.folder == old.folder } }
        folderList += folders
    }

    func removeFolder(_ folder: String) { folderList.removeAll { $0.folder == folder } }

    private func current(_ certificate: StoredCertificate) -> StoredCertificate {
        var certificate = certificate
        certificate.chain = kept.chains.chain(of: certificate.issuerID)
        return certificate
    }
}

/// The code of an error of this project.
func code(_ error: any Error) -> ErrorCode? { (error as? any KindlingError)?.code }

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
import Support

/// What ends when: authorities, leaves, revocation lists and whatever was found in files.
package struct ExpiryReport: Sendable {
    /// By their ends, the first to end first; without an end last.
    package var entries: [ExpiryEntry] {
        added.sorted { ($0.end ?? .distantFuture, $0.location) < ($1.end ?? .distantFuture, $1.location) }
    }

    /// Whether something is over, or will be within the time.
    package var hasFinding: Bool { added.contains { $0.status == .expired || $0.status == .due } }

    private var added: [ExpiryEntry] = []
    private var revoked: Set<[UInt8]> = []
    private let within: Duration
    private let now: Date

    /// An empty report: due is what ends no later than `within` from `now`.
    package init(within: Duration, now: Date) {
        self.within = within
        self.now = now
    }

    /// Adds the authorities of a state.
    ///
    /// - Parameters:
    ///   - authorities: all that are kept, in the order of their making.
    ///   - state: the state's name in locations.
    ///   - includesSuperseded: whether those count that nothing is issued from any more.
    /// - Throws: ``PKIError`` for one that cannot be read.
    package mutating func add(
        _ authorities: [StoredAuthority],
        in state: String,
        includesSuperseded: Bool
    ) throws(PKIError) {
        for authority in authorities where includesSuperseded || authority.retiredAt == nil {
            let fields: CertificateFields
            do {
                fields = try CertificateFields(der: authority.certificate)
            } catch {
                throw PKIError(.authorityBroken, "cannot read the authority \(authority.id): \(error)")
            }
            add(.authority, fields.subject.text, "\(state): \(authority.id)", fields.serialText, fields.notAfter.date)
        }
    }

    /// Adds the inventory of a state.
    ///
    /// - Parameters:
    ///   - certificates: all that were issued, in the order of issue.
    ///   - state: the state's name in locations.
    ///   - includesSuperseded: whether those count for whose name there is a later one.
    package mutating func add(_ certificates: [StoredCertificate], in state: String, includesSuperseded: Bool) {
        var newest: [String: String] = [:]
        for certificate in certificates {
            newest[certificate.name] = certificate.serial
            if certificate.revokedAt != nil { revoked.insert(certificate.der) }
        }
        for certificate in certificates where includesSuperseded || newest[certificate.name] == certificate.serial {
            add(
                .certificate,
                certificate.name,
                "\(state): \(certificate.name)",
                certificate.serial,
                certificate.notAfter,
                isRevoked: certificate.revokedAt != nil
            )
        }
    }

    /// Adds the revocation lists of a state. They are made anew long before they end, so that one is due only when it has
    /// ended: nobody has made the next.
    package mutating func add(_ lists: [StoredRevocationList], in state: String) {
        for list in lists {
            add(
                .revocationList,
                list.issuerID,
                "\(state): list of \(list.issuerID)",
                nil,
                list.nextUpdate,
                isRenewed: list.nextUpdate >= now
            )
        }
    }

    /// Adds what was found in files; requests do not end and are left out. What the inventory, added before, knows as
    /// revoked is so here too.
    package mutating func add(_ found: [FoundCertificate]) {
        for found in found {
            let location = found.location.description
            if let fields = found.fields {
                let isRevoked = revoked.contains(found.der)
                let end = fields.notAfter.date
                add(.found, fields.subject.text, location, fields.serialText, end, isRevoked: isRevoked)
            } else if let list = found.list {
                add(.revocationList, list.issuer.text, location, nil, list.nextUpdate?.date)
            }
        }
    }

    private mutating func add(
        _ kind: ExpiryEntry.Kind,
        _ name: String,
        _ location: String,
        _ serial: String?,
        _ end: Date?,
        isRevoked: Bool = false,
        isRenewed: Bool = false
    ) {
        let left = end.map { $0.timeIntervalSince(now) }
        let status: ExpiryEntry.Status =
            if isRevoked {
                .revoked
            } else if isRenewed {
                .ok
            } else if let left, left < 0 {
                .expired
            } else if let left, left <= within.seconds {
                .due
            } else {
                .ok
            }
        added.append(
            ExpiryEntry(
                kind: kind,
                name: name,
                location: location,
                serial: serial,
                end: end,
                daysLeft: left.map { Int(($0 / 86_400).rounded(.down)) },
                status: status
            )
        )
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import X509

/// Certificates and who issued whom among them.
struct CertificateGraph: Sendable {
    /// A certificate of the set.
    struct Entry: Sendable {
        let fields: CertificateFields
        let extensions: ParsedExtensions

        init(_ fields: CertificateFields) {
            self.fields = fields
            extensions = ParsedExtensions(fields)
        }
    }

    /// How many certificates of one name are tried as an issuer; more is no chain, but an attempt to cost time.
    private static let attempts = 8
    /// How many authorities above a certificate are looked at.
    private static let heights = 32

    private let entries: [Entry]
    private let indices: [[UInt8]: Int]
    private let bySubject: [ArraySlice<UInt8>: [Int]]
    /// For each entry the certificates that bear its issuer's name.
    private let links: [[Link]]

    /// An entry that may have issued another.
    private struct Link {
        let issuer: Int
        let didSign: Bool?
        let isOfKeyIdentifier: Bool
    }

    /// A set, in which each certificate counts once.
    init(_ certificates: [CertificateFields]) {
        var entries: [Entry] = []
        var indices: [[UInt8]: Int] = [:]
        var bySubject: [ArraySlice<UInt8>: [Int]] = [:]
        for fields in certificates where indices[fields.der] == nil {
            indices[fields.der] = entries.count
            bySubject[fields.subject.encoded, default: []].append(entries.count)
            entries.append(Entry(fields))
        }
        self.entries = entries
        self.indices = indices
        self.bySubject = bySubject
        links = entries.map { Self.links(of: $0, to: bySubject[$0.fields.issuer.encoded, default: []], in: entries) }
    }

    /// A certificate of the set with all that is known of it.
    func subject(_ fields: CertificateFields, now: Date) -> LintSubject {
        let index = indices[fields.der]
        let issuers = (index.map { links[$0] } ?? []).map { link in
            LintSubject.Issuer(
                entry: entries[link.issuer],
                didSign: link.didSign,
                isOfKeyIdentifier: link.isOfKeyIdentifier
            )
        }
        return LintSubject(
            fields: fields,
            extensions: index.map { entries[$0].extensions } ?? ParsedExtensions(fields),
            issuers: issuers,
            ancestors: index.map(ancestors) ?? [],
            now: now
        )
    }

    /// Those that bear a name, as the issuer of a revocation list, and do not differ from its key identifier.
    func authorities(named name: NameField, keyIdentifier: ArraySlice<UInt8>?) -> [Entry] {
        bySubject[name.encoded, default: []].map { entries[$0] }
            .filter { Self.agree(keyIdentifier, $0.extensions.subjectKeyIdentifier?.value.keyIdentifier) }
            .prefix(Self.attempts).map { $0 }
    }

    /// Whether two key identifiers are one, or one of them is not there.
    private static func agree(_ left: ArraySlice<UInt8>?, _ right: ArraySlice<UInt8>?) -> Bool {
        left == nil || right == nil || left == right
    }

    private static func links(of entry: Entry, to named: [Int], in entries: [Entry]) -> [Link] {
        let fields = entry.fields
        let identifier = entry.extensions.authorityKeyIdentifier?.value.keyIdentifier
        let candidates = named.map { index in
            let own = entries[index].extensions.subjectKeyIdentifier?.value.keyIdentifier
            return (index: index, isOfKeyIdentifier: agree(identifier, own))
        }
        let ordered = candidates.filter(\.isOfKeyIdentifier) + candidates.filter { !$0.isOfKeyIdentifier }
        return ordered.prefix(attempts).map { index, isOfKeyIdentifier in
            let key = entries[index].fields
            let didSign = key.didSign(fields.signedBytes, fields.signature, fields.outerAlgorithm)
            return Link(issuer: index, didSign: didSign, isOfKeyIdentifier: isOfKeyIdentifier)
        }
    }

    private func ancestors(of index: Int) -> [Entry] {
        var found: [Entry] = []
        var known: Set<Int> = [index]
        var queue = [index]
        while let next = queue.popLast(), found.count < Self.heights {
            for link in links[next] where link.didSign ?? link.isOfKeyIdentifier {
                guard known.insert(link.issuer).inserted else { continue }
                found.append(entries[link.issuer])
                queue.append(link.issuer)
            }
        }
        return found
    }
}

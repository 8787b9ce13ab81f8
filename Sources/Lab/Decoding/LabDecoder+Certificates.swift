//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

extension LabDecoder {
    /// The most entries that a list of certificates may have.
    package static let mostCertificates = 100_000
    /// The most bytes that a list of certificates may have.
    package static let certificateBytes = 64 << 20

    /// The certificates of a file of their own: a list in the shape of lab.yaml's `certificates`, or a mapping with that
    /// key. What an entry leaves out comes from the lab, and its hosts are held against what the lab permits.
    ///
    /// - Parameters:
    ///   - text: the file.
    ///   - file: its name in messages.
    ///   - lab: the lab that the certificates are for.
    /// - Returns: the entries, and what is odd, though not wrong, in them.
    /// - Throws: ``LabError`` with every mistake of the file at once.
    package static func certificates(
        text: String,
        file: String,
        of lab: Lab
    ) throws(LabError) -> (certificates: [CertificateSpec], warnings: [Diagnostic]) {
        let node = try document(
            text,
            file: file,
            limits: YAMLLimits(
                bytes: certificateBytes,
                depth: YAMLLimits.standard.depth,
                nodes: YAMLLimits.standard.nodes,
                aliasedNodes: YAMLLimits.standard.aliasedNodes,
                aliasedBytes: YAMLLimits.standard.aliasedBytes
            )
        )
        var checker = ShapeChecker(findings: Findings())
        let list = list(node, &checker)
        var decoding = Decoding(findings: checker.findings)
        decoding.knowsPermitted = true
        let fields = Fields(.map([(key, list ?? .null)]), "")
        let certificates = decoding.certificates(fields.objects(key), lab.authority)
        if decoding.findings.isEmpty { return (certificates, []) }
        let diagnostics = decoding.findings.diagnostics(in: Source(text: text, file: file))
        if decoding.findings.hasErrors { throw LabError(diagnostics) }
        return (certificates, diagnostics)
    }

    private static var key: String { "certificates" }

    /// The list of a file, its shape checked; `nil` when there is none, or too long a one.
    private static func list(_ node: Node, _ checker: inout ShapeChecker) -> Node? {
        let list = node.pairs == nil ? node : node[key]
        guard let list, list.kind != .null else {
            checker.findings.error(
                node,
                "the file has no list of certificates",
                hint: "- {name: nas, hosts: [nas.lab]}"
            )
            return nil
        }
        guard (list.items?.count ?? 0) <= mostCertificates else {
            checker.findings.error(list, "\(key) has more than \(mostCertificates) entries", hint: "split the file")
            return nil
        }
        let shape = Shape.list(.object(LabShape.certificate), atLeast: 1, isUnique: false)
        if node.pairs == nil {
            checker.check(list, shape, key)
        } else {
            checker.check(node, .object(ObjectShape([Key(key, shape, "The certificates.")])), "")
        }
        return list
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import YAML

extension FindingCollector {
    /// Adds what the scalars of a YAML or JSON file hold, and for a text that is neither the PEM blocks in it.
    mutating func addManifests(_ bytes: [UInt8], file: String) {
        let place = FoundCertificate.Location(file: file)
        do {
            for document in try YAMLParser.documents(bytes, file: file, limits: Self.limits) {
                visit(document, Surroundings(place: place))
            }
        } catch {
            let before = count
            addPEM(bytes, at: place, firstLine: 1)
            if count == before, Self.endings.contains(where: file.hasSuffix) {
                var place = place
                place.line = error.location?.line
                refuse(place, "it is no YAML: \(error.message)")
            }
        }
    }

    /// A dump of all Secrets of a cluster is large.
    private static let limits = YAMLLimits(
        bytes: CertificateFinder.sizeLimit,
        depth: 100,
        nodes: 3_000_000,
        aliasedNodes: 1_000_000,
        aliasedBytes: 100 << 20
    )

    private static let endings = [".yaml", ".yml", ".json"]

    /// What is known of a node from above.
    private struct Surroundings {
        var place: FoundCertificate.Location
        var kind: String?
        var path: [String] = []

        /// Whether values are base64 here: `data` of a Secret, `binaryData`, and `…-data` of a kubeconfig.
        var isBase64: Bool {
            path.first == "binaryData" || kind == "Secret" && path.first == "data"
                || path.last?.hasSuffix("-data") == true
        }

        /// Whether the key alone promises a certificate.
        var promisesCertificate: Bool {
            guard let key = path.last else { return false }
            return key.hasSuffix(".crt") || key == "caBundle" || key == "certificate-authority-data"
                || key == "client-certificate-data"
        }

        func below(_ key: String) -> Surroundings {
            var inner = self
            inner.path.append(key)
            return inner
        }

        /// The same for an object of Kubernetes, which begins a path of its own.
        func object(kind: String, namespace: String?, name: String) -> Surroundings {
            var inner = Surroundings(place: place, kind: kind)
            inner.place.object = "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)"
            return inner
        }
    }

    private mutating func visit(_ node: Node, _ surroundings: Surroundings) {
        switch node.content {
        case .scalar(let scalar): visit(scalar, node, surroundings)
        case .sequence(let items, _):
            for (index, item) in items.enumerated() { visit(item, surroundings.below("\(index)")) }
        case .mapping(let pairs, _):
            var surroundings = surroundings
            if let kind = node["kind"]?.text, let metadata = node["metadata"], let name = metadata["name"]?.text {
                surroundings = surroundings.object(kind: kind, namespace: metadata["namespace"]?.text, name: name)
            }
            for pair in pairs { visit(pair.value, surroundings.below(pair.key.text ?? "")) }
        }
    }

    private mutating func visit(_ scalar: Node.Scalar, _ node: Node, _ surroundings: Surroundings) {
        guard !scalar.text.isEmpty else { return }
        var place = surroundings.place
        place.key = surroundings.path.joined(separator: ".")
        place.line = node.range?.start.line
        let text = Array(scalar.text.utf8)
        let before = count
        if PEMScanner.mayHoldBlock(text) {
            // The lines of a literal block are lines of the file, below its indicator.
            addPEM(text, at: place, firstLine: scalar.style == .literal ? place.line.map { $0 + 1 } : nil)
        } else if surroundings.isBase64 || scalar.text.hasPrefix(Self.encodedBegin) {
            addBase64(text, at: place)
        }
        if count == before, surroundings.promisesCertificate, place.object != nil || surroundings.isBase64 {
            refuse(place, "it holds no certificate")
        }
    }

    /// Base64 of `-----BEGIN `, as far as it does not depend on what follows.
    private static let encodedBegin = "LS0tLS1CRUdJTi"

    private mutating func addBase64(_ text: [UInt8], at place: FoundCertificate.Location) {
        let compact = text.filter { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }
        guard let bytes = Encoding.bytes(base64: String(decoding: compact, as: UTF8.self)) else { return }
        if PEMScanner.mayHoldBlock(bytes) {
            addPEM(bytes, at: place, firstLine: nil)
        } else {
            addBinary(bytes, at: place)
        }
    }
}

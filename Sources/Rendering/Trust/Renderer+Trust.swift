//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Templating

extension Renderer {
    /// The CA bundle as a file, and as a ConfigMap without a namespace.
    func trustFiles() throws(RenderingError) -> [RenderedFile] {
        [
            RenderedFile(path: "trust/ca.crt", text: input.trust.bundle, holdsSecret: false),
            try configMap(namespace: nil),
        ]
    }

    /// The ConfigMap with the lab's roots, for one namespace or, without one, for `kubectl apply -n`.
    package func configMap(namespace: String?) throws(RenderingError) -> RenderedFile {
        try trustObject("trust/configmap.yaml", "\(trustName).yaml", namespace: namespace)
    }

    /// A Secret with the entries of ``configMap(namespace:)``, for programs that take their trust from nothing else.
    package func trustSecret(namespace: String?) throws(RenderingError) -> RenderedFile {
        try trustObject("trust/secret.yaml", "\(trustName)-secret.yaml", namespace: namespace)
    }

    /// trust-manager's Bundle, which writes the ConfigMap of the same name into every labelled namespace.
    package func trustManagerBundle() throws(RenderingError) -> RenderedFile {
        guard lab.cluster != nil else {
            throw RenderingError(
                .renderingUnknown,
                "a Bundle is for the namespaces with a label, and lab.yaml has no cluster that names one",
                remedy: "add cluster with trust.namespaceLabel to lab.yaml, or use: kindling configmap"
            )
        }
        return RenderedFile(path: "trust/bundle.yaml", try fill("trust/bundle.yaml"))
    }

    /// cloud-init's configuration for a machine that is to trust the lab, and nothing else of it.
    package func trustCloudConfig() throws(RenderingError) -> RenderedFile {
        RenderedFile(path: "trust/cloud-config.yaml", try fill("trust/cloud-config.yaml"))
    }

    /// The values of a trust object's name and namespace.
    static func nameValues(_ name: String, namespace: String?) -> TemplateValue {
        ["name": .string(name), "namespace": .string(namespace ?? "")]
    }

    private var trustName: String { lab.cluster?.trust.configMap ?? "lab-ca" }

    private func trustObject(
        _ template: String,
        _ file: String,
        namespace: String?
    ) throws(RenderingError) -> RenderedFile {
        if let namespace, !HostName.isLabel(namespace) {
            throw RenderingError(
                .renderingUnknown,
                "\(namespace) is no name of a namespace",
                remedy: "use small letters, digits and hyphens"
            )
        }
        return RenderedFile(
            path: "trust/\([namespace, file].compactMap { $0 }.joined(separator: "/"))",
            try fill(template, ["configMap": Self.nameValues(trustName, namespace: namespace)])
        )
    }
}

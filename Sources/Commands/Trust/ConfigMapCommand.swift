//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Lab
import PKI
import Rendering

/// `kindling configmap`
struct ConfigMapCommand: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "configmap",
        abstract: "The lab-ca ConfigMap: the roots as ca.crt and under the hash names that OpenSSL looks for.",
        discussion: """
            Mounted as a folder and named by SSL_CERT_DIR it serves Go, OpenSSL, curl and Python alike. In namespaces \
            with the Bundle's label trust-manager writes a ConfigMap of this name: do not apply this one there.

            EXAMPLES
              kindling configmap --namespace monitoring | kubectl apply -f -
              kindling configmap --to lab-ca.yaml

            EXIT CODES
              0   done
              1   there is no authority yet
              65  lab.yaml has mistakes
              73  the file cannot be written
            """
    )

    @Option(help: "The namespace to write into the object; none by default.")
    var namespace: String?

    @OptionGroup var destination: DestinationOptions
    @OptionGroup var labOptions: LabOptions
    @OptionGroup var templateOptions: TemplateOptions

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let trust = try await AuthoritySet.load(for: lab, from: state.database).trust
        let material = try TrustMaterial(trust, key: lab.cluster?.trust.key ?? "ca.crt")
        let input = RenderInput(lab: lab, trust: material)
        let file = try Renderer(input, templates: templateOptions.store(in: context)).configMap(namespace: namespace)
        try destination.put(file.text, in: context)
    }
}

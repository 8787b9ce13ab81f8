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

            With the machine's own roots it is larger than the note that `kubectl apply` keeps of an object: apply it \
            with --server-side.

            EXAMPLES
              kindling configmap --namespace monitoring | kubectl apply -f -
              kindling configmap --java --to lab-ca.yaml
              kindling configmap --with-system | kubectl apply --server-side -f -

            EXIT CODES
              0   done
              1   there is no authority yet, no root is left, or they make 1 MiB or more
              65  lab.yaml or the password file has mistakes
              73  the file cannot be written
            """
    )

    @Option(help: "The namespace to write into the object; none by default.")
    var namespace: String?

    @Flag(help: "Add truststore.p12 for Java, as binary data.")
    var java = false

    @OptionGroup var trustOptions: TrustOptions
    @OptionGroup var destination: DestinationOptions
    @OptionGroup var labOptions: LabOptions

    func validate() throws {
        if trustOptions.passwordFile != nil, !java { throw ValidationError("--password-file is for --java") }
    }

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let bundle = try await trustOptions.bundle(of: lab, from: state, in: context)
        let store = java ? try bundle.pkcs12(password: trustOptions.password()) : nil
        let material = try TrustMaterial(bundle, key: lab.cluster?.trust.key ?? "ca.crt", javaStore: store)
        let input = RenderInput(lab: lab, trust: material)
        let file = try Renderer(input, templates: paths.templateStore()).configMap(namespace: namespace)
        try destination.put(file.text, in: context)
    }
}

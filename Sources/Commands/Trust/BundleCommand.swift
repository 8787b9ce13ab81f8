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

/// `kindling bundle`
struct BundleCommand: KindlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "The trust bundle: the root certificates that clients of the lab need, in the form that they read.",
        discussion: """
            FORMS
              pem         certificates one after the other: nearly everything
              der         one certificate, binary: Windows, Android, firmware
              dir         a folder with readable names and those that OpenSSL looks for: SSL_CERT_DIR
              pkcs12      a trust store for Java 8u301 and later
              jks         a trust store for older Java
              configmap   as `kindling configmap` makes it
              secret      a Secret with the same entries
              bundle      trust-manager's Bundle
              cloud-init  user-data for a machine that is to trust the lab

            Equal roots and passwords give equal bytes. Certificates that have expired are left out, with a warning. The \
            password of a trust store keeps no secret, for nothing in it is one; Java wants one all the same.

            EXAMPLES
              kindling bundle > lab-ca.pem
              kindling bundle --format dir --to /etc/ssl/lab-ca
              kindling bundle --format pkcs12 --with-system --to truststore.p12
              kindling bundle --format secret --namespace apps | kubectl apply -f -

            EXIT CODES
              0   done
              1   there is no authority yet, no root is left, or they do not fit into the form
              64  the form needs --to, or is not for a terminal
              65  lab.yaml or the password file has mistakes
              73  the file cannot be written
            """
    )

    @Option(help: "The form; see FORMS.")
    var format: BundleFormat = .pem

    @Option(help: "The namespace to write into a ConfigMap or Secret; none by default.")
    var namespace: String?

    @OptionGroup var trustOptions: TrustOptions
    @OptionGroup var destination: DestinationOptions
    @OptionGroup var labOptions: LabOptions

    func validate() throws {
        if format == .dir, destination.path == nil { throw ValidationError("--format dir needs --to DIR") }
        if namespace != nil, ![.configmap, .secret].contains(format) {
            throw ValidationError("--namespace is for --format configmap and secret")
        }
        if trustOptions.passwordFile != nil, ![.pkcs12, .jks].contains(format) {
            throw ValidationError("--password-file is for --format pkcs12 and jks")
        }
    }

    func run(in context: CommandContext) async throws {
        let paths = labOptions.paths(in: context)
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let bundle = try await trustOptions.bundle(of: lab, from: state, in: context)
        switch format {
        case .pem: try destination.put(bundle.pem, in: context)
        case .der: try destination.put(binary: bundle.der(), in: context)
        case .pkcs12: try destination.put(binary: bundle.pkcs12(password: trustOptions.password()), in: context)
        case .jks: try destination.put(binary: bundle.jks(password: trustOptions.password()), in: context)
        case .dir: try putFolder(bundle, in: context)
        case .configmap, .secret, .bundle, .cloudInit:
            try destination.put(rendered(bundle, lab, in: context).text, in: context)
        }
    }

    private func putFolder(_ bundle: TrustBundle, in context: CommandContext) throws {
        guard let path = destination.path else { return }
        let files = try bundle.folder().map { RenderedFile(path: $0.name, text: $0.text, holdsSecret: false) }
        let isDryRun = destination.dryRun.isDryRun
        let report = try OutputFolder(path: path, isShared: true).write(files, isDryRun: isDryRun)
        report.say(folder: path, isDryRun: isDryRun, in: context)
    }

    private func rendered(_ bundle: TrustBundle, _ lab: Lab, in context: CommandContext) throws -> RenderedFile {
        let material =
            switch format {
            case .configmap, .secret: try TrustMaterial(bundle, key: lab.cluster?.trust.key ?? "ca.crt")
            default: TrustMaterial(roots: bundle.certificatePEMs, entries: [])
            }
        let input = RenderInput(lab: lab, trust: material)
        let renderer = Renderer(input, templates: try labOptions.paths(in: context).templateStore())
        return switch format {
        case .secret: try renderer.trustSecret(namespace: namespace)
        case .bundle: try renderer.trustManagerBundle()
        case .cloudInit: try renderer.trustCloudConfig()
        default: try renderer.configMap(namespace: namespace)
        }
    }
}

/// `--format` of `bundle`.
enum BundleFormat: String, ExpressibleByArgument, CaseIterable {
    case pem, der, dir, pkcs12, jks, configmap, secret, bundle
    case cloudInit = "cloud-init"
}

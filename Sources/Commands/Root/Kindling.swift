//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// The root of the command tree: `kindling <noun> <verb>`.
struct Kindling: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "kindling",
        abstract: "From bare metal to single sign-on: one file, lab.yaml, lights a private cluster.",
        discussion: """
            kindling reads lab.yaml, keeps keys and secrets in state/, writes what machines and the cluster need to \
            out/, and serves the identity provider that the first administrator signs in with.

            EXAMPLES
              kindling init --name ainur --domain kidd.network
              kindling up
              kindling cert issue nas --host nas.kidd.network --to ./nas-tls
              kindling client show argocd --reveal

            EXIT CODES
              0   done
              1   failed
              2   a check found something
              64  the command line is wrong
              65  an input file is wrong
              73  an output cannot be written
              77  not permitted

            Whatever needs lab.yaml ends with 65 when that has mistakes. Whatever needs the state ends with 1 when there \
            is none, with 65 when it is damaged or its key is missing, with 73 when it cannot be written, and with 77 \
            when it is open to other users or the key is another's.

            ENVIRONMENT
              KINDLING_LAB, KINDLING_STATE, KINDLING_OUT, KINDLING_TEMPLATES   as the flags of these names
              KINDLING_KEY_FILE   the master key file, where it is not in ~/.config/kindling
              KINDLING_OUTPUT     table, json or yaml
              KINDLING_LOG_LEVEL  of the server's log on standard error: info, or debug, notice, warning, error
              KINDLING_LOG_FORMAT how that log is written: text, or json, an object a line
              NO_COLOR            no colours
            """,
        version: version,
        subcommands: [
            Init.self, Schema.self, Up.self, CAGroup.self, CertGroup.self, CRLCommand.self, BundleCommand.self,
            ConfigMapCommand.self,
            AppGroup.self, ClientGroup.self, SecretGroup.self, UserGroup.self, KeyGroup.self, RenderGroup.self,
            TemplatesGroup.self,
            IDPGroup.self, Audit.self,
        ]
    )
}

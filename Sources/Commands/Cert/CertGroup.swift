//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser

/// `kindling cert`
struct CertGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cert",
        abstract: "TLS certificates of the lab.",
        subcommands: [CertIssue.self, CertSign.self, CertRenew.self, CertRevoke.self, CertList.self, CertInspect.self]
    )
}

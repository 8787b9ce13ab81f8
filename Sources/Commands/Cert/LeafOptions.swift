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

/// What a leaf is for and how long it lives: options of `cert issue` and `cert sign`.
struct LeafOptions: ParsableArguments {
    @Option(help: "server, client, both or peer.")
    var profile: CertificateProfile?

    @Option(help: "How long it lives, for example 90d.")
    var lifetime: String?

    @Flag(help: "Issue what is possible but unwise, for example an Ed25519 key for a server.")
    var insist = false

    /// Whether none was given.
    var isEmpty: Bool { profile == nil && lifetime == nil && !insist }

    /// The life that was asked for; what Android refuses is a warning.
    func life(in context: CommandContext) throws -> Duration? {
        guard let lifetime else { return nil }
        guard let duration = Duration(labText: lifetime) else {
            throw CommandError(.badArgument, "\(lifetime) is no duration", remedy: "write it as 90d, 24h or 1y")
        }
        if duration > Validity.longestLeafOnAndroid, duration <= Validity.longestLeaf {
            context.warn("\(lifetime) is more than 397d, which Android refuses where its system store holds the root")
        }
        return duration
    }
}

extension CertificateProfile: ExpressibleByArgument {}

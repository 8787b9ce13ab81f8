//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// Rules for the order of a chain (RFC 8446, section 4.4.2).
enum OrderRules {
    static let all: [LintRule<SentChain>] = [
        .warning("chain-with-root") { chain in
            guard chain.position > 0, chain.beginsWithLeaf, chain.current.isAuthority, chain.current.isSelfIssued
            else { return nil }
            return "the root stands in the chain; clients have it or do not trust it"
        },
        .warning("chain-order") { chain in
            guard chain.position > 0 else { return nil }
            guard chain.beginsWithLeaf else {
                return chain.current.isAuthority ? nil : "the leaf stands after an authority; it has to be the first"
            }
            let before = chain.certificates[chain.position - 1]
            guard !chain.current.isSelfIssued, before.issuer.encoded != chain.current.subject.encoded else {
                return nil
            }
            return "it is not the issuer of the certificate before it"
        },
    ]
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PKI
import Rendering

extension TrustMaterial {
    /// The key of the PKCS#12 trust store in a ConfigMap, as `templates/trust/configmap.yaml` has it.
    private static let javaStoreKey = "truststore.p12"

    /// The roots of a bundle, with the ConfigMap's entries under `key` and the hash names.
    ///
    /// Throws `PKIError` when all of it is more than a ConfigMap holds.
    init(_ bundle: TrustBundle, key: String, javaStore: [UInt8]? = nil) throws {
        let others = javaStore.map { Self.javaStoreKey.utf8.count + $0.count } ?? 0
        self.init(
            roots: bundle.certificatePEMs,
            entries: try bundle.configMapEntries(key: key, others: others).map { Entry(key: $0.name, text: $0.text) },
            javaStore: javaStore
        )
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// The Kubernetes version in a distribution's version, `v1.33.6+k3s1`.
struct KubernetesVersion {
    let major: Int
    let minor: Int

    init?(_ text: String) {
        let parts = text.drop { $0 == "v" }.split(separator: ".", maxSplits: 2)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isNumber }) else {
            return nil
        }
        self.major = major
        self.minor = minor
    }

    /// Version of `AuthenticationConfiguration` that the API server reads; `nil` before it had a stable enough one.
    var authenticationVersion: String? {
        if (major, minor) >= (1, 34) { return "v1" }
        return (major, minor) >= (1, 30) ? "v1beta1" : nil
    }
}

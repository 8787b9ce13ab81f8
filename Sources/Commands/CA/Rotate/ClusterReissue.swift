//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab

/// What is to be done in a cluster after its intermediate has changed.
struct ClusterReissue {
    let lab: Lab
    let paths: LabPaths

    /// Commands and words for people, in order; none without a cluster.
    var steps: [String] {
        guard lab.cluster != nil else { return [] }
        return [
            "write and apply the new intermediate, the Secret of cert-manager's local-ca: \(paths.command("up --once"))",
            "reissue what cert-manager has issued: cmctl renew --all --all-namespaces",
            "restart what loads certificates or roots once: kubectl -n NAMESPACE rollout restart deployment NAME",
            "see that all has moved: kubectl get secrets -A -o yaml > secrets.yaml, kept out of git, "
                + "for --cluster-secrets of kindling ca rotate finish",
        ]
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Templating
import YAML

/// `registries.yaml` of k3s, which lab.yaml holds in its own form.
enum K3sRegistries {
    static func filled(_ node: Node) -> FilledTemplate {
        FilledTemplate(text: "# Made by kindling from lab.yaml.\n" + YAMLEmitter.emit(node), holdsSecret: false)
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Support
import Templating

/// A file that user-data writes.
struct NodeFile {
    var path: String
    var filled: FilledTemplate
    var permissions = "0600"
    var owner = "root:root"
    var encoding = ""
    var isAppended = false
    var isDeferred = false

    init(_ path: String, _ filled: FilledTemplate, permissions: String = "0600") {
        self.path = path
        self.filled = filled
        self.permissions = permissions
    }

    /// A file of lab.yaml. Without permissions it is readable, as cloud-init has it.
    init(_ spec: FileSpec) {
        path = spec.path
        filled = FilledTemplate(text: spec.content, holdsSecret: false)
        permissions = spec.permissions ?? "0644"
        owner = spec.owner ?? "root:root"
        encoding = spec.encoding ?? ""
        isAppended = spec.append
        isDeferred = spec.isDeferred
    }

    /// The values that the template of user-data takes.
    var value: TemplateValue {
        [
            "path": .string(path),
            "permissions": .string(permissions),
            "owner": .string(owner),
            "encoding": .string(encoding),
            "append": .bool(isAppended),
            "defer": .bool(isDeferred),
            "content": filled.value,
        ]
    }
}

extension FilledTemplate {
    /// The text as a value for another template: what held a secret stays one.
    var value: TemplateValue { holdsSecret ? .secret(Secret(text)) : .string(text) }
}

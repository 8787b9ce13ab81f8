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

extension Renderer {
    /// The accounts that lab.yaml's users have on every node, as the template of user-data takes them.
    func accounts() throws(RenderingError) -> TemplateValue {
        var accounts: [TemplateValue] = []
        for user in lab.users {
            guard let account = user.account else { continue }
            let secret = RequiredSecrets.shellPassword(of: user)
            guard let hash = input.shellHashes[secret] else { throw .missing("yescrypt hash of secret \(secret)") }
            accounts.append([
                "name": .string(user.username),
                "fullName": .string(user.name),
                "shell": .string(account.shell),
                "maySudo": .bool(account.maySudo),
                "passwordHash": .secret(hash),
                "sshKeys": .list(account.sshKeys.map { .string($0) }),
            ])
        }
        return .list(accounts)
    }
}

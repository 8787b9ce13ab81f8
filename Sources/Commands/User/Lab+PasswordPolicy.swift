//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import OIDC
import Support

extension Lab {
    /// The rules for passwords; the file of refused ones is named relative to lab.yaml.
    func passwordPolicy(besides labPath: String) throws -> PasswordPolicy {
        guard let file = identity.refusedPasswords else { return PasswordPolicy() }
        let folder = Files.split(labPath).folder
        return try PasswordPolicy(refusedPasswordsFile: file.hasPrefix("/") ? file : "\(folder)/\(file)")
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension User {
    /// A person who is not written in lab.yaml, by the same rules: what would be wrong there, in words, or `nil`.
    ///
    /// - Parameters:
    ///   - email: e-mail address.
    ///   - username: user name; `nil` for what stands before `@`.
    ///   - name: name that people see; `nil` for the user name.
    ///   - groups: groups.
    /// - Returns: the person, or what is wrong with what was given, and what to do.
    package static func checking(
        email: String,
        username: String?,
        name: String?,
        groups: [String]
    ) -> Result<User, Mistake> {
        let username = username ?? String(email.prefix { $0 != "@" })
        let name = name ?? username
        let values = [(email, Format.email), (username, .username), (name, .line)] + groups.map { ($0, .group) }
        for (value, format) in values {
            if value.isEmpty || value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                return .failure(Mistake(message: "a value is empty or has control characters"))
            }
            if let problem = format.problem(value) {
                return .failure(Mistake(message: "\(value) \(problem.message)", hint: problem.hint))
            }
        }
        return .success(User(email: email, username: username, name: name, groups: groups, id: nil, account: nil))
    }

    /// What is wrong with a value.
    package struct Mistake: Error, Sendable, Hashable {
        package var message: String
        package var hint: String?
    }
}

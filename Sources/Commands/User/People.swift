//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import OIDC
import Storage
import Support
import YAML

/// The people of a lab together with the state that knows their passwords.
struct People {
    let lab: Lab
    let state: OpenState
    let directory: UserDirectory
    /// Ids of those whom the state alone knows.
    var invited: Set<String> = []

    /// Reads lab.yaml and opens the state.
    static func open(_ paths: LabPaths, in context: CommandContext) async throws -> People {
        let lab = try paths.readLab(in: context)
        let state = try await OpenState.open(paths, in: context)
        let directory = try await UserDirectory.load(lab.users, store: state.database, random: context.random)
        let invited = Set(try await state.database.people().map(\.userID))
        let written = Set(lab.users.map { $0.email.lowercased() })
        return People(
            lab: lab,
            state: state,
            directory: directory,
            invited: invited.filter { id in
                directory.user(id: id).map { !written.contains($0.email.lowercased()) } ?? false
            }
        )
    }

    /// Whether the state alone knows a person.
    func isInvited(_ user: DirectoryUser) -> Bool { invited.contains(user.id) }

    /// The clients that are told when sessions end.
    var notified: Set<String> { Set(lab.clients.filter { $0.backchannelLogoutURI != nil }.map(\.id)) }

    /// Refuses what can only be done in lab.yaml, and names the line: the key of the person there, or else their entry.
    func refuseWritten(_ user: DirectoryUser, key: String?, to deed: String) throws {
        guard !isInvited(user) else { return }
        let place = Self.place(of: user, key: key, in: state.paths.lab)
        throw CommandError(
            .writtenInLab,
            "\(user.label) is in \(state.paths.lab), which alone can \(deed)",
            remedy: "edit \(place?.description ?? state.paths.lab); a running server reads it again on SIGHUP"
        )
    }

    /// Where a person, or a key of theirs, stands in lab.yaml.
    private static func place(of user: DirectoryUser, key: String?, in file: String) -> SourceLocation? {
        guard let bytes = try? Files.read(file, limit: 10 << 20),
            let root = try? YAMLParser.document(bytes, file: file),
            let entry = root["users"]?.items?.first(where: {
                $0["email"]?.text?.lowercased() == user.email.lowercased()
            })
        else { return nil }
        let named = entry.pairs?.first { $0.key.text == key }?.key
        return (named ?? entry).location(in: file)
    }
}

extension User {
    /// A person by the rules of lab.yaml. Throws ``CommandError`` for what these refuse.
    static func checked(email: String, username: String?, name: String?, groups: [String]) throws -> User {
        switch checking(email: email, username: username, name: name, groups: groups) {
        case .success(let user): return user
        case .failure(let mistake): throw CommandError(.badArgument, mistake.message, remedy: mistake.hint)
        }
    }
}

extension ErrorCode {
    /// A person of lab.yaml is changed there.
    static let writtenInLab = ErrorCode("command.written-in-lab", exit: .notPermitted)
}

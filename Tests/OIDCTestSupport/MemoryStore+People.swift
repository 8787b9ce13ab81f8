//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import OIDC
package import Support

extension MemoryStore {
    package func addSession(_ session: Session, replacing earlier: TokenDigest?, notifying clients: Set<String>) {
        if let earlier, let old = sessions[earlier] {
            if old.sid == session.sid {
                sessions[earlier] = nil
            } else {
                end([old], notifying: clients, at: session.created)
            }
        }
        sessions[session.id] = session
    }

    package func session(_ id: TokenDigest) -> Session? { sessions[id] }

    package func sessions(userID: String) -> [Session] {
        sessions.values.filter { $0.userID == userID }.sorted { $0.created > $1.created }
    }

    package func endSession(_ id: TokenDigest, notifying clients: Set<String>, at now: Date) {
        end(sessions[id].map { [$0] } ?? [], notifying: clients, at: now)
    }

    package func endSessions(userID: String, except kept: TokenDigest?, notifying clients: Set<String>, at now: Date) {
        end(sessions(userID: userID).filter { $0.id != kept }, notifying: clients, at: now)
    }

    private func end(_ ended: [Session], notifying clients: Set<String>, at now: Date) {
        for session in ended {
            sessions[session.id] = nil
            let own = grants.values.filter { $0.sid == session.sid }
            for client in Set(own.map(\.clientID)).intersection(clients) {
                let id = Encoding.hex(SystemRandomSource().bytes(16))
                notices[id] = LogoutNotice(
                    id: id,
                    clientID: client,
                    sid: session.sid,
                    userID: session.userID,
                    created: now,
                    due: now
                )
            }
            for grant in own where !grant.scopes.contains(Scope.offlineAccess.rawValue) {
                revokeGrant(grant.id, at: now)
            }
        }
    }

    package func logoutNotices(dueAt now: Date, limit: Int) -> [LogoutNotice] {
        Array(notices.values.filter { $0.due <= now }.sorted { ($0.due, $0.id) < ($1.due, $1.id) }.prefix(limit))
    }

    package func postponeLogoutNotice(_ id: String, until due: Date) {
        notices[id]?.attempts += 1
        notices[id]?.due = due
    }

    package func removeLogoutNotice(_ id: String) { notices[id] = nil }
}

extension MemoryStore {
    package func userID(email: String, made: String) -> String {
        if let id = ids[email.lowercased()] { return id }
        ids[email.lowercased()] = made
        return made
    }

    package func account(userID: String) -> Account? { accounts[userID] }

    @discardableResult
    package func setPassword(
        userID: String,
        hash: Secret<String>,
        replacing old: Secret<String>? = nil,
        keeping kept: TokenDigest? = nil,
        notifying clients: Set<String> = [],
        at now: Date
    ) -> Bool {
        if let old, accounts[userID]?.passwordHash != old { return false }
        accounts[userID] = Account(
            userID: userID,
            passwordHash: hash,
            isDisabled: accounts[userID]?.isDisabled ?? false,
            passwordChanged: now
        )
        endAll(userID, except: kept, notifying: clients, at: now)
        return true
    }

    package func replaceHash(userID: String, old: Secret<String>, new: Secret<String>) {
        if accounts[userID]?.passwordHash == old { accounts[userID]?.passwordHash = new }
    }

    package func setDisabled(
        userID: String,
        _ isDisabled: Bool,
        notifying clients: Set<String> = [],
        at now: Date
    ) {
        var account =
            accounts[userID]
            ?? Account(userID: userID, passwordHash: nil, isDisabled: isDisabled, passwordChanged: nil)
        account.isDisabled = isDisabled
        accounts[userID] = account
        if isDisabled { endAll(userID, except: nil, notifying: clients, at: now) }
    }

    private func endAll(_ userID: String, except kept: TokenDigest?, notifying clients: Set<String>, at now: Date) {
        endSessions(userID: userID, except: kept, notifying: clients, at: now)
        for grant in grants.values where grant.userID == userID { revokeGrant(grant.id, at: now) }
        links = links.filter { $0.value.userID != userID }
        for (digest, device) in devices {
            if case .approved(userID, _) = device.decision { devices[digest]?.decision = .denied }
        }
    }

    package func people() -> [Person] { persons.values.sorted { $0.email.lowercased() < $1.email.lowercased() } }

    package func addPerson(_ person: Person) -> Bool {
        let isTaken = persons.values.contains {
            $0.userID == person.userID || $0.email.lowercased() == person.email.lowercased()
                || $0.username.lowercased() == person.username.lowercased()
        }
        guard !isTaken, ids[person.email.lowercased()] == nil, !ids.values.contains(person.userID) else { return false }
        ids[person.email.lowercased()] = person.userID
        persons[person.userID] = person
        return true
    }

    package func setGroups(userID: String, _ groups: [String]) -> Bool {
        persons[userID]?.groups = groups
        return persons[userID] != nil
    }

    package func removePerson(userID: String, notifying clients: Set<String>, at now: Date) -> Bool {
        guard persons.removeValue(forKey: userID) != nil else { return false }
        endAll(userID, except: nil, notifying: clients, at: now)
        accounts[userID] = nil
        ids = ids.filter { $0.value != userID }
        return true
    }

    package func addLink(_ link: PasswordLink) {
        links = links.filter { $0.value.userID != link.userID }
        links[link.digest] = link
    }

    package func link(_ digest: TokenDigest) -> PasswordLink? { links[digest] }

    package func bindLink(_ digest: TokenDigest, to browser: TokenDigest, at now: Date) -> Bool {
        guard let link = links[digest], now < link.expires, link.browser == nil || link.browser == browser else {
            return false
        }
        links[digest]?.browser = browser
        return true
    }

    package func redeemLink(
        _ digest: TokenDigest,
        browser: TokenDigest,
        passwordHash: Secret<String>,
        notifying clients: Set<String>,
        at now: Date
    ) -> Bool {
        guard let link = links[digest], now < link.expires, link.browser == browser else { return false }
        return setPassword(userID: link.userID, hash: passwordHash, notifying: clients, at: now)
    }
}

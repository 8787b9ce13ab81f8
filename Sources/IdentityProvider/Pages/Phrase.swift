//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import OIDC

/// Something that pages say, in whatever language: a key of `templates/pages/text`, and the values for its braces.
struct Phrase: Sendable, Hashable {
    let key: String
    var values: [String: String] = [:]

    private init(_ key: String, _ values: [String: String] = [:]) {
        self.key = key
        self.values = values
    }

    static let wrongPassword = Phrase("wrongPassword")
    static let formExpiredSignIn = Phrase("formExpiredSignIn")
    static let busyTitle = Phrase("busyTitle")
    static let busyMessage = Phrase("busyMessage")
    static let notFoundTitle = Phrase("notFoundTitle")
    static let notFoundMessage = Phrase("notFoundMessage")
    static let foreignFormTitle = Phrase("foreignFormTitle")
    static let foreignFormMessage = Phrase("foreignFormMessage")
    static let failedTitle = Phrase("failedTitle")
    static let failedMessage = Phrase("failedMessage")
    static let refusedTitle = Phrase("refusedTitle")
    static let linkGoneTitle = Phrase("linkGoneTitle")
    static let linkGoneMessage = Phrase("linkGoneMessage")
    static let linkElsewhereTitle = Phrase("linkElsewhereTitle")
    static let linkElsewhereMessage = Phrase("linkElsewhereMessage")
    static let unwellTitle = Phrase("unwellTitle")
    static let unwellMessage = Phrase("unwellMessage")
    static let passwordsDiffer = Phrase("passwordsDiffer")
    static let passwordCurrentWrong = Phrase("passwordCurrentWrong")
    static let passwordChanged = Phrase("passwordChanged")
    static let passwordSameAsOld = Phrase("passwordSameAsOld")
    static let sessionEnded = Phrase("sessionEnded")
    static let sessionsEnded = Phrase("sessionsEnded")
    static let deviceCodeUnknown = Phrase("deviceCodeUnknown")
    static let unknownBrowser = Phrase("unknownBrowser")

    static func tooManyAttempts(seconds: Int) -> Phrase { Phrase("tooManyAttempts", ["seconds": String(seconds)]) }

    static func refusedMessage(_ reason: String) -> Phrase { Phrase("refusedMessage", ["reason": reason]) }

    static func browserOn(_ browser: String, _ system: String) -> Phrase {
        Phrase("browserOn", ["browser": browser, "system": system])
    }

    /// Why a new password is not taken, as a whole sentence.
    static func passwordChooseAnother(_ refusal: PasswordPolicy.Refusal, in language: Language) -> Phrase {
        Phrase("passwordChooseAnother", ["reason": language.text(reason(refusal))])
    }

    private static func reason(_ refusal: PasswordPolicy.Refusal) -> Phrase {
        switch refusal {
        case .tooShort: Phrase("passwordTooShort", ["count": String(PasswordPolicy.minimumLength)])
        case .tooLong: Phrase("passwordTooLong", ["count": String(PasswordPolicy.maximumBytes)])
        case .hasControls: Phrase("passwordControl")
        case .isCommon: Phrase("passwordCommon")
        case .isOwnName: Phrase("passwordOwnName")
        }
    }

    /// What a scope lets a relying party do.
    static func scope(_ scope: Scope) -> Phrase {
        switch scope {
        case .openid: Phrase("scopeOpenid")
        case .profile: Phrase("scopeProfile")
        case .email: Phrase("scopeEmail")
        case .groups: Phrase("scopeGroups")
        case .offlineAccess: Phrase("scopeOfflineAccess")
        }
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A page: the names of its stored properties are the variables of its template.
package protocol Page: Sendable {
    /// Path below `templates/`.
    static var template: String { get }
    var site: Site { get }
}

/// Asks for user name and password.
struct LoginPage: Page {
    static let template = "pages/login.mustache"
    var site: Site
    /// The relying party; `nil` for the provider itself.
    var client: String?
    /// Where the form goes, with the authorization request in its query.
    var action: String
    var form: String
    /// What was typed, or the relying party's hint.
    var login: String?
    /// Why the page is shown again.
    var message: String?
    /// Whether there is somebody to tell that the person does not want to.
    var canCancel: Bool
}

/// Asks whether a relying party may have what it wants.
struct ConsentPage: Page {
    static let template = "pages/consent.mustache"
    var site: Site
    var client: String
    var action: String
    var form: String
    var user: String
    /// The scopes in words.
    var scopes: [String]
}

/// Asks for the code that a device shows.
struct DevicePage: Page {
    static let template = "pages/device.mustache"
    var site: Site
    var action: String
    var form: String
    /// What was typed.
    var userCode: String?
    var message: String?
}

/// Asks whether a device may have what it wants (RFC 8628, section 3.3).
struct DeviceConfirmPage: Page {
    static let template = "pages/device-confirm.mustache"
    var site: Site
    var action: String
    var form: String
    var client: String
    var user: String
    /// As the device shows it.
    var userCode: String
    /// The scopes in words.
    var scopes: [String]
}

/// The person has decided about a device.
struct DeviceDonePage: Page {
    static let template = "pages/device-done.mustache"
    var site: Site
    var client: String
    var allowed: Bool
}

/// Brings the browser back to the relying party by a form.
struct FormPostPage: Page {
    static let template = "pages/form-post.mustache"
    var site: Site
    /// The redirect URI.
    var action: String
    var client: String
    var fields: [Field]

    struct Field: Sendable {
        var name: String
        var value: String
    }
}

/// A one-time link, before it is bound to the browser.
struct LinkOpenPage: Page {
    static let template = "pages/link-open.mustache"
    var site: Site
    var action: String
    var form: String
    var email: String
    var name: String
}

/// Sets a password by a one-time link.
struct PasswordPage: Page {
    static let template = "pages/password.mustache"
    var site: Site
    var action: String
    var form: String
    var email: String
    var name: String
    var minimumLength: Int
    var message: String?
}

/// An app to go to.
struct AppLink: Sendable {
    var name: String
    var url: String
}

/// The password is set.
struct PasswordSetPage: Page {
    static let template = "pages/password-set.mustache"
    var site: Site
    var email: String
    var apps: [AppLink]
}

/// Asks whether to sign out.
struct SignOutPage: Page {
    static let template = "pages/sign-out.mustache"
    var site: Site
    var action: String
    var form: String
    var user: String
}

/// The session has ended.
struct SignedOutPage: Page {
    static let template = "pages/signed-out.mustache"
    var site: Site
}

/// The front page: who is signed in, and where to go.
struct HomePage: Page {
    static let template = "pages/home.mustache"
    var site: Site
    var user: String?
    var apps: [AppLink]
}

/// A person's own account.
struct AccountPage: Page {
    static let template = "pages/account.mustache"
    var site: Site
    var name: String
    var username: String
    var email: String
    var groups: [String]
    /// What has just been done.
    var notice: String?
    /// What could not be done.
    var message: String?
    var apps: [AppLink]
    var sessionsAction: String
    var sessionsForm: String
    var sessions: [Row]
    /// Whether there is more than the session of this browser.
    var others: Bool
    var passwordAction: String
    var passwordForm: String
    var hasPassword: Bool
    var minimumLength: Int

    /// A session.
    struct Row: Sendable {
        /// Its `sid`.
        var id: String
        var browser: String
        var address: String
        var since: String
        var sinceISO: String
        var isCurrent: Bool
    }
}

/// A problem.
struct ErrorPage: Page {
    static let template = "pages/error.mustache"
    var site: Site
    var title: String
    var message: String
    var requestID: String
}

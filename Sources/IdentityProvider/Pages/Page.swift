//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// A page: the names of its stored properties are the variables of its template.
protocol Page: Sendable {
    /// Path below `templates/`.
    static var template: String { get }
    var site: Site { get }
}

/// Asks for user name and password.
struct LoginPage: Page {
    static let template = "pages/login.mustache"
    var site: Site
    /// The relying party.
    var client: String
    /// Where the form goes, with the authorization request in its query.
    var action: String
    var form: String
    /// What was typed, or the relying party's hint.
    var login: String?
    /// Why the page is shown again.
    var message: String?
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

/// A problem.
struct ErrorPage: Page {
    static let template = "pages/error.mustache"
    var site: Site
    var title: String
    var message: String
    var requestID: String
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes

/// A problem that a person at a browser is told about, in the page's words.
struct PageError: Error, Sendable {
    var status: HTTPResponse.Status
    var title: String
    var message: String
    /// Seconds until another try makes sense.
    var retryAfter: Int?

    init(_ status: HTTPResponse.Status, title: String, message: String, retryAfter: Int? = nil) {
        self.status = status
        self.title = title
        self.message = message
        self.retryAfter = retryAfter
    }

    static let notFound = PageError(
        .notFound,
        title: "Nothing here",
        message: "This address leads nowhere. Start again from the app that you want to use."
    )
    static let foreignForm = PageError(
        .forbidden,
        title: "This form has expired",
        message: "Go back to the app and start again. Cookies have to be allowed for this site."
    )
    static let busy = PageError(
        .serviceUnavailable,
        title: "Too many people are signing in",
        message: "Wait a few seconds and try again.",
        retryAfter: 5
    )
    static let failed = PageError(
        .internalServerError,
        title: "Something went wrong",
        message: "The request could not be finished. The log has the reason under the number below."
    )
}

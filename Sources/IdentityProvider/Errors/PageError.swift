//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes

/// A problem that a person at a browser is told about, in the language of the page.
struct PageError: Error, Sendable {
    var status: HTTPResponse.Status
    var title: Phrase
    var message: Phrase
    /// Seconds until another try makes sense.
    var retryAfter: Int?

    init(_ status: HTTPResponse.Status, title: Phrase, message: Phrase, retryAfter: Int? = nil) {
        self.status = status
        self.title = title
        self.message = message
        self.retryAfter = retryAfter
    }

    static let notFound = PageError(.notFound, title: .notFoundTitle, message: .notFoundMessage)
    static let foreignForm = PageError(.forbidden, title: .foreignFormTitle, message: .foreignFormMessage)
    static let busy = PageError(.serviceUnavailable, title: .busyTitle, message: .busyMessage, retryAfter: 5)
    static let failed = PageError(.internalServerError, title: .failedTitle, message: .failedMessage)
    static let unwell = PageError(.serviceUnavailable, title: .unwellTitle, message: .unwellMessage)
    static let linkGone = PageError(.gone, title: .linkGoneTitle, message: .linkGoneMessage)
    static let linkElsewhere = PageError(.forbidden, title: .linkElsewhereTitle, message: .linkElsewhereMessage)

    static func tooManyAttempts(seconds: Int) -> PageError {
        PageError(
            .tooManyRequests,
            title: .refusedTitle,
            message: .tooManyAttempts(seconds: seconds),
            retryAfter: seconds
        )
    }

    /// The server's refusal; `reason` is fixed text of ours.
    static func refused(_ status: HTTPResponse.Status, _ reason: String) -> PageError {
        PageError(status, title: .refusedTitle, message: .refusedMessage(reason))
    }
}

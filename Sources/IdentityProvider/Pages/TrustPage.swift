//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// How a device comes to trust the lab's authority. It is served in plain HTTP, by a listener of its own.
package struct TrustPage: Page {
    package static let template = "pages/trust.mustache"
    package var site: Site
    /// URL of the server, without a slash at its end; it can stand between single quotes in a command.
    package var url: String
    package var roots: [Root]
    /// Whether there are two, an old and a new one.
    package let isRotating: Bool

    package init(site: Site, url: String, roots: [Root]) {
        self.site = site
        self.url = url
        self.roots = roots
        isRotating = roots.count > 1
    }

    /// A root to be trusted.
    package struct Root: Sendable {
        /// Primary key in the state, for example `root-1`.
        package var id: String
        package var subject: String
        /// SHA-256 over the DER form, with colons.
        package var fingerprint: String
        /// First day of its life.
        package var from: String
        package var fromISO: String
        /// Last day of its life.
        package var until: String
        package var untilISO: String
        /// The names it may certify, in one text; none when it may certify all.
        package var permitted: [String]
        /// Name of its files, without their ending.
        package var file: String
        /// Path of its files on this server, without their ending.
        package var path: String

        package init(
            id: String,
            subject: String,
            fingerprint: String,
            from: String,
            fromISO: String,
            until: String,
            untilISO: String,
            permitted: [String],
            file: String,
            path: String
        ) {
            self.id = id
            self.subject = subject
            self.fingerprint = fingerprint
            self.from = from
            self.fromISO = fromISO
            self.until = until
            self.untilISO = untilISO
            self.permitted = permitted
            self.file = file
            self.path = path
        }
    }
}

/// What stands in place of a page that is not there, where certificates are published.
package struct AbsentPage: Page {
    package static let template = "pages/absent.mustache"
    package var site: Site

    package init(site: Site) {
        self.site = site
    }
}

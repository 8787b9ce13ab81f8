//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Lab

/// Where the certificates, lists and the trust page of a lab are found.
package struct PublishedAddress: Sendable, Hashable {
    /// `authority.url`, without a slash at its end; where that is absent, what the listener can be reached by.
    package let url: String
    /// The path of ``url``, empty for none: every path begins with it.
    let path: String

    /// The address of a lab; `nil` when nothing listens for it.
    package init?(_ lab: Lab) {
        guard let listen = lab.authority.listen else { return nil }
        var reachable = listen
        if ["0.0.0.0", "::"].contains(listen.host) { reachable.host = lab.identity.address ?? "localhost" }
        url = lab.authority.url ?? "http://\(reachable)"
        path = WebAddress(url)?.path ?? ""
    }

    /// The trust page.
    package var trustPage: String { "\(url)/ca" }

    /// ``url`` as it stands between single quotes in a command, of a POSIX shell or of PowerShell. A URL has no character
    /// that means something there but the quote itself.
    var quotable: String { url.replacing("'", with: "%27") }
}

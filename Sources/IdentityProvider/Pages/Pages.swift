//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
import Templating

/// Renders pages. Everything that is put into one is escaped by ``HTMLText``.
struct Pages: Sendable {
    let site: Site
    private let library: MustacheLibrary

    /// Reads the templates of all pages and parts, those of the user's own in place of ours.
    init(site: Site, templates: TemplateStore) throws {
        self.site = site
        HTMLText.register()
        var library = MustacheLibrary()
        for path in templates.paths where path.hasPrefix("pages/") && path.hasSuffix(".mustache") {
            try library.register(HTMLText.pragma + (try templates.text(path)), named: path)
        }
        self.library = library
    }

    /// The text of a page.
    func render(_ page: some Page) throws -> String {
        guard let text = library.render(page, withTemplate: type(of: page).template) else {
            throw PageError.failed
        }
        return text
    }

    /// A page as an answer. Pages have no script, but for `script`: the one address that may be loaded.
    ///
    /// There is no `form-action`: Chromium applies it to every redirect that follows a posted form, and a relying party
    /// that is a provider itself sends the browser on to hosts that are not known here. Nothing is put into a page
    /// unescaped, so that there is no foreign form to hold back.
    func response(
        _ page: some Page,
        status: HTTPResponse.Status = .ok,
        script: String? = nil
    ) throws -> Response {
        var policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        if let script { policy += "; script-src \(script)" }
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy],
            body: ResponseBody(byteBuffer: ByteBuffer(string: try render(page)))
        )
    }
}

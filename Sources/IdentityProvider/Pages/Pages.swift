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
package import Templating

/// Renders pages. Everything that is put into one is escaped by ``HTMLText``.
package struct Pages: Sendable {
    package let site: Site
    package let languages: Languages
    private let library: MustacheLibrary

    /// Reads the templates of all pages and parts, those of the user's own in place of ours.
    package init(site: Site, templates: TemplateStore) throws {
        self.site = site
        languages = try Languages(templates)
        HTMLText.register()
        var library = MustacheLibrary()
        for path in templates.paths where path.hasPrefix("pages/") && path.hasSuffix(".mustache") {
            try library.register(HTMLText.pragma + (try templates.text(path)), named: path)
        }
        self.library = library
    }

    /// The text of a page in a language: the page's properties, `lang`, and the texts of the language below `t`.
    package func render(_ page: some Page, in language: Language) throws -> String {
        var values: [String: Any] = ["lang": language.tag, "t": language.texts]
        for case (let name?, let value) in Mirror(reflecting: page).children {
            // To the engine an optional without a value would be something, once it is one of several values.
            let mirror = Mirror(reflecting: value)
            values[name] = mirror.displayStyle == .optional ? mirror.children.first?.value : value
        }
        guard let text = library.render(values, withTemplate: type(of: page).template) else {
            throw PageError.failed
        }
        return text
    }

    /// A page as an answer. Pages have no script, but for those that take one of ours.
    ///
    /// There is no `form-action`: Chromium applies it to every redirect that follows a posted form, and a relying party
    /// that is a provider itself sends the browser on to hosts that are not known here. Nothing is put into a page
    /// unescaped, so that there is no foreign form to hold back.
    func response(
        _ page: some Page,
        in language: Language,
        status: HTTPResponse.Status = .ok,
        hasScript: Bool = false
    ) throws -> Response {
        var policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        if hasScript { policy += "; script-src 'self'" }
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentLanguage: language.tag,
                .contentSecurityPolicy: policy,
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: try render(page, in: language)))
        )
    }
}

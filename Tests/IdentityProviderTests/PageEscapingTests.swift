//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HummingbirdTesting
import Templating
import TestSupport
import Testing

@testable import IdentityProvider

@Suite("Escaping in pages")
struct PageEscapingTests {
    /// Characters that a browser sees on their own, while Swift joins them with the mark that follows.
    static let marks = ["", "\u{301}", "\u{338}", "\u{200d}", "\u{fe0f}", "\u{20e3}", "\u{e0061}", "\u{1f3fb}"]

    @Test("nothing that was sent ends an attribute or a text, whatever marks follow", arguments: marks)
    func escaping(mark: String) throws {
        let value = ["\"", "'", "<", ">", "&"].map { "\($0)\(mark)x" }.joined()
        let site = Site(lab: value, base: "")
        let pages = try Pages(site: site, templates: TemplateStore())
        let english = pages.languages.fallback
        let texts = [
            try pages.render(
                LoginPage(
                    site: site,
                    client: value,
                    action: "/",
                    form: value,
                    login: value,
                    message: value,
                    canCancel: true
                ),
                in: english
            ),
            try pages.render(
                ConsentPage(site: site, client: value, action: "/", form: "f", user: value, scopes: [value]),
                in: english
            ),
            try pages.render(
                FormPostPage(site: site, action: value, client: value, fields: [.init(name: value, value: value)]),
                in: english
            ),
            try pages.render(HomePage(site: site, user: value, apps: [AppLink(name: value, url: value)]), in: english),
            try pages.render(ErrorPage(site: site, title: value, message: value, requestID: value), in: english),
        ]
        let escaped = ["&quot;", "&#39;", "&lt;", "&gt;", "&amp;"].map { Array("\($0)\(mark)x".utf8) }.joined()
        for text in texts {
            #expect(text.utf8.contains(Array(escaped)))
            for character in ["\"", "'", "<", ">", "&"] {
                #expect(!text.utf8.contains(Array("\(character)\(mark)x".utf8)), "\(character)")
            }
        }
    }

    @Test("a template of the user's own is escaped as well")
    func overrides() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("{{#site}}\n<p title=\"{{lab}}\">{{/site}}", to: "pages/signed-out.mustache")
        let site = Site(lab: "\"\u{301}x", base: "")
        let pages = try Pages(site: site, templates: try TemplateStore(overrides: folder.path))
        #expect(
            try pages.render(SignedOutPage(site: site), in: pages.languages.fallback).utf8.contains(
                Array("&quot;\u{301}x".utf8)
            )
        )
    }
}

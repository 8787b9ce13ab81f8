//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import NIOCore
import Templating

/// Style sheet, icon and the one script, from the templates.
struct StaticRoutes: Sendable {
    let app: IdentityProviderApp

    private static let files = [
        ("kindling.css", "text/css; charset=utf-8"),
        ("kindling.svg", "image/svg+xml"),
        ("form-post.js", "text/javascript; charset=utf-8"),
    ]

    /// Address of the script that submits the form of `response_mode=form_post`.
    static func formPostScript(_ base: String) -> String { "\(base)/static/form-post.js" }

    func add(to router: Router<ProviderContext>, templates: TemplateStore) throws {
        for (name, type) in Self.files {
            let text = try templates.text("pages/static/\(name)")
            router.get(RouterPath("\(app.pages.site.base)/static/\(name)")) { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: type, .cacheControl: "public, max-age=3600"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: text))
                )
            }
        }
    }
}

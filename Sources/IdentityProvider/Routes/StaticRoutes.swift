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

    /// The addresses of all of them.
    static func paths(_ base: String) -> [String] { files.map { "\(base)/static/\($0.0)" } }

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

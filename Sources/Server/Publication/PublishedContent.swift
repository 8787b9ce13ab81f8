//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import IdentityProvider
import Lab
import PKI
import Synchronization
import Templating

/// What is published now, in memory.
final class PublishedContent: Sendable {
    private let lab: Lab
    private let address: PublishedAddress
    private let pages: Pages
    private let files: [PublishedSite.PageFile]
    private let read: @Sendable () async throws -> Publication
    private let held: Mutex<(publication: Publication, site: PublishedSite)>

    /// Reads for the first time, so that there is something from the start.
    ///
    /// Throws what `read` and a template throws.
    init(
        of lab: Lab,
        at address: PublishedAddress,
        templates: TemplateStore,
        read: @escaping @Sendable () async throws -> Publication
    ) async throws {
        let pages = try Pages(site: Site(lab: lab.name, base: "\(address.path)/ca"), templates: templates)
        let files = try PublishedSite.PageFile.all(templates)
        let publication = try await read()
        let site = try PublishedSite(publication, of: lab, at: address, pages: pages, files: files)
        (self.lab, self.address, self.pages, self.files, self.read) = (lab, address, pages, files, read)
        held = Mutex((publication, site))
    }

    var languages: Languages { pages.languages }
    var site: PublishedSite { held.withLock { $0.site } }

    /// Reads again. What was there stays when that fails.
    func refresh() async throws {
        let publication = try await read()
        guard publication != held.withLock({ $0.publication }) else { return }
        let site = try PublishedSite(publication, of: lab, at: address, pages: pages, files: files)
        held.withLock { $0 = (publication, site) }
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import HTTPTypes
import Hummingbird
import IdentityProvider
import Lab
import PKI
import Support
import Templating

/// All that the listener answers, by path; made once for each change of what is published, so that a request is a look into a
/// dictionary.
struct PublishedSite: Sendable {
    /// What stands at a path.
    enum Place: Sendable {
        case document(PublishedDocument)
        /// One document in several languages, by their tags.
        case translated([String: PublishedDocument])
        case moved(to: String)
    }

    private(set) var places: [String: Place] = [:]
    /// The page for every other path, by the language's tag.
    let absent: [String: PublishedDocument]

    /// Lays out a publication.
    ///
    /// Throws what reading a certificate or rendering a page throws.
    init(_ publication: Publication, of lab: Lab, at address: PublishedAddress, pages: Pages, files: [PageFile]) throws
    {
        let root = address.path
        let site = pages.site
        absent = try Self.translations(pages) { AbsentPage(site: site) }
        for place in ["/", root, "\(root)/"] where place != "" { places[place] = .moved(to: site.base) }
        for list in publication.revocationLists {
            add(Self.list(list), "\(root)/crl/\(list.issuerID).crl")
            if list.issuerID == publication.issuingID { add(Self.list(list), "\(root)/crl") }
        }
        for authority in publication.authorities {
            let made = try CertificateSummary(der: authority.der).notBefore
            add(Self.certificate(authority, made, .seconds(86_400)), "\(root)/aia/\(authority.id).cer")
            if authority.id == publication.issuingID {
                add(Self.certificate(authority, made, .seconds(600)), "\(root)/aia")
            }
        }
        let roots = try publication.trustedRoots.map { try TrustedRoot($0, of: lab) }
        for root in roots { add(root, below: site.base) }
        add(Self.pem(roots, named: "\(lab.name)-root"), "\(site.base)/root.pem")
        for file in files { add(file.document, "\(site.base)/\(file.path)") }
        let page = Place.translated(
            try Self.translations(pages) { TrustPage(roots, at: address, site: site) }
        )
        places[site.base] = page
        places["\(site.base)/"] = page
    }

    private mutating func add(_ document: PublishedDocument, _ path: String) { places[path] = .document(document) }

    /// The forms in which a root is downloaded.
    private mutating func add(_ root: TrustedRoot, below base: String) {
        for ending in ["cer", "crt"] {
            // `inline`, so that a browser or phone that can install it does, rather than to save it.
            let headers: HTTPFields = [.contentDisposition: "inline; filename=\"\(root.file).\(ending)\""]
            let document = PublishedDocument(
                root.authority.der,
                type: "application/x-x509-ca-cert",
                freshness: .none,
                modified: root.summary.notBefore,
                headers
            )
            add(document, "\(base)/\(root.authority.id).\(ending)")
        }
        add(Self.pem([root], named: root.file), "\(base)/\(root.authority.id).pem")
    }

    private static func list(_ list: Publication.RevocationList) -> PublishedDocument {
        PublishedDocument(
            list.der,
            type: "application/pkix-crl",
            freshness: .secondsUntil(600, list.nextUpdate),
            modified: list.thisUpdate
        )
    }

    private static func certificate(
        _ authority: Publication.Authority,
        _ made: Date,
        _ freshness: PublishedDocument.Freshness
    ) -> PublishedDocument {
        PublishedDocument(authority.der, type: "application/pkix-cert", freshness: freshness, modified: made)
    }

    private static func pem(_ roots: [TrustedRoot], named file: String) -> PublishedDocument {
        PublishedDocument(
            roots.map { Encoding.pem("CERTIFICATE", $0.authority.der) }.joined().utf8,
            type: "application/x-pem-file",
            freshness: .none,
            modified: roots.map(\.summary.notBefore).max(),
            [.contentDisposition: "attachment; filename=\"\(file).pem\""]
        )
    }

    /// A page in every language.
    private static func translations(
        _ pages: Pages,
        _ page: () -> some Page
    ) throws -> [String: PublishedDocument] {
        var documents: [String: PublishedDocument] = [:]
        for language in pages.languages.all {
            documents[language.tag] = PublishedDocument(
                try pages.render(page(), in: language).utf8,
                type: "text/html; charset=utf-8",
                freshness: .none,
                [.contentLanguage: language.tag, .vary: "Accept-Language"]
            )
        }
        return documents
    }
}

extension PublishedSite {
    /// A file that the pages load.
    struct PageFile: Sendable {
        /// Below the trust page.
        let path: String
        let document: PublishedDocument

        /// Style sheet and icon, the same as the identity provider's.
        ///
        /// Throws `TemplateError` when one cannot be read.
        static func all(_ templates: TemplateStore) throws -> [PageFile] {
            try [("kindling.css", "text/css; charset=utf-8"), ("kindling.svg", "image/svg+xml")].map { name, type in
                let text = try templates.text("pages/static/\(name)")
                return PageFile(
                    path: "static/\(name)",
                    document: PublishedDocument(text.utf8, type: type, freshness: .seconds(3_600))
                )
            }
        }
    }
}

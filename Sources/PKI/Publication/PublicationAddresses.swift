//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import SwiftASN1
import X509

/// Where an authority's list of revoked certificates and its certificate are found (`authority.url`).
package struct PublicationAddresses: Sendable, Hashable {
    private let base: String

    /// Addresses below a URL without a slash at its end; `nil` where there is none.
    package init?(url: String?) {
        guard let url else { return nil }
        base = url
    }

    /// The list of certificates that an authority has revoked.
    package func revocationList(of authorityID: String) -> String { "\(base)/crl/\(authorityID).crl" }

    /// The certificate of an authority, DER.
    package func certificate(of authorityID: String) -> String { "\(base)/aia/\(authorityID).cer" }
}

extension PublicationAddresses {
    /// What a certificate of an authority says of these addresses.
    func certificateExtensions(of authorityID: String) -> [Certificate.Extension] {
        [
            Certificate.Extension(
                oid: [2, 5, 29, 31],
                critical: false,
                value: distributionPoints(of: authorityID)[...]
            ),
            Certificate.Extension(
                oid: .X509ExtensionID.authorityInformationAccess,
                critical: false,
                value: informationAccess(of: authorityID)[...]
            ),
        ]
    }

    /// The value of the extension CRL distribution points: one, by its full name (RFC 5280, section 4.2.1.13).
    func distributionPoints(of authorityID: String) -> [UInt8] {
        let fullName = DERForm.element(DERForm.Tag.context(0), Self.generalName(revocationList(of: authorityID)))
        let point = DERForm.element(DERForm.Tag.sequence, DERForm.element(DERForm.Tag.context(0), fullName))
        return DERForm.element(DERForm.Tag.sequence, point)
    }

    /// The value of the extension authority information access: id-ad-caIssuers, 1.3.6.1.5.5.7.48.2 (RFC 5280, section
    /// 4.2.2.1).
    func informationAccess(of authorityID: String) -> [UInt8] {
        let issuers = DERForm.element(
            DERForm.Tag.objectIdentifier,
            [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02]
        )
        let access = DERForm.element(DERForm.Tag.sequence, issuers, Self.generalName(certificate(of: authorityID)))
        return DERForm.element(DERForm.Tag.sequence, access)
    }

    /// A URI among general names.
    private static func generalName(_ uri: String) -> [UInt8] {
        DERForm.element(DERForm.Tag.context(6, isPrimitive: true), Array(uri.utf8))
    }
}

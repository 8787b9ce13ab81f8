//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Support

/// A certificate or an authority cannot be made, read or used as asked.
package struct PKIError: KindlingError {
    package let code: ErrorCode
    package let message: String
    package let remedy: String?

    /// An error of one of the codes below.
    package init(_ code: ErrorCode, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension ErrorCode {
    /// There is no certificate authority yet.
    package static let authorityMissing = ErrorCode("pki.ca.missing")
    /// A certificate authority stands already; it is never overwritten.
    package static let authorityExists = ErrorCode("pki.ca.exists")
    /// The stored certificate authority cannot be read or does not fit together.
    package static let authorityBroken = ErrorCode("pki.ca.broken")
    /// The certificate authority has reached the end of its life.
    package static let authorityExpired = ErrorCode("pki.ca.expired")
    /// A name lies outside the names that the authority may certify.
    package static let nameNotPermitted = ErrorCode("pki.name.not-permitted", exit: .badInput)
    /// A name is none that a certificate can hold.
    package static let nameInvalid = ErrorCode("pki.name.invalid", exit: .badInput)
    /// A key is possible, but of little use for what is asked.
    package static let keyUnwise = ErrorCode("pki.key.unwise", exit: .badInput)
    /// A certificate would live too long.
    package static let lifetimeTooLong = ErrorCode("pki.lifetime.too-long", exit: .badInput)
    /// A certificate would not live at all.
    package static let lifetimeTooShort = ErrorCode("pki.lifetime.too-short", exit: .badInput)
    /// A PEM or DER certificate cannot be read.
    package static let certificateUnreadable = ErrorCode("pki.certificate.unreadable", exit: .badInput)
    /// A set of roots is larger than a ConfigMap may be.
    package static let bundleTooLarge = ErrorCode("pki.bundle.too-large")
    /// There is no rotation of the root to go on with.
    package static let rotationNotPrepared = ErrorCode("pki.rotation.not-prepared")
    /// The rotation that is under way was prepared in another way.
    package static let rotationUnderWay = ErrorCode("pki.rotation.under-way")
    /// The new root does not issue yet.
    package static let rotationNotSwitched = ErrorCode("pki.rotation.not-switched")
    /// Something still hangs on the root that is to go.
    package static let rotationUnfinished = ErrorCode("pki.rotation.unfinished", exit: .finding)
    /// No certificate of that name or serial number.
    package static let certificateMissing = ErrorCode("pki.certificate.missing")
    /// The clock is behind the authority's own life.
    package static let clockWrong = ErrorCode("pki.clock-wrong")
    /// A form that holds one certificate was asked for, and there are several.
    package static let bundleNotSingle = ErrorCode("pki.bundle.not-single")
    /// A certificate may not be trusted as a root.
    package static let anchorUnfit = ErrorCode("pki.anchor.unfit")
    /// A certificate request cannot be read.
    package static let requestUnreadable = ErrorCode("pki.request.unreadable", exit: .badInput)
    /// A certificate request is not signed by its own key, or has one that is not taken.
    package static let requestRefused = ErrorCode("pki.request.refused", exit: .badInput)
    /// A key that somebody else may have is not certified again.
    package static let keyCompromised = ErrorCode("pki.key.compromised", exit: .badInput)
    /// Building or signing a certificate failed.
    package static let issuanceFailed = ErrorCode("pki.issuance.failed")
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import COpenSSL

/// How much key derivation a file may still ask for. Everything is weighed before it is computed.
struct KeyDerivationBudget {
    private var rounds: Int64

    /// A budget of so many rounds.
    init(rounds: Int) {
        self.rounds = Int64(rounds)
    }

    /// Takes off a number of rounds; none given means one (RFC 7292, section 4).
    mutating func spend(_ number: UnsafePointer<ASN1_INTEGER>?) throws(OpenSSLError) {
        var wanted: Int64 = 1
        if let number, ASN1_INTEGER_get_int64(&wanted, number) != 1 {
            ERR_clear_error()
            wanted = .max
        }
        guard wanted >= 1 else {
            throw OpenSSLError(.pkcs12Unreadable, "the PKCS#12 file asks for \(wanted) rounds of key derivation")
        }
        guard wanted <= rounds else {
            throw OpenSSLError(
                .pkcs12Unreadable,
                "the PKCS#12 file asks for more than \(PKCS12.roundsLimit) rounds of key derivation"
            )
        }
        rounds -= wanted
    }

    /// Takes off what opening an encrypted part costs: PBES2 with PBKDF2 (RFC 8018, section 6.2), or an encryption of
    /// RFC 7292, appendix C.
    mutating func spend(on part: UnsafeMutablePointer<PKCS7>) throws(OpenSSLError) {
        guard let content = part.pointee.d.encrypted?.pointee.enc_data,
            let algorithm = content.pointee.algorithm
        else { throw OpenSSLError(.pkcs12Unreadable, "a part of the PKCS#12 file is empty") }
        switch OBJ_obj2nid(algorithm.pointee.algorithm) {
        case NID_pbes2:
            try spend(onPBES2: algorithm)
        case NID_pbe_WithSHA1And128BitRC4, NID_pbe_WithSHA1And40BitRC4, NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
            NID_pbe_WithSHA1And2_Key_TripleDES_CBC, NID_pbe_WithSHA1And128BitRC2_CBC, NID_pbe_WithSHA1And40BitRC2_CBC:
            try spend(on: algorithm, PBEPARAM_it(), as: PBEPARAM.self, PBEPARAM_free) { $0.iter }
        default:
            throw Self.unsupported
        }
    }

    private mutating func spend(onPBES2 algorithm: UnsafePointer<X509_ALGOR>) throws(OpenSSLError) {
        guard
            let parameters = ASN1_TYPE_unpack_sequence(PBE2PARAM_it(), algorithm.pointee.parameter)?
                .assumingMemoryBound(to: PBE2PARAM.self)
        else { throw .last(.pkcs12Unreadable, "a part of the PKCS#12 file has no parameters of its encryption") }
        defer { PBE2PARAM_free(parameters) }
        // scrypt costs memory too, and nobody writes it here.
        guard let derivation = parameters.pointee.keyfunc,
            OBJ_obj2nid(derivation.pointee.algorithm) == NID_id_pbkdf2
        else { throw Self.unsupported }
        try spend(on: derivation, PBKDF2PARAM_it(), as: PBKDF2PARAM.self, PBKDF2PARAM_free) { $0.iter }
    }

    private mutating func spend<Parameters>(
        on algorithm: UnsafePointer<X509_ALGOR>,
        _ item: OpaquePointer?,
        as type: Parameters.Type,
        _ free: (UnsafeMutablePointer<Parameters>?) -> Void,
        rounds: (Parameters) -> UnsafeMutablePointer<ASN1_INTEGER>?
    ) throws(OpenSSLError) {
        guard
            let parameters = ASN1_TYPE_unpack_sequence(item, algorithm.pointee.parameter)?
                .assumingMemoryBound(to: type)
        else { throw .last(.pkcs12Unreadable, "a part of the PKCS#12 file has no parameters of its encryption") }
        defer { free(parameters) }
        try spend(rounds(parameters.pointee))
    }

    private static let unsupported = OpenSSLError(
        .pkcs12Unreadable,
        "a part of the PKCS#12 file is encrypted in a way that is not supported"
    )
}

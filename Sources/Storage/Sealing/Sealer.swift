//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import Support

/// Seals and opens values of single columns with the data key of the state.
///
/// AES-256-GCM: a byte for the version of this form, nonce, ciphertext, tag. Table, column and primary key are
/// authenticated with the value, so that one that is copied to another place does not open there. Nonces come from
/// the system alone; a repeated one would give the key away.
struct Sealer: Sendable {
    private let dataKey: SymmetricKey
    private let digestKey: SymmetricKey

    private static let version: UInt8 = 1

    init(dataKey: SymmetricKey) {
        self.dataKey = dataKey
        digestKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: dataKey,
            info: Array("kindling digests".utf8),
            outputByteCount: 32
        )
    }

    /// Seals a value for its place.
    func seal(_ value: Secret<[UInt8]>, for place: SealedColumn) throws -> Data {
        let box = try AES.GCM.seal(value.expose(), using: dataKey, authenticating: place.associatedData)
        return Data([Self.version]) + Data(box.nonce) + box.ciphertext + box.tag
    }

    /// Seals a text for its place.
    func seal(_ value: Secret<String>, for place: SealedColumn) throws -> Data {
        try seal(Secret(Array(value.expose().utf8)), for: place)
    }

    /// Opens a value of its place. Throws ``StorageError`` when it was changed, or belongs elsewhere.
    func open(_ sealed: Data, of place: SealedColumn) throws(StorageError) -> Secret<[UInt8]> {
        guard sealed.first == Self.version,
            let box = try? AES.GCM.SealedBox(combined: sealed.dropFirst()),
            let value = try? AES.GCM.open(box, using: dataKey, authenticating: place.associatedData)
        else { throw .damaged("a \(place.column) in table \(place.table) that does not open") }
        return Secret(Array(value))
    }

    /// Opens a text of its place.
    func openText(_ sealed: Data, of place: SealedColumn) throws(StorageError) -> Secret<String> {
        Secret(String(decoding: try open(sealed, of: place).expose(), as: UTF8.self))
    }

    /// A digest that only the holder of the data key can compute, to recognise values that might be guessed.
    func digest(_ value: Secret<String>, label: String) -> Data {
        var code = HMAC<SHA256>(key: digestKey)
        code.update(data: AssociatedData.bytes([label, value.expose()]))
        return Data(code.finalize())
    }
}

/// The place of a sealed value: table, column and primary key of its row.
struct SealedColumn {
    var table: String
    var column: String
    var key: String

    var associatedData: [UInt8] { AssociatedData.bytes([table, column, key]) }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials
import GRDB

/// The data key of a state, wrapped by one master key. A state has one slot or several; each opens it alone.
struct MasterKeySlot {
    /// Where the master key of a slot comes from.
    enum Kind: String {
        /// A file of its own; see ``KeyFile``.
        case keyFile = "key-file"
    }

    var kind: Kind
    /// Nonce, ciphertext and tag of AES-256-GCM; the slot's kind and the state's id are authenticated with it.
    var wrapped: Data

    /// A slot that opens with `masterKey`.
    init(kind: Kind, wrapping dataKey: SymmetricKey, with masterKey: SymmetricKey, stateID: String) throws {
        self.kind = kind
        let box = try AES.GCM.seal(
            dataKey.withUnsafeBytes { Data($0) },
            using: masterKey,
            authenticating: Self.associatedData(kind, stateID)
        )
        wrapped = Data(box.nonce) + box.ciphertext + box.tag
    }

    /// A slot as it is stored.
    private init(kind: Kind, wrapped: Data) {
        self.kind = kind
        self.wrapped = wrapped
    }

    /// The data key; `nil` when the master key is another one, or the slot is damaged.
    func dataKey(with masterKey: SymmetricKey, stateID: String) -> SymmetricKey? {
        guard let box = try? AES.GCM.SealedBox(combined: wrapped),
            let key = try? AES.GCM.open(
                box,
                using: masterKey,
                authenticating: Self.associatedData(kind, stateID)
            ), key.count == 32
        else { return nil }
        return SymmetricKey(data: key)
    }

    private static func associatedData(_ kind: Kind, _ stateID: String) -> [UInt8] {
        AssociatedData.bytes(["master_key_slot", kind.rawValue, stateID])
    }

    /// The slots of kinds that this binary knows.
    static func all(_ connection: Connection) throws -> [MasterKeySlot] {
        try Row.fetchAll(connection, sql: "SELECT kind, wrapped FROM master_key_slot ORDER BY id").compactMap { row in
            Kind(rawValue: row["kind"]).map { MasterKeySlot(kind: $0, wrapped: row["wrapped"]) }
        }
    }

    func insert(_ connection: Connection, now: Date) throws {
        try connection.execute(
            sql: "INSERT INTO master_key_slot (kind, wrapped, created) VALUES (?, ?, ?)",
            arguments: [kind.rawValue, wrapped, now.milliseconds]
        )
    }
}

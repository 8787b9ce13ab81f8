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
import Testing

@testable import Storage

@Suite struct SealingTests {
    private let sealer = Sealer(dataKey: SymmetricKey(size: .bits256))
    private let place = SealedColumn(table: "authority", column: "private_key", key: "root-1")

    @Test("a sealed value opens at its place", arguments: [0, 1, 48, 5_000])
    func opens(count: Int) throws {
        let value = SystemRandomSource().bytes(count)
        let sealed = try sealer.seal(Secret(value), for: place)
        #expect(sealed.first == 1)
        #expect(sealed.count == count + 29)
        #expect(try sealer.open(sealed, of: place).expose() == value)
    }

    @Test("the same value is sealed differently each time")
    func nonces() throws {
        let sealed = try (0..<100).map { _ in try sealer.seal(Secret("value"), for: place) }
        #expect(Set(sealed).count == 100)
    }

    @Test(
        "a value that was copied to another place does not open there",
        arguments: [
            ("authority", "private_key", "root-2"), ("certificate", "private_key", "root-1"),
            ("authority", "value", "root-1"), ("authorityprivate_key", "", "root-1"),
            ("authority", "private_keyroot-1", ""),
        ]
    )
    func elsewhere(table: String, column: String, key: String) throws {
        let sealed = try sealer.seal(Secret("value"), for: place)
        let error = #expect(throws: StorageError.self) {
            try sealer.open(sealed, of: SealedColumn(table: table, column: column, key: key))
        }
        #expect(error?.code == .stateBroken)
    }

    @Test("a value with any byte changed, added or missing does not open")
    func changed() throws {
        let sealed = try sealer.seal(Secret("value"), for: place)
        for index in sealed.indices {
            var other = sealed
            other[index] ^= 1
            #expect(throws: StorageError.self) { try sealer.open(other, of: place) }
            #expect(throws: StorageError.self) { try sealer.open(sealed.prefix(index), of: place) }
        }
        #expect(throws: StorageError.self) { try sealer.open(sealed + [0], of: place) }
    }

    @Test("another key opens nothing and gives other digests")
    func otherKey() throws {
        let other = Sealer(dataKey: SymmetricKey(size: .bits256))
        let sealed = try sealer.seal(Secret("value"), for: place)
        #expect(throws: StorageError.self) { try other.open(sealed, of: place) }
        #expect(other.digest(Secret("value"), label: "x") != sealer.digest(Secret("value"), label: "x"))
    }

    @Test("a digest depends on label and value, and on where one ends and the other begins")
    func digests() {
        #expect(sealer.digest(Secret("b"), label: "a") == sealer.digest(Secret("b"), label: "a"))
        #expect(sealer.digest(Secret("bc"), label: "a") != sealer.digest(Secret("c"), label: "ab"))
    }

    @Test("a slot opens with its master key, kind and state alone")
    func slots() throws {
        let dataKey = SymmetricKey(size: .bits256)
        let masterKey = SymmetricKey(size: .bits256)
        let slot = try MasterKeySlot(kind: .keyFile, wrapping: dataKey, with: masterKey, stateID: "a")
        #expect(slot.dataKey(with: masterKey, stateID: "a") == dataKey)
        #expect(slot.dataKey(with: masterKey, stateID: "b") == nil)
        #expect(slot.dataKey(with: dataKey, stateID: "a") == nil)
        var damaged = slot
        damaged.wrapped[20] ^= 1
        #expect(damaged.dataKey(with: masterKey, stateID: "a") == nil)
        damaged.wrapped = Data()
        #expect(damaged.dataKey(with: masterKey, stateID: "a") == nil)
    }
}

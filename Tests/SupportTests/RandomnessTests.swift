//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Testing

@Suite struct RandomnessTests {
    @Test func `the same seed gives the same bytes, another seed others`() {
        #expect(SeededRandomSource(seed: 1).bytes(100) == SeededRandomSource(seed: 1).bytes(100))
        #expect(SeededRandomSource(seed: 1).bytes(100) != SeededRandomSource(seed: 2).bytes(100))
        let source = SeededRandomSource(seed: 1)
        #expect(source.bytes(16) != source.bytes(16))
    }

    @Test func `the sequence stays what golden files were made with`() {
        #expect(Encoding.hex(SeededRandomSource(seed: 0).bytes(16)) == Self.first)
    }

    /// SplitMix64 from seed 0: 0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, least byte first.
    private static let first = "afcd1d7b39a820e2f465b9a16a9e786e"

    @Test func `as many bytes come as are asked for`() {
        for count in [0, 1, 7, 8, 9, 31, 32, 33, 1000] {
            #expect(SeededRandomSource(seed: 5).bytes(count).count == count)
            #expect(SystemRandomSource().bytes(count).count == count)
        }
        #expect(SystemRandomSource().bytes(32) != SystemRandomSource().bytes(32))
    }

    @Test func `numbers below a bound are below it, and all of them come`() {
        let source = SeededRandomSource(seed: 3)
        for bound in [1, 2, 3, 10, 1000, 0x8000_0001, UInt32.max] as [UInt32] {
            for _ in 0..<200 { #expect(source.below(bound) < bound) }
        }
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<6000 { counts[Int(source.below(6))] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) })
    }
}

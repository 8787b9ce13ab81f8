//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Support

/// Runs parsers on damaged input: none may crash, throw what is no ``KindlingError``, or make much of little.
///
/// An ordinary test run makes a fixed small number of rounds. `KINDLING_FUZZ_SECONDS` sets a time instead, for all
/// targets of a suite together, and `KINDLING_FUZZ_SEED`, any text, another beginning. A seed repeats a run where the
/// corpus is the same; one with new keys is not, so a fault is told with its input.
package struct Fuzzing: Sendable {
    /// Rounds for each target where no time is set.
    private static let rounds = 200

    private let seconds: Double?
    private let seed: String

    /// Takes its settings from the environment; `targets` is how many share the time.
    package init(targets: Int) {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        seconds = variable("KINDLING_FUZZ_SECONDS").flatMap(Double.init).map { $0 / Double(targets) }
        seed = variable("KINDLING_FUZZ_SEED") ?? "1"
    }

    /// Runs a target. Gives what went wrong, with all that repeats it; `nil` when nothing did.
    package func run(_ target: FuzzTarget) throws -> String? {
        let trace = try Trace(target)
        for input in target.corpus {
            if let fault = try attempt(input, target, trace) { return fault }
        }
        let mutator = Mutator(seed: Self.number(seed), corpus: target.corpus)
        let end = seconds.map { Self.now + $0 }
        var round = 0
        while end.map({ Self.now < $0 }) ?? (round < Self.rounds) {
            round += 1
            if let fault = try attempt(mutator.next(), target, trace) {
                return "seed \(seed), round \(round): \(fault)"
            }
        }
        return nil
    }

    private func attempt(_ input: [UInt8], _ target: FuzzTarget, _ trace: Trace) throws -> String? {
        try trace.note(input)
        let began = Self.now
        let fault: String?
        do {
            let size = try target.parse(input)
            fault = size <= 64 * input.count + 65_536 ? nil : "\(size) bytes came of it"
        } catch {
            fault = error is any KindlingError ? nil : "it throws \(type(of: error)): \(error)"
        }
        let took = Self.now - began
        guard let fault = fault ?? (took < 10 ? nil : "it took \(took) s") else { return nil }
        return "\(target.name): \(fault); input in base64: \(Encoding.base64(input))"
    }

    /// A number for any text (FNV-1a).
    private static func number(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension Fuzzing {
    /// The input at work, in a file that stays only when the parser takes the process down.
    private final class Trace {
        private let path: String
        private let descriptor: Int32

        init(_ target: FuzzTarget) throws {
            let name = target.name.map { $0.isLetter || $0.isNumber ? $0 : "-" }
            path = "/tmp/kindling-fuzz-\(String(name))-\(getpid()).bin"
            descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FileError(.fileUnwritable, "cannot write", path, errno: errno) }
        }

        func note(_ input: [UInt8]) throws {
            guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, input, input.count, 0) == input.count else {
                throw FileError(.fileUnwritable, "cannot write", path, errno: errno)
            }
        }

        deinit {
            close(descriptor)
            unlink(path)
        }
    }
}

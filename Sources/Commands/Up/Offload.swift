//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Dispatch

/// Runs what computes for long on a thread of its own, away from Swift's cooperative threads, of which a small machine has
/// two.
enum Offload {
    private static let queue = DispatchQueue(label: "kindling.offload", qos: .utility, attributes: .concurrent)

    /// Runs `work` and gives its result.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Metrics
import Synchronization

/// A number that only grows.
final class CounterCell: CounterHandler {
    private let total = Atomic<Int64>(0)

    var value: Int64 { total.load(ordering: .relaxed) }

    func increment(by amount: Int64) { total.add(amount, ordering: .relaxed) }

    func reset() { total.store(0, ordering: .relaxed) }
}

/// A number that goes up and down.
final class GaugeCell: MeterHandler, RecorderHandler {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
}

/// How many values were how large; times in seconds.
final class HistogramCell: RecorderHandler, TimerHandler {
    /// Upper bounds of the buckets, in seconds, for answers between a cached document and a slow password hash.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

    private struct Counts {
        var buckets = [Int](repeating: 0, count: bounds.count)
        var count = 0
        var sum = 0.0
    }

    private let counts = Mutex(Counts())

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        counts.withLock { counts in
            if let bucket = Self.bounds.firstIndex(where: { value <= $0 }) { counts.buckets[bucket] += 1 }
            counts.count += 1
            counts.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    /// The lines of the text format: cumulative buckets, sum and count.
    func lines(_ name: String, _ labels: String) -> String {
        let counts = counts.withLock { $0 }
        let prefix = labels.isEmpty ? "" : labels + ","
        var total = 0
        var text = ""
        for (bound, count) in zip(Self.bounds, counts.buckets) {
            total += count
            text += PrometheusRegistry.line("\(name)_bucket", "\(prefix)le=\"\(bound)\"", Double(total))
        }
        text += PrometheusRegistry.line("\(name)_bucket", "\(prefix)le=\"+Inf\"", Double(counts.count))
        text += PrometheusRegistry.line("\(name)_sum", labels, counts.sum)
        return text + PrometheusRegistry.line("\(name)_count", labels, Double(counts.count))
    }
}

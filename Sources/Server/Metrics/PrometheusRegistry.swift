//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Metrics
import Synchronization

/// Collects metrics and writes them in Prometheus's text format, version 0.0.4.
///
/// Labels come from closed sets and from lab.yaml, so that series do not grow without end; a bound holds all the same.
package final class PrometheusRegistry: MetricsFactory {
    /// Most series of one metric; what comes after is not counted.
    private static let seriesLimit = 2_000

    private enum Series {
        case counter(CounterCell)
        case histogram(HistogramCell)
        case gauge(GaugeCell)
    }

    private let families = Mutex<[String: [String: Series]]>([:])

    package init() {}

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let cell = series(label, dimensions) { .counter(CounterCell()) }
        if case .counter(let counter)? = cell { return counter }
        return CounterCell()
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        let cell = series(label, dimensions) { aggregate ? .histogram(HistogramCell()) : .gauge(GaugeCell()) }
        switch cell {
        case .histogram(let histogram)?: return histogram
        case .gauge(let gauge)?: return gauge
        default: return GaugeCell()
        }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let cell = series(label, dimensions) { .gauge(GaugeCell()) }
        if case .gauge(let gauge)? = cell { return gauge }
        return GaugeCell()
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let cell = series(label, dimensions) { .histogram(HistogramCell()) }
        if case .histogram(let histogram)? = cell { return histogram }
        return HistogramCell()
    }

    // Series stay: a counter that went away and came back would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func series(_ name: String, _ labels: [(String, String)], make: () -> Series) -> Series? {
        let key = Self.text(labels)
        return families.withLock { families in
            if let present = families[name]?[key] { return present }
            guard families[name]?.count ?? 0 < Self.seriesLimit else { return nil }
            let made = make()
            families[name, default: [:]][key] = made
            return made
        }
    }

    // MARK: Writing

    /// A value of the moment, with its labels.
    package struct Sample: Sendable {
        package var name: String
        package var labels: [(String, String)]
        package var value: Double

        package init(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
            self.name = name
            self.labels = labels
            self.value = value
        }
    }

    /// Everything that was collected, and the samples of this moment, sorted by name.
    package func text(with samples: [Sample]) -> String {
        var blocks: [String: String] = [:]
        for (name, series) in families.withLock({ $0 }) {
            blocks[name] = Self.header(name, Self.kind(series)) + Self.lines(name, series)
        }
        for (name, group) in Dictionary(grouping: samples, by: \.name) {
            let kind = name.hasSuffix("_total") ? "counter" : "gauge"
            let lines = group.map { Self.line(name, Self.text($0.labels), $0.value) }.sorted().joined()
            blocks[name] = Self.header(name, kind) + lines
        }
        return blocks.sorted { $0.key < $1.key }.map(\.value).joined()
    }

    private static func kind(_ series: [String: Series]) -> String {
        switch series.first?.value {
        case .counter: "counter"
        case .histogram: "histogram"
        case .gauge, nil: "gauge"
        }
    }

    private static func header(_ name: String, _ kind: String) -> String {
        let help = MetricHelp.texts[name].map { "# HELP \(name) \($0)\n" } ?? ""
        return help + "# TYPE \(name) \(kind)\n"
    }

    private static func lines(_ name: String, _ series: [String: Series]) -> String {
        series.sorted { $0.key < $1.key }.map { labels, series in
            switch series {
            case .counter(let cell): line(name, labels, Double(cell.value))
            case .gauge(let cell): line(name, labels, cell.value)
            case .histogram(let cell): cell.lines(name, labels)
            }
        }.joined()
    }

    /// One line; whole numbers without a fraction.
    static func line(_ name: String, _ labels: String, _ value: Double) -> String {
        let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
        return "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(number)\n"
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n")].contains($0) })
        else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// Labels as they stand between the braces.
    private static func text(_ labels: [(String, String)]) -> String {
        labels.map { name, value in
            "\(name)=\"\(escaped(value))\""
        }.joined(separator: ",")
    }
}

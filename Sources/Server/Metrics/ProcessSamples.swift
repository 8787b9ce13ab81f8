//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc
import Support

/// What the operating system tells of this process (proc(5)).
enum ProcessSamples {
    /// Memory, processor time, descriptors and start; what cannot be read is left out.
    static func now() -> [PrometheusRegistry.Sample] {
        var samples: [PrometheusRegistry.Sample] = []
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        if let fields = fields(of: "/proc/self/stat"), fields.count > 21, ticks > 0 {
            // Counted from `state`, the field behind the name, which is the third.
            samples.append(.init("process_cpu_seconds_total", [], ((fields[11] ?? 0) + (fields[12] ?? 0)) / ticks))
            if let pages = fields[21] {
                samples.append(.init("process_resident_memory_bytes", [], pages * Double(sysconf(Int32(_SC_PAGESIZE)))))
            }
            if let start = fields[19], let boot = bootTime() {
                samples.append(.init("process_start_time_seconds", [], boot + start / ticks))
            }
        }
        samples.append(.init("process_open_fds", [], Double(Files.names(in: "/proc/self/fd").count)))
        return samples
    }

    /// The numbers behind the name of the process, which may hold blanks and parentheses itself.
    private static func fields(of path: String) -> [Double?]? {
        guard let text = text(path), let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ").map { Double($0) }
    }

    private static func bootTime() -> Double? {
        text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
            .flatMap { Double($0.dropFirst("btime ".count)) }
    }

    private static func text(_ path: String) -> String? {
        (try? Files.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}

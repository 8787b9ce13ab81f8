//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab

extension Renderer {
    /// The arguments that a node's kernel line needs: `out/nodes/NAME/cmdline`; `nil` where it needs none.
    func kernelLine(_ node: ClusterNode) -> RenderedFile? {
        var arguments: [String] = []
        for argument in kernelArguments(node) where !arguments.contains(argument) { arguments.append(argument) }
        guard !arguments.isEmpty else { return nil }
        let line = arguments.joined(separator: " ")
        return RenderedFile(path: "nodes/\(node.name)/cmdline", text: "\(line)\n", holdsSecret: false)
    }

    private func kernelArguments(_ node: ClusterNode) -> [String] {
        let profile = netbootProfile(node)
        var arguments = [profile?.root].compactMap { $0 } + (profile?.arguments ?? [])
        // Raspberry Pi's firmware turns the memory controller off, without which Kubernetes does not start.
        if node.os == .raspios13 { arguments += ["cgroup_memory=1", "cgroup_enable=memory"] }
        // Without this word the installer waits for somebody to confirm (Ubuntu's autoinstall, quick start).
        if node.install == .autoinstall { arguments.append("autoinstall") }
        if !node.hasClock, let begin = input.notBefore, !arguments.contains(where: { $0.hasPrefix(Self.clock) }) {
            arguments.append("\(Self.clock)\(begin * 1_000_000)")
        }
        return arguments
    }

    /// Sets the clock to a time in microseconds since 1970, whatever it was (systemd 246, kernel-command-line(7)).
    private static let clock = "systemd.clock_usec="

    /// The profile by which a node boots from the network.
    func netbootProfile(_ node: ClusterNode) -> Netboot.Profile? {
        lab.netboot?.profiles.first { $0.name == node.profile }
    }
}

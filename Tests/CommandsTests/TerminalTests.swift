//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Dispatch
import Support
import TestSupport
import Testing

@testable import Commands

@Suite("At a terminal")
struct TerminalTests {
    /// The built tool; tests of the process as a whole are skipped where only the modules were built.
    static let binary = "\(Repository.root)/.build/debug/kindling"
    static let canRun = Tool.isInstalled("python3") && Files.exists(binary)

    /// Runs the tool on a lab of its own in a pseudo-terminal: types `keys` (Python bytes) one after the other, each when
    /// a prompt has come, and prints exit code or signal, whether the terminal echoes after it, and what it showed.
    private func run(_ arguments: String, keys: [String]) async throws -> String {
        let folder = try TemporaryFolder()
        try folder.write(loopbackLab, to: "lab.yaml")
        let script = """
            import os, pty, select, subprocess, sys, termios, time
            env = {'HOME': '\(folder.path)', 'PATH': '/usr/bin:/bin', 'LD_LIBRARY_PATH': os.environ.get('LD_LIBRARY_PATH', '')}
            os.chdir('\(folder.path)')
            tool = '\(Self.binary)'
            subprocess.run([tool, 'up', '--once'], env=env, check=True, capture_output=True)
            leader, follower = os.openpty()
            child = os.fork()
            if child == 0:
                os.setsid()
                import fcntl
                fcntl.ioctl(follower, termios.TIOCSCTTY, 0)
                for number in (0, 1, 2): os.dup2(follower, number)
                os.execve(tool, [tool] + '\(arguments)'.split(), env)
            shown = b''
            def wait(mark, seconds=20):
                global shown
                end = time.time() + seconds
                while mark not in shown and time.time() < end:
                    if select.select([leader], [], [], 0.1)[0]: shown += os.read(leader, 4096)
            for key in [\(keys.joined(separator: ", "))]:
                wait(b': ')
                before, shown = shown, b''
                os.write(leader, key)
            end = time.time() + 20
            while time.time() < end:
                if select.select([leader], [], [], 0.1)[0]: shown += os.read(leader, 4096)
                done, status = os.waitpid(child, os.WNOHANG)
                if done: break
            else:
                os.kill(child, 9); os.waitpid(child, 0); print('hung'); sys.exit()
            if select.select([leader], [], [], 0.1)[0]: shown += os.read(leader, 4096)
            echo = bool(termios.tcgetattr(follower)[3] & termios.ECHO)
            signals = bool(termios.tcgetattr(follower)[3] & termios.ISIG)
            print('signal' if os.WIFSIGNALED(status) else 'exit', status & 127 or status >> 8, 'echo', echo, signals)
            print(shown.decode())
            """
        // The folder has to live as long; and the pool's threads are for other tests.
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: withExtendedLifetime(folder) {
                        Tool.shell("python3 - <<'SCRIPT'\n\(script)\nSCRIPT").output
                    }
                )
            }
        }
    }

    @Test("Ctrl-C at a hidden prompt ends the tool and leaves a terminal that echoes", .enabled(if: canRun))
    func interrupt() async throws {
        let output = try await run("user passwd ada", keys: ["b'secr\\x03'"])
        #expect(output.hasPrefix("signal 2 echo True True"), "\(output)")
        #expect(!output.contains("secr"))
    }

    @Test("Ctrl-D at a hidden prompt is an empty answer", .enabled(if: canRun))
    func endOfInput() async throws {
        let output = try await run("user passwd ada", keys: ["b'\\x04'"])
        #expect(output.hasPrefix("exit 65 echo True True"), "\(output)")
    }

    @Test("a password is typed twice, with corrections, and never shown", .enabled(if: canRun))
    func typed() async throws {
        let output = try await run(
            "user passwd ada",
            keys: ["b'correct horse batteryy\\x7f staple\\r'", "b'oops\\x15correct horse battery staple\\n'"]
        )
        #expect(output.hasPrefix("exit 0 echo True True"), "\(output)")
        #expect(output.contains("set the password"))
        #expect(!output.contains("staple"))
    }

    @Test("a full disk behind standard output is told", .enabled(if: Files.exists("/dev/full") && Files.exists(binary)))
    func fullOutput() {
        let result = Tool.shell("{ \(Self.binary) schema > /dev/full; echo status $?; }")
        #expect(result.output.contains("kindling: error: cannot write standard output"))
        #expect(result.output.contains("status 73"))
        #expect(Tool.shell("\(Self.binary) schema | head -c 1").output == "{")
    }

    @Test(
        "a hidden line knows the keys of line editing",
        arguments: [
            ("secret\n", "secret", HiddenLine.State.done), ("secret\r", "secret", .done), ("ab\u{7f}c\n", "ac", .done),
            ("é\u{8}e\n", "e", .done), ("\u{7f}\u{7f}x\n", "x", .done), ("wrong\u{15}right\n", "right", .done),
            ("\u{4}", "", .ended), ("some\u{4}", "some", .done), ("some\u{3}", "some", .cancelled),
            ("a\tb", "ab", .open),
        ]
    )
    func hiddenLine(_ example: (typed: String, text: String, state: HiddenLine.State)) {
        var line = HiddenLine()
        for byte in example.typed.utf8 where line.state == .open { line.type(byte) }
        #expect(String(decoding: line.bytes, as: UTF8.self) == example.text)
        #expect(line.state == example.state)
    }
}

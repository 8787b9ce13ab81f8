//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
package import Support
import Synchronization

/// The console of this process.
package final class SystemConsole: Console {
    /// What kept standard output from being written; 0 while nothing did.
    private let failure = Mutex<Int32>(0)

    package init() {}

    package func write(_ bytes: [UInt8], to stream: ConsoleStream) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor(stream), $0.baseAddress, $0.count) }
            if count < 0 {
                let number = errno
                if number == EINTR { continue }
                if stream == .output { failure.withLock { $0 = number } }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }

    package func finish() throws(FileError) {
        let number = failure.withLock { $0 }
        // A reader that has seen enough, `head` for example, is no failure.
        guard number != 0, number != EPIPE else { return }
        throw FileError(
            .fileUnwritable,
            "cannot write",
            "standard output",
            errno: number,
            remedy: "free some space: df -h"
        )
    }

    package func isTerminal(_ stream: ConsoleStream) -> Bool {
        isatty(descriptor(stream)) == 1
    }

    package func readInput(limit: Int) throws(FileError) -> [UInt8] {
        try Files.read(descriptor: STDIN_FILENO, named: "standard input", limit: limit)
    }

    package func readHidden(prompt: String) throws(FileError) -> Secret<String>? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { throw FileError(.fileUnreadable, "cannot open", "/dev/tty", errno: errno) }
        defer { close(terminal) }
        var shown = termios()
        guard tcgetattr(terminal, &shown) == 0 else {
            throw FileError(.fileUnreadable, "cannot read", "/dev/tty", errno: errno)
        }
        // No signals and no line editing by the terminal: Ctrl-C would end the process and leave the echo off.
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL | ISIG | ICANON)
        guard tcsetattr(terminal, TCSAFLUSH, &hidden) == 0 else {
            throw FileError(.fileUnreadable, "cannot hide what is typed at", "/dev/tty", errno: errno)
        }
        _ = prompt.withCString { Glibc.write(terminal, $0, strlen($0)) }
        var line = HiddenLine()
        while line.state == .open {
            var byte: UInt8 = 0
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            line.type(count == 1 ? byte : HiddenLine.endOfInput)
        }
        tcsetattr(terminal, TCSAFLUSH, &shown)
        _ = Glibc.write(terminal, "\n", 1)
        if line.state == .cancelled { endByInterrupt() }
        return line.state == .done ? Secret(String(decoding: line.bytes, as: UTF8.self)) : nil
    }

    /// Ends the process as Ctrl-C ends every other, which is what the shell goes by.
    private func endByInterrupt() {
        signal(SIGINT, SIG_DFL)
        // Threads of a pool have signals blocked.
        var interrupt = sigset_t()
        sigemptyset(&interrupt)
        sigaddset(&interrupt, SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &interrupt, nil)
        raise(SIGINT)
    }

    private func descriptor(_ stream: ConsoleStream) -> Int32 {
        switch stream {
        case .input: STDIN_FILENO
        case .output: STDOUT_FILENO
        case .error: STDERR_FILENO
        }
    }
}

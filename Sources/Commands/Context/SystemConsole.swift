//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
package import Support

/// The console of this process.
package struct SystemConsole: Console {
    package init() {}

    package func write(_ text: String, to stream: ConsoleStream) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor(stream), $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                // The reader has gone (EPIPE) or the disk is full: nobody is left to be told.
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }

    package func isTerminal(_ stream: ConsoleStream) -> Bool {
        isatty(descriptor(stream)) == 1
    }

    package func readInput() throws(FileError) -> [UInt8] {
        try Files.read(descriptor: STDIN_FILENO, named: "standard input", limit: 1 << 20)
    }

    package func readHidden(prompt: String) throws(FileError) -> Secret<String>? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { throw FileError(.fileUnreadable, "cannot open", "/dev/tty", errno: errno) }
        defer { close(terminal) }
        var shown = termios()
        guard tcgetattr(terminal, &shown) == 0 else {
            throw FileError(.fileUnreadable, "cannot read", "/dev/tty", errno: errno)
        }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &shown)
            _ = Glibc.write(terminal, "\n", 1)
        }
        _ = prompt.withCString { Glibc.write(terminal, $0, strlen($0)) }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return line.isEmpty ? nil : Secret(String(decoding: line, as: UTF8.self)) }
            if byte == UInt8(ascii: "\n") { return Secret(String(decoding: line, as: UTF8.self)) }
            if line.count < 4096 { line.append(byte) }
        }
    }

    private func descriptor(_ stream: ConsoleStream) -> Int32 {
        switch stream {
        case .input: STDIN_FILENO
        case .output: STDOUT_FILENO
        case .error: STDERR_FILENO
        }
    }
}

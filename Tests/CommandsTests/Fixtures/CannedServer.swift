//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Dispatch
import Glibc
import Synchronization

/// Answers every connection on a loopback port with the same bytes, and remembers what was asked for.
final class CannedServer: Sendable {
    /// Its address, `http://127.0.0.1:PORT`.
    let address: String
    private let descriptor: Int32
    private let asked = Mutex<[String]>([])

    /// First lines of the requests so far.
    var requests: [String] { asked.withLock { $0 } }

    /// Runs `body` while the server answers with `answer`; where that is `nil`, it takes connections and says nothing.
    static func run<Value>(answering answer: String?, _ body: (CannedServer) async throws -> Value) async rethrows
        -> Value
    {
        let server = CannedServer()
        DispatchQueue.global().async { server.serve(answer.map { Array($0.utf8) }) }
        // Ends `accept` as well.
        defer { shutdown(server.descriptor, Int32(SHUT_RDWR)) }
        return try await body(server)
    }

    private init() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = listen(descriptor, 8)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        self.descriptor = descriptor
        address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
    }

    private func serve(_ answer: [UInt8]?) {
        var silent: [Int32] = []
        while true {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { break }
            guard let answer else {
                silent.append(connection)
                continue
            }
            var request = [UInt8](repeating: 0, count: 4_096)
            let count = read(connection, &request, request.count)
            let line = request.prefix(max(0, count)).split(separator: 0x0d).first ?? []
            asked.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            var sent = 0
            while sent < answer.count {
                let count = answer[sent...].withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { break }
                sent += count
            }
            close(connection)
        }
        for connection in silent { close(connection) }
        close(descriptor)
    }
}

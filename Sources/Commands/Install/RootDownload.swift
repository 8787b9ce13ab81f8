//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Support

/// Fetches the roots from a lab's listener. Redirects are not followed: the address was chosen by the user.
struct RootDownload: Sendable {
    /// The listener's address; the roots are at `/ca/root.pem` below it.
    let address: String
    /// The longest answer that is taken, in bytes.
    let limit: Int
    /// The longest time for all of it.
    let timeout: Duration

    /// The file that is fetched: of the listener, unless the address names a file itself.
    var url: String {
        if address.hasSuffix(".pem") || address.hasSuffix(".crt") { return address }
        return "\(address.hasSuffix("/") ? String(address.dropLast()) : address)/ca/root.pem"
    }

    /// The answer, and the name of what was fetched. Throws ``CommandError``.
    func run() async throws -> (bytes: [UInt8], name: String) {
        do {
            return (try await inTime(), url)
        } catch let error as CommandError {
            throw error
        } catch {
            throw failure("\(error)")
        }
    }

    private func inTime() async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await fetch() }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw failure("there was no whole answer within \(Int(timeout.seconds)) s")
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() else { throw failure("there was no answer") }
            return bytes
        }
    }

    private func fetch() async throws -> [UInt8] {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // A closed port is told at once, not when the time is over.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let answer = try await client.execute(
                HTTPClientRequest(url: url),
                timeout: .nanoseconds(Int64(timeout.seconds * 1e9))
            )
            guard answer.status == .ok else { throw failure("the answer is \(answer.status.code)") }
            let bytes = Array(try await answer.body.collect(upTo: limit).readableBytesView)
            try await client.shutdown()
            return bytes
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func failure(_ reason: String) -> CommandError {
        CommandError(
            .rootNotFetched,
            "cannot fetch \(CellText.visible(url)): \(CellText.visible(reason))",
            remedy: "look whether the lab serves it: curl --verbose \(ShellText.quoted(url))"
        )
    }
}

extension ErrorCode {
    /// The roots cannot be fetched from the lab.
    static let rootNotFetched = ErrorCode("trust.not-fetched")
}

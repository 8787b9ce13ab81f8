//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import PKI
import Support

/// Posts forms to addresses of lab.yaml, and takes nothing from the answer but its status: no redirect is followed, no body
/// is read.
///
/// It is made of NIO's own parts because certificates of the lab need a verifier that knows constraints on IP addresses,
/// see `PeerVerifier`, and the HTTP client library has no place for one.
struct FormPoster: Sendable {
    let verifier: CurrentVerifier
    /// Longest time for connecting, sending and the first line of the answer together.
    let timeout: Duration

    /// Why there is no status.
    enum Failure: Error, CustomStringConvertible {
        case noAddress, noAnswer, timedOut

        var description: String {
            switch self {
            case .noAddress: "the address cannot be called"
            case .noAnswer: "the connection was closed without an answer"
            case .timedOut: "there was no answer in time"
            }
        }
    }

    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// Posts a form and gives the status of the answer. Throws when there is none.
    func post(_ body: String, to url: String) async throws -> Int {
        guard let address = WebAddress(url), !address.host.isEmpty, ["http", "https"].contains(address.scheme) else {
            throw Failure.noAddress
        }
        return try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await exchange(body, address) }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw Failure.timedOut
            }
            defer { group.cancelAll() }
            guard let status = try await group.next() else { throw Failure.noAnswer }
            return status
        }
    }

    private func exchange(_ body: String, _ address: WebAddress) async throws -> Int {
        let isSecure = address.scheme == "https"
        let connection = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.nanoseconds(Int64(timeout.seconds * 1e9)))
            .connect(host: address.host, port: address.port ?? (isSecure ? 443 : 80)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if isSecure { try channel.pipeline.syncOperations.addHandler(tls(address.host)) }
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(.head(head(address, length: body.utf8.count)))
            try await outbound.write(.body(.byteBuffer(ByteBuffer(string: body))))
            try await outbound.write(.end(nil))
            for try await part in inbound {
                // Interim answers come before the one that counts (RFC 9110, section 15.2).
                if case .head(let head) = part, head.status.code >= 200 { return Int(head.status.code) }
            }
            throw Failure.noAnswer
        }
    }

    private func head(_ address: WebAddress, length: Int) -> HTTPRequestHead {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        let target = (address.path.isEmpty ? "/" : address.path) + (address.query.map { "?\($0)" } ?? "")
        let headers: HTTPHeaders = [
            "Host": address.port.map { "\(host):\($0)" } ?? host,
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": String(length),
            "Connection": "close",
            "User-Agent": "kindling",
        ]
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: target, headers: headers)
    }

    private func tls(_ host: String) throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        let verifier = verifier.current
        return try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: configuration),
            // RFC 6066, section 3: names only.
            serverHostname: IPAddress.bytes(host) == nil ? host : nil,
            customVerificationCallback: { certificates, promise in
                promise.completeWithTask {
                    let chain = try certificates.map { try $0.toDERBytes() }
                    return await verifier.isGood(chain, for: host) ? .certificateVerified : .failed
                }
            }
        )
    }
}

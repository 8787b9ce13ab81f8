//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Glibc
import Hummingbird
import Lab
import NIOCore
import ServiceLifecycle
import Support

/// A listener; when it cannot listen, the error says why and names the key of lab.yaml.
struct ListeningService<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    let endpoint: Endpoint
    /// The key that says where it listens.
    let key: String
    let application: Application<Responder>

    func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw listenError(error)
        }
    }

    /// The file of this program.
    private static var program: String {
        guard let path = realpath("/proc/self/exe", nil) else { return CommandLine.arguments[0] }
        defer { free(path) }
        return String(cString: path)
    }

    private func listenError(_ error: IOError) -> ServerError {
        switch error.errnoCode {
        case EADDRINUSE:
            ServerError(
                .portInUse,
                "\(endpoint) is in use by another program",
                remedy: "see which: ss -ltnp 'sport = :\(endpoint.port)'; then stop it, or change \(key)"
            )
        case EACCES, EPERM:
            ServerError(
                .portForbidden,
                "this user may not listen on \(endpoint)",
                remedy: "allow ports below 1024: sudo setcap cap_net_bind_service=+ep '\(Self.program)'; or run as root"
            )
        default:
            ServerError(
                .cannotListen,
                "cannot listen on \(endpoint): \(FileError.words(error.errnoCode))",
                remedy: "\(key) must name an address of this machine: ip -brief address"
            )
        }
    }
}

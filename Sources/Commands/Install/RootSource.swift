//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import PKI
import Support

/// Where roots come from: the lab's listener, a file, or standard input.
enum RootSource: Sendable, Hashable {
    case address(String)
    case file(String)
    case standardInput

    /// The most that is read, in bytes: hundreds of roots.
    static let sizeLimit = 256 << 10

    /// A source as it is given on the command line.
    init(_ text: String) {
        if text == "-" {
            self = .standardInput
        } else if let address = WebAddress(text), ["http", "https"].contains(address.scheme) {
            self = .address(text)
        } else {
            self = .file(text)
        }
    }

    /// The certificates, DER, of a PEM text or of a single DER form.
    ///
    /// Throws ``CommandError`` when they cannot be fetched, `FileError` when they cannot be read, `PKIError` when there is
    /// anything else than certificates.
    func certificates(in context: CommandContext) async throws -> [[UInt8]] {
        let (bytes, name) = try await read(in: context)
        guard bytes.count <= Self.sizeLimit else {
            throw FileError(.fileTooLarge, "\(name) is larger than \(Self.sizeLimit) bytes")
        }
        if bytes.first == 0x30 {
            _ = try CertificateSummary(der: bytes)
            return [bytes]
        }
        return try PEM.split(String(decoding: bytes, as: UTF8.self), file: name)
    }

    private func read(in context: CommandContext) async throws -> (bytes: [UInt8], name: String) {
        switch self {
        case .standardInput: (try context.console.readInput(limit: Self.sizeLimit), "standard input")
        case .file(let path): (try Files.read(path, limit: Self.sizeLimit), path)
        case .address(let address):
            try await RootDownload(address: address, limit: Self.sizeLimit, timeout: .seconds(10)).run()
        }
    }
}

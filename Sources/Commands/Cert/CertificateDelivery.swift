//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import PKI
import Storage
import Support

extension CertificateFolderRecord {
    /// That a folder follows the renewals of a certificate from now on.
    init(_ folder: String, of certificate: StoredCertificate, isEncrypted: Bool = false, in context: CommandContext) {
        self.init(
            folder: Files.absolute(folder),
            name: certificate.name,
            hasEncryptedKey: isEncrypted,
            createdAt: context.clock.now
        )
    }
}

/// Brings certificates to the folders that follow them: those that `cert issue --to` has written, and the one in `out/`.
struct CertificateDelivery {
    let state: OpenState
    let context: CommandContext

    /// Writes what differs from the inventory, chain and roots included.
    ///
    /// A folder that cannot be written is told and left for the next time. One that was removed, while what it lay in still
    /// stands, is not followed any more.
    ///
    /// - Parameter root: the trust bundle, PEM.
    /// - Returns: the folders that changed, by the name of their certificate.
    /// - Throws: what the store throws.
    func deliver(root: String) async throws -> [String: [String]] {
        var changed: [String: [String]] = [:]
        for record in try await followed() {
            guard Files.isFolder(record.folder) else {
                try await forget(record)
                continue
            }
            guard let certificate = try await state.database.latestCertificate(named: record.name),
                certificate.privateKey != nil, certificate.revokedAt == nil
            else { continue }
            let folder = CertificateFolder(path: record.folder)
            if record.hasEncryptedKey, !folder.holdsCertificate(withKeyOf: certificate) {
                context.warn(
                    "\(record.name) has a new key, and that in \(record.folder) is under a passphrase; the folder stays as it "
                        + "was; write it anew: kindling cert issue \(ShellText.quoted(record.name)) "
                        + "--to \(ShellText.quoted(record.folder)) --encrypt-key"
                )
                continue
            }
            do {
                if try folder.write(certificate, root: root, keepsKey: record.hasEncryptedKey) {
                    changed[record.name, default: []].append(record.folder)
                }
            } catch let error as FileError {
                context.warn("\(error); the folder stays as it was")
            }
        }
        return changed
    }

    /// The folders of the state, and those of lab.yaml's certificates among the outputs.
    private func followed() async throws -> [CertificateFolderRecord] {
        var records = try await state.database.folders()
        let outputs = Files.absolute("\(state.paths.out)/certificates")
        for name in Files.names(in: outputs) where Files.exists("\(outputs)/\(name)/tls.crt") {
            records.append(
                CertificateFolderRecord(folder: "\(outputs)/\(name)", name: name, createdAt: context.clock.now)
            )
        }
        return records
    }

    private func forget(_ record: CertificateFolderRecord) async throws {
        guard Files.isFolder(Files.split(record.folder).folder) else {
            return context.warn("\(record.folder) cannot be reached; \(record.name) stays there as it was")
        }
        try await state.database.removeFolder(record.folder)
        context.note("\(record.folder) was removed; the certificate \(record.name) is not written there any more")
    }
}

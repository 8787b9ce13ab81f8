//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import FoundationEssentials
package import Support

/// Where a secret came from.
package enum SecretOrigin: String, Sendable, CaseIterable {
    /// Made by kindling, of full strength.
    case generated
    /// Given by a person or another program.
    case imported
}

/// Where a version of a client's secret stands in its rotation. The provider accepts every version there is.
package enum RotationPhase: String, Sendable, CaseIterable {
    /// The one that outputs carry.
    case current
    /// Still accepted until it is retired, so that consumers can change one after the other.
    case previous
}

/// One version of the secret of a relying party.
package struct ClientSecret: Sendable {
    /// Random; names the version in the audit log and where uses are recorded.
    package var id: String
    package var clientID: String
    package var value: Secret<String>
    package var phase: RotationPhase
    package var origin: SecretOrigin
    package var created: Date

    package init(
        id: String,
        clientID: String,
        value: Secret<String>,
        phase: RotationPhase,
        origin: SecretOrigin,
        created: Date
    ) {
        self.id = id
        self.clientID = clientID
        self.value = value
        self.phase = phase
        self.origin = origin
        self.created = created
    }

    /// Six hexadecimal digits for people; `nil` for one that was not generated here.
    package var fingerprint: String? { origin == .generated ? SecretFingerprint.of(value) : nil }
}

/// A secret that is known by a name: of `secrets` in lab.yaml, of a connector, or implied by an output.
package struct NamedSecret: Sendable {
    package var name: String
    package var value: Secret<String>
    package var origin: SecretOrigin
    package var created: Date

    package init(name: String, value: Secret<String>, origin: SecretOrigin, created: Date) {
        self.name = name
        self.value = value
        self.origin = origin
        self.created = created
    }

    /// Six hexadecimal digits for people; `nil` for one that was not generated here.
    package var fingerprint: String? { origin == .generated ? SecretFingerprint.of(value) : nil }
}

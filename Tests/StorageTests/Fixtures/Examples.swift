//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Lab
import OIDC
import OpenSSL
import PKI
import Secrets
import Support

extension NamedSecret {
    static let example = NamedSecret(
        name: "example",
        value: Secret("example-secret-value"),
        origin: .imported,
        created: StateFixture.now
    )
}

extension ClientSecret {
    static func example(_ clientID: String, _ value: String, id: String) -> ClientSecret {
        ClientSecret(
            id: id,
            clientID: clientID,
            value: Secret(value),
            phase: .current,
            origin: .generated,
            created: StateFixture.now
        )
    }
}

extension StoredAuthority {
    static func example(
        _ id: String,
        role: AuthorityRole = .root,
        generation: Int = 1,
        key: [UInt8] = [1, 2, 3]
    ) -> StoredAuthority {
        StoredAuthority(
            id: id,
            role: role,
            generation: generation,
            certificate: Array("certificate of \(id)".utf8),
            privateKey: Secret(key),
            createdAt: StateFixture.now
        )
    }
}

extension StoredCertificate {
    static func example(_ serial: String, name: String = "nas", key: [UInt8]? = [4, 5, 6]) -> StoredCertificate {
        StoredCertificate(
            serial: serial,
            name: name,
            hosts: ["nas.example.test", "192.0.2.9"],
            profile: .server,
            keyType: .p256,
            der: Array("leaf \(serial)".utf8),
            chain: [Array("issuing".utf8), [0, 255]],
            privateKey: key.map { Secret($0) },
            issuerID: "root-1",
            notBefore: StateFixture.now,
            notAfter: StateFixture.now.addingTimeInterval(86_400)
        )
    }
}

extension AuthorizationGrant {
    static func example(
        _ id: String,
        userID: String = "0001",
        sid: String = "sid-1",
        scopes: [String] = ["openid", "email"]
    ) -> AuthorizationGrant {
        AuthorizationGrant(
            id: id,
            clientID: "wiki",
            userID: userID,
            scopes: scopes,
            authenticated: StateFixture.now,
            sid: sid,
            created: StateFixture.now
        )
    }
}

extension AuthorizationCode {
    static func example(_ value: String, grant: String) -> AuthorizationCode {
        AuthorizationCode(
            digest: TokenDigest(of: Secret(value)),
            grantID: grant,
            redirectURI: "https://wiki.example.test/callback",
            nonce: "n-0S6_WzA2Mj",
            codeChallenge: nil,
            expires: StateFixture.now.addingTimeInterval(60)
        )
    }
}

extension RefreshToken {
    static func example(_ value: String, grant: String) -> RefreshToken {
        RefreshToken(
            digest: TokenDigest(of: Secret(value)),
            grantID: grant,
            created: StateFixture.now,
            expires: StateFixture.now.addingTimeInterval(86_400)
        )
    }
}

extension AccessToken {
    static func example(_ id: String, grant: String) -> AccessToken {
        AccessToken(
            id: id,
            grantID: grant,
            scopes: ["openid"],
            expires: StateFixture.now.addingTimeInterval(3_600)
        )
    }
}

extension Session {
    static func example(_ value: String, userID: String = "0001") -> Session {
        Session(
            id: TokenDigest(of: Secret(value)),
            sid: "sid-\(value)",
            userID: userID,
            authenticated: StateFixture.now,
            created: StateFixture.now,
            expires: StateFixture.now.addingTimeInterval(600)
        )
    }
}

extension PasswordLink {
    static func example(_ value: String, userID: String = "0001") -> PasswordLink {
        PasswordLink(
            digest: TokenDigest(of: Secret(value)),
            userID: userID,
            created: StateFixture.now,
            expires: StateFixture.now.addingTimeInterval(900)
        )
    }
}

extension SigningKeyRecord {
    static func example(_ kid: String, key: [UInt8] = [7, 8, 9]) -> SigningKeyRecord {
        SigningKeyRecord(
            kid: kid,
            algorithm: .rs256,
            privateKey: Secret(key),
            created: StateFixture.now,
            activeFrom: StateFixture.now
        )
    }
}

extension DeviceAuthorization {
    static func example(_ value: String, userCode: String) -> DeviceAuthorization {
        DeviceAuthorization(
            digest: TokenDigest(of: Secret(value)),
            userCode: TokenDigest(of: Secret(userCode)),
            clientID: "tv",
            scopes: ["openid", "email"],
            created: StateFixture.now,
            expires: StateFixture.now.addingTimeInterval(600),
            interval: 5
        )
    }
}

extension Person {
    static func example(_ id: String, email: String) -> Person {
        Person(
            userID: id,
            email: email,
            username: "guest",
            name: "A Guest",
            groups: ["viewers"],
            created: StateFixture.now
        )
    }
}

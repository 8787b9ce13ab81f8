//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

extension LabShape {
    static let identity = ObjectShape([
        Key(
            "provider",
            .choice(Identity.Provider.words),
            "Who signs people in: kindling, or dex after hand-over."
        ),
        Key(
            "issuer",
            .text(.issuer),
            required: true,
            "Issuer identifier: https, no query, no fragment, no slash at the end."
        ),
        Key(
            "address",
            .text(.address),
            "Address of the machine that the issuer's name points at; required unless the issuer is loopback."
        ),
        Key("listen", .text(.endpoint), "Listener; the issuer's port on all addresses where absent."),
        Key("proxied", .boolean, "Whether a reverse proxy stands in front, so that the ports may differ."),
        Key("trustedProxies", .list(.text(.range)), "Addresses whose forwarded headers are believed."),
        Key("metrics", .text(.endpoint), "Listener for metrics; absent: none."),
        Key("lifetimes", .object(lifetimes), "How long things live."),
        Key("keyRotation", .text(.duration), "Age at which a token signing key is replaced, 30d where absent."),
        Key("administrators", .list(.text(.group)), "Groups whose members administer kindling."),
        Key("refusedPasswords", .nullable(.text(.line)), "A file of passwords to refuse, relative to lab.yaml."),
        Key("connectors", .objects(connector), "Upstream providers."),
    ])

    static let lifetimes = ObjectShape([
        Key("code", .text(.duration), "Authorization code, 60s where absent, at most 10m."),
        Key("idToken", .text(.duration), "ID token, 1h where absent."),
        Key("accessToken", .text(.duration), "Access token, 1h where absent."),
        Key("refreshToken", .text(.duration), "Refresh token, 30d where absent."),
        Key(
            "refreshReuseGrace",
            .text(.duration),
            "How long a refresh token that was used is taken once more, 0s where absent, at most 60s."
        ),
        Key("session", .text(.duration), "Session of the browser, 12h where absent."),
    ])

    static let connector = ObjectShape([
        Key("type", .choice(Connector.Kind.words), required: true, "Kind of provider."),
        Key("id", .text(.connectorID), required: true, "Its id, part of the subject of its users."),
        Key("name", .text(.line), "Name that people see; the id where absent."),
        Key("url", .text(.upstream), required: true, "Base URL, or issuer."),
        Key("clientID", .text(.line), required: true, "Client id that the provider gave."),
        Key("secret", .text(.secretName), required: true, "Name of the client secret in the state."),
        Key("orgs", .list(.text(.line)), "Organizations whose members may sign in (gitea); empty: all."),
        Key("rootCA", .nullable(.text(.line)), "PEM file of a CA of its own, relative to lab.yaml."),
    ])

    static let user = ObjectShape([
        Key("email", .text(.email), required: true, "E-mail address, good for signing in."),
        Key("username", .text(.username), "User name, good for signing in; what stands before @ where absent."),
        Key("name", .text(.line), "Name that people see; the user name where absent."),
        Key("groups", .list(.text(.group)), "Groups."),
        Key("id", .text(.userID), "Stable identity, part of the subject; made once where absent."),
        Key("shell", .text(.path), "Login shell on the machines; absent: no account there."),
        Key("sudo", .boolean, "Whether the account may become root, false where absent."),
        Key("sshKeys", .list(.text(.sshKey)), "Public keys of the account."),
    ])

    /// Keys that the preset of an app settles.
    static let presetKeys = ["public", "redirectURIs", "grants"]

    static let client = ObjectShape(
        [
            Key("app", .text(.appName), "A known app, which settles most of the other keys."),
            Key("id", .text(.clientID), "The client_id; the app's name where absent."),
            Key("name", .text(.line), "Name that people see."),
            Key("url", .text(.origin), "Base URL of the app: scheme and host."),
            Key("urls", .list(.text(.origin), atLeast: 1), "Base URLs, where there are several."),
            Key("public", .boolean, "Whether it has no secret, as command lines and browser apps."),
            Key("redirectURIs", .list(.text(.redirectURI)), "Redirect URIs, compared exactly."),
            Key("postLogoutRedirectURIs", .list(.text(.redirectURI)), "Where people may be sent after signing out."),
            Key("backchannelLogoutURI", .text(.backchannel), "Where logout tokens are sent."),
            Key(
                "grants",
                .list(.choice(Grant.words), atLeast: 1),
                "Grant types; authorization_code and refresh_token where absent."
            ),
            Key("groups", .list(.text(.group)), "Only these groups reach the client; empty: all."),
            Key("consent", .choice(Client.Consent.words), "Whether people are asked first, skip where absent."),
            Key("algorithm", .choice(SigningAlgorithm.words), "Signature of its ID tokens, RS256 where absent."),
            Key(
                "roles",
                .map(keys: .role, values: .list(.text(.group))),
                "The app's roles and the groups that have them."
            ),
        ],
        rules: [
            .atMostOne(["url", "urls"]),
            .preset(key: "app", forbidden: presetKeys, required: ["id"]),
        ]
    )
}

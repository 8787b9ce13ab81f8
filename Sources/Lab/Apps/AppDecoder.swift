//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import YAML

/// Reads the `app.yaml` and `chart.yaml` of an app's folder. They are data, not templates.
enum AppDecoder {
    static func app(_ id: String, _ text: String, file: String) throws(LabError) -> App {
        let fields = try fields(text, file, LabShape.app) { findings, fields in
            let paths = [fields["redirectPaths"], fields["redirectURIs"]].compactMap { $0 }
            if paths.allSatisfy({ $0.items?.isEmpty != false }) {
                findings.error(
                    paths.first ?? fields.node?.pairs?.first?.key,
                    "the app has no redirectPaths",
                    hint: "for example redirectPaths: [/callback]"
                )
            }
        }
        return App(
            id: id,
            name: fields.text("name") ?? id,
            redirectPaths: fields.texts("redirectPaths"),
            redirectURIs: fields.texts("redirectURIs"),
            postLogoutPaths: fields["postLogoutPaths"] == nil ? ["/"] : fields.texts("postLogoutPaths"),
            scopes: fields["scopes"] == nil
                ? ["openid", "profile", "email", "groups"] : fields.texts("scopes"),
            isPublic: fields.flag("public") ?? false,
            requiresPKCE: fields.flag("pkce") ?? false,
            grants: fields["grants"] == nil
                ? [.authorizationCode, .refreshToken] : fields.texts("grants").compactMap { Grant(rawValue: $0) },
            roles: fields["roles"] == nil
                ? (fields.flag("anyRole") == true ? .any : .none) : .known(fields.texts("roles")),
            reachesAPIServer: fields.flag("apiServer") ?? false,
            secretForm: fields.text("secretForm") ?? "",
            trustForm: fields.text("trustForm") ?? "",
            reload: fields.text("reload") ?? "",
            secrets: fields.objects("secrets").map {
                App.OwnSecret(name: $0.text("name") ?? "", isHashed: $0.flag("hashed") ?? false)
            }
        )
    }

    static func chart(_ id: String, _ text: String, file: String) throws(LabError) -> ChartSource {
        let fields = try fields(text, file, LabShape.chart)
        let service = fields.object("service")
        return ChartSource(
            id: id,
            repository: fields.text("repository") ?? "",
            chart: fields.text("chart") ?? "",
            namespace: fields.text("namespace") ?? id,
            number: fields.integer("number") ?? 60,
            service: service.exists
                ? ChartSource.Service(name: service.text("name") ?? "", port: service.integer("port") ?? 80) : nil
        )
    }

    /// The mapping of a file, held against its shape and a rule beyond it.
    private static func fields(
        _ text: String,
        _ file: String,
        _ shape: ObjectShape,
        rule: (inout Findings, Fields) -> Void = { _, _ in }
    ) throws(LabError) -> Fields {
        let node = try LabDecoder.document(text, file: file)
        var checker = ShapeChecker(findings: Findings())
        checker.check(node, .object(shape), "")
        rule(&checker.findings, Fields(node, ""))
        if checker.findings.hasErrors {
            throw LabError(
                checker.findings.diagnostics(in: Source(text: text, file: file)),
                remedy: "correct each place named, and look again: kindling templates check --templates DIR"
            )
        }
        return Fields(node, "")
    }
}

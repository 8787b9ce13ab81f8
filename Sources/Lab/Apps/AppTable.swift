//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

package import Templating

/// The apps and charts that there are: one folder of templates below `apps/` for each.
package struct AppTable: Sendable {
    /// By id.
    package let apps: [String: App]
    /// By id.
    package let charts: [String: ChartSource]

    /// The apps and charts of a store of templates.
    ///
    /// - Parameter templates: the templates; a user's own folder may add apps.
    /// - Throws: ``LabError`` with every mistake of the first file that has some.
    package init(_ templates: TemplateStore) throws(LabError) {
        var apps: [String: App] = [:]
        var charts: [String: ChartSource] = [:]
        for path in templates.paths where path.hasPrefix("apps/") {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, let text = try? templates.text(path) else { continue }
            switch parts[2] {
            case "app.yaml": apps[parts[1]] = try AppDecoder.app(parts[1], text, file: templates.file(path))
            case "chart.yaml": charts[parts[1]] = try AppDecoder.chart(parts[1], text, file: templates.file(path))
            default: break
            }
        }
        self.apps = apps
        self.charts = charts
    }

    private init() {
        apps = [:]
        charts = [:]
    }

    /// Those that are compiled in.
    package static let standard = (try? AppTable(TemplateStore())) ?? AppTable()

    /// The ids of apps, sorted.
    package var names: [String] { apps.keys.sorted() }

    /// The ids of charts, sorted.
    package var components: [String] { charts.keys.sorted() }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import ArgumentParser
import Support
import YAML

/// `--output`.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json, yaml
}

/// The option of every list and show.
struct OutputOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "How to print: table, json or yaml.")
    var output: OutputFormat?

    /// The format from the flag, the environment (`KINDLING_OUTPUT`) or the default.
    func format(in context: CommandContext) throws -> OutputFormat {
        if let output { return output }
        guard let name = context.variable("KINDLING_OUTPUT") else { return .table }
        guard let format = OutputFormat(rawValue: name) else {
            throw CommandError(
                .badArgument,
                "KINDLING_OUTPUT is \(name), which is no form of output",
                remedy: "set it to table, json or yaml: export KINDLING_OUTPUT=json"
            )
        }
        return format
    }

    /// Prints a list: one row a record.
    ///
    /// `columns` picks and orders what the table shows, by field name and heading; JSON and YAML show all fields.
    func print(list: [OutputValue], columns: KeyValuePairs<String, String>, in context: CommandContext) throws {
        switch try format(in: context) {
        case .json: context.say(OutputValue.list(list).json.text())
        case .yaml: context.console.write(YAMLEmitter.emit(OutputValue.list(list).node), to: .output)
        case .table:
            let rows = list.map { row in columns.map { row.field($0.key)?.cell ?? "-" } }
            context.console.write(
                Table(headings: columns.map(\.value), rows: rows).text(style: Style(context: context)),
                to: .output
            )
        }
    }

    /// Prints one record: a line a field.
    func print(record: OutputValue, in context: CommandContext) throws {
        switch try format(in: context) {
        case .json: context.say(record.json.text())
        case .yaml: context.console.write(YAMLEmitter.emit(record.node), to: .output)
        case .table:
            guard case .record(let fields) = record else {
                return context.say(CellText.visible(record.cell, keepsLines: true))
            }
            let width = fields.map(\.name.count).max() ?? 0
            for (name, value) in fields {
                let label = name + ":" + String(repeating: " ", count: width - name.count + 1)
                context.say(Style(context: context).bold(label) + CellText.visible(value.cell, keepsLines: true))
            }
        }
    }
}

extension OutputValue {
    /// The field of a record.
    func field(_ name: String) -> OutputValue? {
        guard case .record(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Rendering
import Support
import TestSupport
import Testing
import YAML

@testable import Lab

/// Whatever stands in a text of lab.yaml, it reaches its consumers unchanged or is refused with a reason.
@Suite struct PropertyTests {
    @Test func everyTextOfLabYAMLStandsInASample() {
        let covered = Set(Samples.all.flatMap { $0.fields.map(\.place) })
        #expect(TextField.places().subtracting(covered) == [])
    }

    @Test(arguments: Samples.all) func samplesRender(sample: Sample) throws {
        let lab = try LabDecoder.decode(text: sample.text, file: "lab.yaml")
        #expect(try !Renderer(Fixture.input(lab)).outputs().isEmpty)
    }

    @Test(arguments: Samples.fields) func hostileTextsSurviveOrAreRefused(field: TextField) throws {
        let trial = try Trial(field)
        #expect(trial.form != nil || !Samples.freeFormats.contains(field.format.name), "no harmless text is taken")
        for text in HostileTexts.all { try trial.run(text) }
    }
}

/// The labs whose texts are replaced, and what is rendered of them.
enum Samples {
    static let all: [Sample] = {
        do {
            // What cannot be rendered would refuse every text.
            let complete = SampleLab.complete.replacing("provider: dex", with: "provider: kindling")
                .replacing(", headlamp: 0.39.0", with: "")
            let apps = try Repository.text(Fixture.apps)
            return [try Sample("complete", complete), try Sample("apps", apps)]
        } catch {
            Issue.record(error)
            return []
        }
    }()

    /// Formats that nearly any text is of.
    static let freeFormats: Set<String> = [Format.line.name, Format.content.name, Format.path.name, Format.group.name]

    /// The fields that are tried: one of each place, and of the lab of all apps every one of its clients.
    static let fields: [TextField] = {
        var seen: Set<String> = []
        return all.flatMap(\.fields).filter { field in
            let isOfApp = field.sample.description == "apps" && field.place.hasPrefix("clients.")
            return seen.insert(isOfApp ? field.testDescription : field.place).inserted
        }
    }()
}

/// One field, and what becomes of texts in it.
private struct Trial {
    let field: TextField
    /// A harmless text that the field takes, with ``mark`` in it; `nil` where there is none.
    private(set) var form: String?
    /// Whether the text is to be replaced wherever it stands.
    private var isRenamed = false
    /// What the mark does to the lab, and to the outputs where it reaches them.
    private var model: [String: String] = [:]
    private var outputs: Leaves?

    /// A word that nothing else has.
    private static let mark = "qzmarkqz"

    init(_ field: TextField) throws {
        self.field = field
        let forms = [Self.mark, "/srv/\(Self.mark)", "https://\(Self.mark).kidd.network", field.original + Self.mark]
        for isRenamed in [false, true] where form == nil {
            for form in forms where self.form == nil {
                guard let lab = try? Self.lab(Self.source(field, form, isRenamed)),
                    let outputs = try? Self.outputs(lab)
                else { continue }
                (self.form, self.isRenamed) = (form, isRenamed)
                model = Leaves(model: lab).texts
                let isReached = outputs.texts.contains { $0.key.contains(Self.mark) || $0.value.contains(Self.mark) }
                self.outputs = isReached ? outputs : nil
            }
        }
    }

    private static func source(_ field: TextField, _ text: String, _ isRenamed: Bool) -> String {
        YAMLEmitter.emit(isRenamed ? field.documentRenamed(text) : field.document(text))
    }

    private static func lab(_ source: String) throws(LabError) -> Lab {
        try LabDecoder.decode(text: source, file: "lab.yaml")
    }

    private static func outputs(_ lab: Lab) throws -> Leaves {
        try Leaves(Renderer(Fixture.input(lab)).outputs())
    }

    /// Puts a text into the field, alone and in the harmless form.
    func run(_ hostile: String) throws {
        if let form { try run(form.replacing(Self.mark, with: hostile), hostile) }
        if form != Self.mark { try run(hostile, form == nil ? nil : hostile) }
    }

    private func run(_ text: String, _ hostile: String?) throws {
        let source = Self.source(field, text, isRenamed)
        do {
            let lab = try Self.lab(source)
            guard let form, let hostile, form.replacing(Self.mark, with: hostile) == text else {
                // By chance it is of the format; then the lab has it.
                #expect(Leaves(model: lab).texts.values.contains { $0.contains(text) }, "\(shown(text)) is lost")
                return
            }
            compare(Leaves(model: lab).texts, with: model, hostile)
            guard let outputs else { return }
            let found = try Self.outputs(lab)
            compare(found.texts, with: outputs.texts, hostile)
            for script in found.scripts.subtracting(outputs.scripts) { try isShell(script, hostile) }
        } catch let error as LabError {
            #expect(try isLocated(error, source, text), "\(shown(text)): \(error)")
        } catch let error as RenderingError {
            #expect(!error.message.isEmpty && error.remedy?.isEmpty != true)
        }
    }

    private func isShell(_ script: String, _ hostile: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(script, to: "script.sh")
        let result = Tool.shell("sh -n \(path)")
        #expect(result.status == 0, "\(shown(hostile)): \(result.output)")
    }

    /// Whether the decoder says where the text stands, or names what it stands in.
    private func isLocated(_ error: LabError, _ source: String, _ text: String) throws -> Bool {
        if error.errors.contains(where: { $0.message.contains(field.owner) }) { return true }
        let document = try YAMLParser.document(source, file: "lab.yaml")
        guard let range = field.node(in: document, reading: text)?.range else { return false }
        return error.errors.contains { (range.start.line...range.end.line).contains($0.location.line) }
    }

    /// What was expected, with the hostile text for the mark, path by path.
    private func compare(_ found: [String: String], with expected: [String: String], _ hostile: String) {
        var found = found
        for (path, text) in expected {
            let path = path.replacing(Self.mark, with: hostile)
            let wanted = text.replacing(Self.mark, with: hostile)
            let there = found.removeValue(forKey: path)
            let isSame = there.map { $0.utf8.elementsEqual(wanted.utf8) } ?? false
            #expect(isSame, "\(shown(hostile)) at \(shown(path)): \(shown(there ?? "nothing")), not \(shown(wanted))")
        }
        let others = found.keys.sorted().prefix(3).map(shown)
        #expect(found.isEmpty, "\(shown(hostile)) makes \(others)")
    }

    private func shown(_ text: String) -> String { String(text.debugDescription.prefix(200)) }
}

/// Texts that some grammar between lab.yaml and a machine takes for its own.
private enum HostileTexts {
    static let all = fixed + generated

    private static let fixed = [
        "it's `id`", "- \"quoted\" \\", "key: value # comment\n- two\n", "{{ lab.name }}", "{{ ${HOME} $(id) %h 100%",
        "#;|w>v<u", "a, b", "\u{1F525} e\u{301} \u{1F469}\u{200D}\u{1F467}",
        String(repeating: "long \"text\" ", count: 342), "yes", "!int 5 &a *b", "\u{85}next\u{2028}line\u{FEFF}",
    ]

    /// Pieces of the fixed texts in other orders, the same at every run.
    private static let generated: [String] = {
        let random = SeededRandomSource(seed: 1954)
        let pieces = fixed.filter { $0.count < 40 && !$0.unicodeScalars.contains { $0.value < 0x20 } }
        return (0..<2).map { _ in
            (0...random.below(3)).map { _ in pieces[Int(random.below(UInt32(pieces.count)))] }.joined()
        }
    }()
}

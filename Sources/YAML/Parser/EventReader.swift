//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import CLibYAML

/// libyaml's parser: the one place that touches its memory.
final class EventReader {
    /// One step of the parser; positions count characters from 0.
    struct Event {
        var kind: Kind
        var start: Int
        var end: Int
    }

    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd, collectionEnd
        case alias(String)
        case scalar(Properties, Node.Scalar)
        case collectionStart(Properties, CollectionStyle, isMapping: Bool)
    }

    struct Properties {
        var anchor: String?
        var tag: String?
    }

    /// libyaml's own account of a fault.
    struct Fault {
        var context: String
        var problem: String
        var contextCharacter: Int
        var problemCharacter: Int
    }

    enum Outcome {
        case event(Event)
        case fault(Fault)
    }

    /// On the heap, since libyaml keeps the parser's own address.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let isReady: Bool

    /// Reads from `source`, which must outlive the reader.
    init(_ source: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        isReady = yaml_parser_initialize(parser) == 1
        guard isReady else { return }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, source.baseAddress, source.count)
    }

    deinit {
        if isReady { yaml_parser_delete(parser) }
        parser.deallocate()
    }

    /// The next event, or what is wrong. After a fault and after `streamEnd` there is nothing more to read.
    func next() -> Outcome {
        var event = yaml_event_t()
        guard isReady, yaml_parser_parse(parser, &event) == 1 else { return .fault(fault()) }
        defer { yaml_event_delete(&event) }
        let start = Int(event.start_mark.index)
        let end = Int(event.end_mark.index)
        return .event(Event(kind: kind(of: event), start: start, end: end))
    }

    private func kind(of event: yaml_event_t) -> Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .collectionEnd
        case YAML_ALIAS_EVENT: return .alias(string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return .scalar(properties(scalar.anchor, scalar.tag), Node.Scalar(text, style(scalar.style)))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            let isFlow = start.style == YAML_FLOW_SEQUENCE_STYLE
            return .collectionStart(properties(start.anchor, start.tag), isFlow ? .flow : .block, isMapping: false)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            let isFlow = start.style == YAML_FLOW_MAPPING_STYLE
            return .collectionStart(properties(start.anchor, start.tag), isFlow ? .flow : .block, isMapping: true)
        default: return .streamEnd
        }
    }

    private func style(_ style: yaml_scalar_style_t) -> ScalarStyle {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private func properties(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?,
        _ tag: UnsafeMutablePointer<yaml_char_t>?
    ) -> Properties {
        Properties(anchor: string(anchor), tag: string(tag))
    }

    private func string(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    private func fault() -> Fault {
        guard isReady else {
            return Fault(context: "", problem: "out of memory", contextCharacter: 0, problemCharacter: 0)
        }
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
        let context = parser.pointee.context.map { String(cString: $0) } ?? ""
        return Fault(
            context: context,
            problem: problem,
            contextCharacter: Int(parser.pointee.context_mark.index),
            problemCharacter: Int(parser.pointee.problem_mark.index)
        )
    }
}

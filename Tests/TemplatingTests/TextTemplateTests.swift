//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Support
import Templating
import Testing

@Suite struct TextTemplateTests {
    @Test(arguments: [
        ("a={{ v }}\n", "it's", "a='it'\\''s'\n"),
        ("cmd --x {{ v }} y", "a b", "cmd --x 'a b' y"),
        ("a=$(cmd {{ v }})", "$(id)", "a=$(cmd '$(id)')"),
        ("# it's a comment\na={{ v }}", "x", "# it's a comment\na='x'"),
        ("cat <<EOF\n\"'\nEOF\na={{ v }}", "x", "cat <<EOF\n\"'\nEOF\na='x'"),
        ("cat <<-'END'\n\t'\n\tEND\na={{ v }}", "x", "cat <<-'END'\n\t'\n\tEND\na='x'"),
        ("a=\"$b\" c='d' e={{ v }}", "x", "a=\"$b\" c='d' e='x'"),
        ("a=${b#c} d={{ v }}", "x", "a=${b#c} d='x'"),
        ("a=$((1 + (2))) d={{ v }}", "x", "a=$((1 + (2))) d='x'"),
        ("a=\\\" d={{ v }}", "\u{301}'\u{301}", "a=\\\" d='\u{301}'\\''\u{301}'"),
        ("a=\"${b:-c}\" d={{ v }}", "x", "a=\"${b:-c}\" d='x'"),
        ("echo $# {{ v }}", "x", "echo $# 'x'"),
    ])
    func shellValuesBecomeOneWord(template: String, value: String, expected: String) throws {
        #expect(try fill(template, ["v": .string(value)], path: "t.sh").text == expected)
    }

    @Test(arguments: [
        "a=\"{{ v }}\"", "a='{{ v }}'", "# {{ v }}", "a=b # {{ v }}", "cat <<EOF\n{{ v }}\nEOF\n", "a=`echo {{ v }}`",
        "a=${b:-{{ v }}}", "a=$(({{ v }}))", "(({{ v }}))", "a=${{ v }}", "a=\\{{ v }}", "cat <<{{ v }}",
        "a=\"$(cmd \"{{ v }}\")\"", "a=\"$(cmd)\"\nb={{ v }}", "a=$'\\'' b={{ v }}", "cat <<A <<B\nA\n{{ v }}\nB\n",
        "cat <<'A B'\nA\n{{ v }}\nA B\n", "cat <<'A\n{{ v }}", "cat <<-EOF\n\tx\n {{ v }}\n\tEOF\n", "a=\"b\n{{ v }}\"",
        "a=\"\u{301}{{ v }}\"",
    ])
    func shellPlacesThatAreNoWordAreRefused(template: String) throws {
        let error = try failure(template, ["v": "x"], path: "t.sh")
        #expect(error.code == .templateValueRefused)
        #expect(error.location != nil)
    }

    @Test(arguments: [
        "a b", "a\nb", "${net0/mac}", "", "a\tb", "\"a\"", "a\\b", "é", "#a", "&&", "||", "a$", "a\u{a0}b", "\u{1b}",
    ])
    func ipxeValuesThatWouldNeedQuotesAreRefused(value: String) throws {
        #expect(try failure("kernel {{ v }}", ["v": .string(value)], path: "t.ipxe").code == .templateValueRefused)
    }

    @Test func ipxeTakesUrls() throws {
        let url = "https://boot.kidd.network:8443/seed/?mac=a&b=c;d"
        #expect(try fill("kernel {{ v }} x", ["v": .string(url)], path: "t.ipxe").text == "kernel \(url) x")
    }

    @Test(arguments: [
        ("Description={{ v }}", "50% of it", "Description=50%% of it"),
        ("ExecStart=/bin/x {{ v }}", "a%n$HOME", "ExecStart=/bin/x a%%n$$HOME"),
        ("After={{ v }}.service", "k3s", "After=k3s.service"),
    ])
    func unitsEscapeSpecifiers(template: String, value: String, expected: String) throws {
        #expect(try fill(template, ["v": .string(value)], path: "u/k3s.service").text == expected)
    }

    @Test(arguments: [
        ("Description={{ v }}", "a\nExecStart=/bin/evil"), ("Description={{ v }}", "a\\"),
        ("ExecStart=/x {{ v }}", "a b"),
        ("ExecStart=/x {{ v }}", ";"), ("ExecStart=/x {{ v }}", "\"a"), ("{{ v }}=x", "A"), ("# a={{ v }}", "A"),
        ("ExecStart=/x {{ v }}", "\"\u{301}"), ("ExecStart=/x {{ v }}", ""),
    ])
    func unitsRefuseWhatWouldSplitOrExtend(template: String, value: String) throws {
        #expect(
            try failure(template, ["v": .string(value)], path: "k3s.service.d/a.conf").code == .templateValueRefused
        )
    }

    @Test func otherFilesTakePlainWordsAlone() throws {
        #expect(try fill("host {{ v }}", ["v": "dex.kidd.network"], path: "t.txt").text == "host dex.kidd.network")
        for value in ["a b", "a\n", "", "$x", "<b>"] {
            #expect(try failure("{{ v }}", ["v": .string(value)], path: "t.txt").code == .templateValueRefused)
        }
    }

    @Test func textTemplatesTellSecretsAndPlaces() throws {
        #expect(try fill("a={{ s }}", ["s": .secret(Secret("x"))], path: "t.sh").holdsSecret)
        let error = try failure("#!/bin/sh\na={{ v }}\nb={{ gone }}\n", ["v": "x"], path: "t.sh")
        #expect(error.location?.description == "templates/t.sh:3:3")
    }
}

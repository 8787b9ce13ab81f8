//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Lab
import Support

/// How an error is told to a person.
struct ErrorReport {
    let error: any KindlingError
    /// The command line that failed.
    let arguments: [String]

    init(_ error: any KindlingError, arguments: [String]) {
        self.error = error
        self.arguments = arguments
    }

    /// Prints it on standard error: the findings in a file, if it has such, then one line of what is so and one of what
    /// to do.
    func print(in context: CommandContext) {
        let style = Style(context: context, stream: .error)
        var text = error.description
        if let error = error as? LabError {
            context.note(error.description)
            text = error.message
        }
        context.note("kindling: \(style.red("error:")) \(text)")
        if let remedy = error.remedy {
            context.note("kindling: \(style.yellow("hint:")) \(Self.completed(remedy, from: arguments))")
        }
    }

    /// A remedy that ends with a command for the lab, made to mean the lab that the failed command line named.
    ///
    /// Errors of the modules below know nothing of flags; without them the command would go to another lab.
    static func completed(_ remedy: String, from arguments: [String]) -> String {
        guard let start = remedy.ranges(of: "kindling ").last?.lowerBound,
            start == remedy.startIndex || remedy[..<start].hasSuffix(": "),
            !options.contains(where: remedy.contains)
        else { return remedy }
        let command = remedy[start...]
        let words = command.split(separator: " ")
        guard words.count > 1, !["schema", "templates", "restore"].contains(words[1]), !command.contains(";")
        else { return remedy }
        return remedy + flags(arguments)
    }

    /// What says which lab is meant.
    private static let options = ["--lab", "--state", "--out"]

    /// Those of a command line, to be appended to another.
    private static func flags(_ arguments: [String]) -> String {
        var text = ""
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { break }
            for name in options {
                if argument == name, index + 1 < arguments.count {
                    text += " \(name) \(ShellText.quoted(arguments[index + 1]))"
                } else if argument.hasPrefix(name + "=") {
                    text += " \(name) \(ShellText.quoted(String(argument.dropFirst(name.count + 1))))"
                }
            }
        }
        return text
    }
}

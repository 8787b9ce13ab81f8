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

    init(_ error: any KindlingError) {
        self.error = error
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
            context.note("kindling: \(style.yellow("hint:")) \(remedy)")
        }
    }
}

//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Commands
import Glibc

@main
enum Main {
    static func main() async {
        exit(await KindlingTool.run(arguments: Array(CommandLine.arguments.dropFirst()), in: .system()))
    }
}

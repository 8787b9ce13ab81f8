//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What Package.swift says about the targets, read from its text.
///
/// The manifest keeps to a few forms (`library("X", [...])`, `tests("X", [...])`, `.executableTarget(name: "x", ...)`,
/// `.target(name: "X", ...)`, `.systemLibrary(name: "X", ...)`), and the parser knows these alone; a test asserts that
/// it found a target for every folder, so a new form does not slip by.
struct PackageManifest {
    /// A target and the modules it names as direct dependencies.
    struct Target: Equatable {
        var name: String
        var dependencies: Set<String>
    }

    let targets: [Target]

    init(text: String) {
        let products = Self.products(in: text)
        targets = Self.calls(in: text).map { call in
            Target(name: call.name, dependencies: Self.dependencies(call.arguments, products: products))
        }
    }

    /// The direct dependencies of a target; `nil` when there is no such target.
    func dependencies(of name: String) -> Set<String>? {
        targets.first { $0.name == name }?.dependencies
    }

    /// Constants such as `let crypto: Target.Dependency = .product(name: "Crypto", ...)`, name to product. All products
    /// used here have one module of the same name.
    private static func products(in text: String) -> [String: String] {
        var products: [String: String] = [:]
        for match in text.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/) {
            products[String(match.1)] = String(match.2)
        }
        return products
    }

    /// Each call that declares a target, with what stands between its parentheses.
    private static func calls(in text: String) -> [(name: String, arguments: Substring)] {
        let form = /(library|tests|\.executableTarget|\.target|\.systemLibrary)\(\s*(?:name: )?"([\w-]+)"/
        return text.matches(of: form).map { match in
            let name = match.1 == "tests" ? "\(match.2)Tests" : String(match.2)
            return (name, text[match.range.upperBound..<end(of: text, from: match.range.upperBound)])
        }
    }

    /// The place of the parenthesis that closes a call, from a place inside of it.
    private static func end(of text: String, from start: String.Index) -> String.Index {
        var depth = 1
        var index = start
        while index < text.endIndex {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            if depth == 0 { return index }
            index = text.index(after: index)
        }
        return text.endIndex
    }

    /// The names in the first array of the arguments: strings are modules of this package, identifiers are products.
    private static func dependencies(_ arguments: Substring, products: [String: String]) -> Set<String> {
        guard !arguments.contains("pkgConfig:"), let list = arguments.firstMatch(of: /\[([^\]]*)\]/) else { return [] }
        let own = list.1.matches(of: /"(\w+)"/).map { String($0.1) }
        let other = list.1.matches(of: /\b([a-z]\w*)\b(?!")/).compactMap { products[String($0.1)] }
        return Set(own).union(other)
    }
}

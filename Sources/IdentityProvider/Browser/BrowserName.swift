//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

/// What a browser is called, from what it says of itself: for people to recognise their sessions by, and nothing else.
enum BrowserName {
    /// The more special ones first: most claim to be others too.
    private static let browsers = [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("OPR/", "Opera"), ("Vivaldi/", "Vivaldi"), ("SamsungBrowser/", "Samsung"),
        ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ]
    private static let systems = [
        ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
        ("Macintosh", "macOS"), ("Linux", "Linux"), ("FreeBSD", "FreeBSD"),
    ]

    /// The phrase for a `User-Agent` header.
    static func phrase(_ agent: String) -> Phrase {
        guard let browser = browsers.first(where: { agent.contains($0.0) })?.1,
            let system = systems.first(where: { agent.contains($0.0) })?.1
        else { return .unknownBrowser }
        return .browserOn(browser, system)
    }
}

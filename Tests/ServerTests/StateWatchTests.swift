//===----------------------------------------------------------------------===//
//
// This source file is part of the kindling project
//
// Licensed under the Apache License, Version 2.0; see LICENSE
//
//===----------------------------------------------------------------------===//

import Logging
import Synchronization
import Testing

@testable import Server

@Suite("Watching the state")
struct StateWatchTests {
    /// A state whose number is set, and whose refresh fails as often as told.
    private final class Watched: Sendable {
        struct Story {
            var number = 1
            var failures = 0
            var refreshes = 0
        }

        struct Failure: Error {}

        let story: Mutex<Story>

        init(failures: Int = 0) {
            story = Mutex(Story(failures: failures))
        }

        func watch() -> StateWatch {
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            return StateWatch(
                changeCounter: { self.story.withLock { $0.number } },
                refresh: {
                    try self.story.withLock { story in
                        story.refreshes += 1
                        if story.failures > 0 {
                            story.failures -= 1
                            throw Failure()
                        }
                    }
                },
                logger: logger,
                interval: .milliseconds(5)
            )
        }
    }

    /// Refreshes once there are `expected`, then `body`, then as many more, and some looks after that.
    private func refreshes(
        _ watched: Watched,
        _ expected: Int,
        then body: () -> Void = {},
        _ more: Int = 0
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let watch = watched.watch()
            group.addTask { try await watch.run() }
            try await reach(expected, watched)
            body()
            try await reach(expected + more, watched)
            try await Task.sleep(for: .milliseconds(100))
            group.cancelAll()
            try await group.waitForAll()
        }
        return watched.story.withLock { $0.refreshes }
    }

    private func reach(_ number: Int, _ watched: Watched) async throws {
        for _ in 0..<2_000 where watched.story.withLock({ $0.refreshes }) < number {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test("what changed before the watch began is noticed, and nothing is done without a change")
    func start() async throws {
        #expect(try await refreshes(Watched(), 1) == 1)
    }

    @Test("a change is noticed once")
    func change() async throws {
        let watched = Watched()
        let count = try await refreshes(watched, 1, then: { watched.story.withLock { $0.number = 2 } }, 1)
        #expect(count == 2)
    }

    @Test("a refresh that fails is tried again until it succeeds")
    func failure() async throws {
        #expect(try await refreshes(Watched(failures: 3), 4) == 4)
    }
}

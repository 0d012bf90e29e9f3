import Foundation
import Synchronization
import TestSupport
import Testing

@testable import RivuletLocal

/// Sources, a build and functions that a test moves; every wait is a turn.
private final class Workshop: Sendable {
    struct Over: Error {}

    private struct State {
        var looks: [SourceTree]
        var time: Int64 = 0
        var builds: [Int32]
        var done: [String] = []
        var rounds: [WatchLoop.Round] = []
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - looks: what each look finds; the watch ends after the last.
    ///   - builds: the exit code of each build.
    init(looks: [SourceTree], builds: [Int32] = []) {
        state = Mutex(State(looks: looks.reversed(), builds: builds.reversed()))
    }

    var rounds: [WatchLoop.Round] { state.withLock { $0.rounds } }
    var done: [String] { state.withLock { $0.done } }

    func run(replays: Bool = true, swap: @escaping @Sendable () throws -> WatchLoop.Swap) async {
        let again: @Sendable (String) async throws -> WatchLoop.Replay = { function in
            _ = self.pass("replay \(function)", 3)
            return WatchLoop.Replay(function: function, duration: .milliseconds(3), requestID: "r")
        }
        let loop = WatchLoop(
            look: { self.state.withLock { $0.looks.popLast() ?? SourceTree([:]) } },
            build: { self.pass("build", 7).builds.last ?? 0 },
            swap: {
                _ = self.pass("swap", 1)
                return try swap()
            },
            replay: replays ? again : nil,
            wait: { if self.pass("wait", 100).looks.isEmpty { throw Over() } },
            now: { self.state.withLock { $0.time } * 1_000_000 },
            tell: { round in self.state.withLock { $0.rounds.append(round) } })
        await #expect(throws: Over.self) { try await loop.run() }
    }

    private func pass(_ what: String, _ milliseconds: Int64) -> State {
        state.withLock { state in
            state.time += milliseconds
            if what != "wait" { state.done.append(what) }
            let now = state
            if what == "build" { _ = state.builds.popLast() }
            return now
        }
    }
}

@Suite struct `A watch over sources` {
    private let old = Self.tree(["main.c": 0])
    private let new = Self.tree(["main.c": 150_000_000])

    private static func tree(_ files: [String: Int64]) -> SourceTree {
        SourceTree(files.mapValues { SourceTree.Stamp(changed: $0, size: 1) })
    }

    private func swap(_ functions: String...) -> @Sendable () -> WatchLoop.Swap {
        { WatchLoop.Swap(functions: functions, duration: .milliseconds(1), drain: .zero) }
    }

    @Test func `builds, swaps and replays once for a change, and says how long each took`() async throws {
        let workshop = Workshop(looks: [old, old, new, new, new, new])
        await workshop.run(swap: swap("f", "g"))
        #expect(workshop.done == ["build", "swap", "replay f", "replay g"])
        let round = try #require(workshop.rounds.first)
        #expect(workshop.rounds.count == 1)
        #expect(round.changed == ["main.c"])
        #expect(round.seen == .milliseconds(50))
        #expect((round.build, round.status) == (.milliseconds(7), 0))
        #expect(round.swap?.functions == ["f", "g"])
        #expect(round.replays.map(\.function) == ["f", "g"])
    }

    @Test func `waits until nothing changes any more, and builds once for all of it`() async {
        let half = Self.tree(["main.c": 150_000_000, "a.h": 1])
        let workshop = Workshop(looks: [old, new, half, half, half])
        await workshop.run(swap: swap("f"))
        #expect(workshop.rounds.map(\.changed) == [["a.h", "main.c"]])
    }

    @Test func `a build that fails leaves the code as it was`() async {
        let workshop = Workshop(looks: [old, new, new, old, old, old], builds: [2, 0])
        await workshop.run(swap: swap("f"))
        #expect(workshop.done == ["build", "build", "swap", "replay f"])
        #expect(workshop.rounds.map(\.status) == [2, 0])
        #expect(workshop.rounds[0].swap == nil)
        #expect(WatchText.text(workshop.rounds[0], command: "make").contains("exit code 2; the old code goes on: make"))
    }

    @Test func `what changes during a build is built next`() async {
        let later = Self.tree(["main.c": 300_000_000])
        let workshop = Workshop(looks: [old, new, new, later, later, later])
        await workshop.run(replays: false, swap: swap("f"))
        #expect(workshop.done == ["build", "swap", "build", "swap"])
    }

    @Test func `an emulator that refuses is told, and the watch goes on`() async {
        let workshop = Workshop(looks: [old, new, new, old, old, old])
        await workshop.run { throw ControlRefusal("no such function") }
        #expect(workshop.rounds.map(\.failure) == ["no such function", "no such function"])
    }

    @Test func `sources are told by the ends of their names, and builds' leavings passed over`() throws {
        let folder = try TemporaryFolder()
        let files = [
            "main.c", "src/lib.rs", "Makefile", "notes.txt", "bootstrap", "target/x.rs", ".git/x.c", "new.sh",
            "out/bootstrap.sh",
        ]
        for file in files {
            let url = folder.url.appending(path: file)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x".utf8).write(to: url)
        }
        let root = folder.url.path
        let before = SourceTree(below: [root, "\(root)/gone"], without: "\(root)/out/bootstrap.sh")
        let names = before.files.keys.map { String($0.dropFirst(root.count + 1)) }.sorted()
        #expect(names == ["Makefile", "main.c", "new.sh", "src/lib.rs"])
        try Data("xy".utf8).write(to: folder.url.appending(path: "main.c"))
        try FileManager.default.removeItem(at: folder.url.appending(path: "new.sh"))
        let after = SourceTree(below: [root], without: "")
        #expect(after.changes(since: before) == ["main.c", "new.sh", "out/bootstrap.sh"].map { "\(root)/\($0)" })
    }

    @Test(.timeLimit(.minutes(1)), arguments: [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137)])
    func `a build's exit code is the shell's`(command: String, status: Int32) async throws {
        #expect(try await BuildCommand(command: command).run() == status)
    }
}

import Foundation

/// Looks at the sources from time to time, and when some have changed: builds, swaps, replays, and says how long each took.
///
/// What it does and how it waits is given to it, so that a test needs neither files nor time.
struct WatchLoop: Sendable {
    struct Swap: Sendable, Equatable {
        /// The functions that have the new code.
        var functions: [String]
        var duration: Duration
        /// Until the last environment of the old code was gone.
        var drain: Duration
        /// Environments of the old code that are still at work.
        var stillRunning = 0
    }

    struct Replay: Sendable, Equatable {
        var function: String
        var duration: Duration
        /// nil when the function has no event to be replayed.
        var requestID: String?
        var payload = ""
        var error: String?
    }

    /// What came of one change.
    struct Round: Sendable, Equatable {
        var changed: [String]
        /// From the last change of a file to the look that found it.
        var seen: Duration
        var build: Duration
        var status: Int32
        var swap: Swap?
        var replays: [Replay] = []
        /// What kept the code from being swapped or the event from being replayed.
        var failure: String?
    }

    var look: @Sendable () -> SourceTree
    /// Returns the exit code.
    var build: @Sendable () async throws -> Int32
    var swap: @Sendable () async throws -> Swap
    /// nil when nothing is to be replayed.
    var replay: (@Sendable (_ function: String) async throws -> Replay)?
    var wait: @Sendable () async throws -> Void
    /// Monotonic, and what the stamps of files are compared with: nanoseconds since 1970.
    var now: @Sendable () -> Int64
    var tell: @Sendable (Round) -> Void

    /// Goes on until it is cancelled, or `wait` throws.
    func run() async throws {
        var known = look()
        while true {
            try await wait()
            let found = look()
            guard found != known else { continue }
            let seen = now()
            // Editors and version control write many files one after the other.
            let settled = try await settle(found)
            tell(try await round(settled.changes(since: known), in: settled, seen: seen))
            // What was changed during the build is found by the next look.
            known = settled
        }
    }

    private func settle(_ first: SourceTree) async throws -> SourceTree {
        var tree = first
        while true {
            try await wait()
            let next = look()
            if next == tree { return tree }
            tree = next
        }
    }

    private func round(_ changed: [String], in tree: SourceTree, seen: Int64) async throws -> Round {
        let newest = changed.compactMap { tree.files[$0]?.changed }.max() ?? seen
        let begun = now()
        let status = try await build()
        var round = Round(
            changed: changed, seen: .nanoseconds(max(0, seen - newest)), build: .nanoseconds(now() - begun),
            status: status)
        guard status == 0 else { return round }
        do {
            let swap = try await swap()
            round.swap = swap
            guard let replay else { return round }
            for function in swap.functions { round.replays.append(try await replay(function)) }
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            round.failure = "\(error)"
        }
        return round
    }
}

import Dispatch
import GRDB
import Synchronization

/// Runs writes in batches, a transaction a batch, on the writer's own queue.
final class GroupCommit: Sendable {
    /// One waiting write. `perform` does its work inside the open transaction, `finish` answers after the commit.
    private struct Job: Sendable {
        let perform: @Sendable (Database) -> Void
        let finish: @Sendable (_ commitFailure: (any Error)?) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isRunning = false
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// More than this in one transaction makes the first wait for the last without saving anything.
    private static let largestBatch = 512

    private let pool: DatabasePool
    private let queue = DispatchQueue(label: "rivulet.database.commits")
    private let state = Mutex(State())

    init(pool: DatabasePool) {
        self.pool = pool
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let slot = Slot<Value>()
            submit(
                Job(
                    perform: { db in
                        let result = Result { try Self.inSavepoint(db, body) }
                        slot.outcome.withLock { $0 = result }
                    },
                    finish: { failure in
                        let result = slot.outcome.withLock { $0 }
                        if let failure {
                            continuation.resume(throwing: failure)
                        } else {
                            continuation.resume(with: result ?? .failure(NeverRan()))
                        }
                    }))
        }
    }

    /// Returns when no write is waiting or running.
    func drained() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.isRunning { state.idleWaiters.append(continuation) }
                return !state.isRunning
            }
            if isIdle { continuation.resume() }
        }
    }

    private func submit(_ job: Job) {
        let mustStart = state.withLock { state in
            state.waiting.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { queue.async { self.drain() } }
    }

    private func drain() {
        while let batch = nextBatch() {
            var failure: (any Error)?
            do {
                try pool.writeWithoutTransaction { db in
                    try db.inTransaction(.immediate) {
                        batch.forEach { $0.perform(db) }
                        return .commit
                    }
                }
            } catch {
                failure = error
            }
            batch.forEach { $0.finish(failure) }
        }
    }

    private func nextBatch() -> [Job]? {
        let (batch, idle): ([Job]?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                defer { state.idleWaiters = [] }
                return (nil, state.idleWaiters)
            }
            let batch = Array(state.waiting.prefix(Self.largestBatch))
            state.waiting.removeFirst(batch.count)
            return (batch, [])
        }
        idle.forEach { $0.resume() }
        return batch
    }

    /// A savepoint by hand: GRDB's own clears its statement cache's transaction observers at each use, which costs more
    /// than the statements of a small write.
    private static func inSavepoint<Value>(
        _ db: Database, _ body: (Database) throws -> Value
    ) throws -> Value {
        try db.cachedStatement(sql: "SAVEPOINT job").execute()
        do {
            let value = try body(db)
            try db.cachedStatement(sql: "RELEASE job").execute()
            return value
        } catch {
            try db.cachedStatement(sql: "ROLLBACK TO job").execute()
            try db.cachedStatement(sql: "RELEASE job").execute()
            throw error
        }
    }
}

/// Holds a result between its transaction and its commit.
private final class Slot<Value: Sendable>: Sendable {
    let outcome = Mutex<Result<Value, any Error>?>(nil)
}

/// A job was finished without having been performed: a fault of ours.
private struct NeverRan: Error {}

import Dispatch
import GRDB
import Synchronization

/// Runs writes in batches, a transaction a batch, on the writer's own queue.
final class GroupCommit: Sendable {
    private struct State {
        var waiting: [any Job] = []
        var isRunning = false
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// More than this in one transaction makes the first wait for the last without saving anything.
    private static let largestBatch = 512

    private let pool: DatabasePool
    private let queue = DispatchQueue(label: "rivulet.database.commits", qos: .userInitiated)
    private let state = Mutex(State())

    init(pool: DatabasePool) {
        self.pool = pool
    }

    func run<Value: Sendable>(
        undo: EmulatorDatabase.Undo, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { submit(Write(undo: undo, body: body, continuation: $0)) }
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

    private func submit(_ job: any Job) {
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
                try pool.writeWithoutTransaction { try Self.commit(batch, $0) }
            } catch {
                failure = error
            }
            for job in batch { job.finish(failure) }
        }
    }

    private static func commit(_ batch: [any Job], _ db: Database) throws {
        try db.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
        do {
            for job in batch { try job.perform(db) }
            try db.cachedStatement(sql: "COMMIT").execute()
        } catch {
            if db.isInsideTransaction { try db.cachedStatement(sql: "ROLLBACK").execute() }
            throw error
        }
    }

    private func nextBatch() -> [any Job]? {
        let (batch, idle): ([any Job]?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                defer { state.idleWaiters = [] }
                return (nil, state.idleWaiters)
            }
            guard state.waiting.count > Self.largestBatch else {
                defer { state.waiting = [] }
                return (state.waiting, [])
            }
            let batch = Array(state.waiting.prefix(Self.largestBatch))
            state.waiting.removeFirst(batch.count)
            return (batch, [])
        }
        idle.forEach { $0.resume() }
        return batch
    }
}

/// One waiting write. `perform` does its work inside the open transaction, `finish` answers after the commit.
private protocol Job: AnyObject, Sendable {
    /// - Throws: what the whole transaction must fail with.
    func perform(_ db: Database) throws
    func finish(_ commitFailure: (any Error)?)
}

// The outcome is written and read on the commit queue only.
private final class Write<Value: Sendable>: Job, @unchecked Sendable {
    private let undo: EmulatorDatabase.Undo
    private let body: @Sendable (Database) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>
    private var outcome: Result<Value, any Error> = .failure(NeverRan())

    init(
        undo: EmulatorDatabase.Undo, body: @escaping @Sendable (Database) throws -> Value,
        continuation: CheckedContinuation<Value, any Error>
    ) {
        self.undo = undo
        self.body = body
        self.continuation = continuation
    }

    func perform(_ db: Database) throws {
        let changes = db.totalChangesCount
        outcome = Result { undo == .savepoint ? try inSavepoint(db) : try body(db) }
        guard case .failure(let error) = outcome else { return }
        let isHalfDone = undo == .none && db.totalChangesCount != changes
        // Some failures of SQLite, as a full disk, end the transaction by themselves.
        if isHalfDone || !db.isInsideTransaction { throw error }
    }

    func finish(_ commitFailure: (any Error)?) {
        if let commitFailure {
            continuation.resume(throwing: commitFailure)
        } else {
            continuation.resume(with: outcome)
        }
    }

    /// A savepoint by hand: GRDB's own clears its statement cache's transaction observers at each use, which costs more
    /// than the statements of a small write.
    private func inSavepoint(_ db: Database) throws -> Value {
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

/// A job was finished without having been performed: a fault of ours.
private struct NeverRan: Error {}

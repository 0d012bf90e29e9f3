import EmulatorDatabase
import Synchronization

/// Takes out what deleted tables and indexes leave behind, a piece at a time beside other writes.
final class Purge: Sendable {
    private let database: EmulatorDatabase
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Rows that one transaction takes out.
    private static let piece = 1000

    init(database: EmulatorDatabase) {
        self.database = database
    }

    /// Begins to take out what there is, after whatever piece is under way.
    func start() {
        task.withLock { task in
            let before = task
            task = Task { [database] in
                await before?.value
                // A failure here is a failure of the state file, which the next request reports; what is left is taken
                // out after the next deletion or start.
                while !Task.isCancelled {
                    let isDone = try? await database.write { try DynamoDBStore($0).purge(limit: Self.piece) }
                    if isDone ?? true { return }
                }
            }
        }
    }

    /// Stops after the piece that is under way; the next start goes on.
    func stop() async {
        task.withLock { $0 }?.cancel()
        await finished()
    }

    /// Returns once nothing is left to take out, or the purge was stopped.
    func finished() async {
        await task.withLock { $0 }?.value
    }
}

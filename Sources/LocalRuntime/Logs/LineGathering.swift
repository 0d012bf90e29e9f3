import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Synchronization

/// What is appended to a stream.
package enum LogText: Sendable {
    case line(String)
    /// Lines of the platform's own, put into words when they are written: nobody waits for that.
    case later(@Sendable () -> [String])

    /// One for each of its lines.
    package var lines: [String] {
        switch self {
        case .line(let line): [line]
        case .later(let lines): lines()
        }
    }
}

/// Gathers lines in memory and writes them together: one that a function has printed in the last fraction of a second
/// before a `kill -9` may be lost, as in AWS.
final class LineGathering: Sendable {
    private struct Line: Sendable {
        var group: LogGroupID
        var stream: String
        var timestamp: Timestamp
        var text: LogText
    }

    private struct State {
        var lines: [Line] = []
        var isScheduled = false
        /// The last write; the next one waits for it, so that lines keep their order.
        var write: Task<Void, Never>?
    }

    /// One stream's lines of a batch.
    private struct Place: Hashable {
        var group: LogGroupID
        var stream: String
    }

    /// How long lines gather before they are written. Of real time: what gathers them is a process.
    private static let gathering: Duration = .milliseconds(50)

    private let database: EmulatorDatabase
    private let clock: any Timekeeper
    private let noteExpiry: @Sendable (Timestamp) -> Void
    private let state = Mutex(State())

    /// - Parameter noteExpiry: is told when the first of the lines written will have outlived its group's retention.
    init(database: EmulatorDatabase, clock: any Timekeeper, noteExpiry: @escaping @Sendable (Timestamp) -> Void) {
        self.database = database
        self.clock = clock
        self.noteExpiry = noteExpiry
    }

    func append(_ text: LogText, to stream: String, of group: LogGroupID, at timestamp: Timestamp) {
        let line = Line(group: group, stream: stream, timestamp: timestamp, text: text)
        let mustSchedule = state.withLock { state in
            state.lines.append(line)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        guard mustSchedule else { return }
        Task {
            try? await Task.sleep(for: Self.gathering)
            await flush()
        }
    }

    /// Returns once every line appended so far is written.
    func flush() async {
        let write = state.withLock { state in
            state.isScheduled = false
            guard !state.lines.isEmpty else { return state.write }
            let task = Task { [before = state.write] in
                await before?.value
                await self.writeLines()
            }
            state.write = task
            return task
        }
        await write?.value
    }

    private func writeLines() async {
        let lines = state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
        guard !lines.isEmpty else { return }
        let now = clock.now
        do {
            let expiry = try await database.write { db in
                let store = LogsStore(db)
                let places = Dictionary(grouping: lines) { Place(group: $0.group, stream: $0.stream) }
                return try places.compactMap { place, lines in
                    try store.append(
                        lines.flatMap { line in line.text.lines.map { (line.timestamp, $0) } }, to: place.stream,
                        of: place.group, now: now)
                }.min()
            }
            if let expiry { noteExpiry(expiry) }
        } catch {
            FaultLog.note(LinesLost(count: lines.count, cause: error))
        }
    }
}

/// Lines could not be written: the state file failed.
private struct LinesLost: Error, CustomStringConvertible {
    var count: Int
    var cause: any Error

    var description: String { "\(count) log lines were lost: \(cause)" }
}

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
    private struct Place: Hashable {
        var group: LogGroupID
        var stream: String
    }

    private struct Line: Sendable {
        var place: Place
        var timestamp: Timestamp
        var text: LogText
    }

    private struct State {
        var lines: [Line] = []
        var isScheduled = false
        /// The last write; the next one waits for it, so that lines keep their order.
        var write: Task<Void, Never>?
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
        let line = Line(place: Place(group: group, stream: stream), timestamp: timestamp, text: text)
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
                var insertions = Insertions(store: LogsStore(db), now: now)
                var courtesy = Attention.Courtesy()
                for line in lines {
                    courtesy.giveWay()
                    try insertions.add(line)
                }
                return try insertions.finish()
            }
            if let expiry { noteExpiry(expiry) }
        } catch {
            FaultLog.note(LinesLost(count: lines.count, cause: error))
        }
    }
}

extension LineGathering {
    /// The lines of one write, each on its way into its stream.
    private struct Insertions {
        let store: LogsStore
        let now: Timestamp
        private var numbers: [Place: Int] = [:]
        private var insertions: [LogsStore.Insertion?] = []
        /// Lines of one stream often come together.
        private var latest: (place: Place, number: Int)?

        init(store: LogsStore, now: Timestamp) {
            (self.store, self.now) = (store, now)
        }

        mutating func add(_ line: Line) throws {
            let number = try number(of: line.place)
            for text in line.text.lines { try insertions[number]?.add(text, at: line.timestamp) }
        }

        /// - Returns: when the first of the lines will have outlived its group's retention.
        func finish() throws -> Timestamp? {
            try insertions.compactMap { try $0?.finish() }.min()
        }

        private mutating func number(of place: Place) throws -> Int {
            if let latest, latest.place == place { return latest.number }
            let number = try numbers[place] ?? open(place)
            latest = (place, number)
            return number
        }

        private mutating func open(_ place: Place) throws -> Int {
            insertions.append(try store.insertion(into: place.stream, of: place.group, now: now))
            numbers[place] = insertions.count - 1
            return insertions.count - 1
        }
    }
}

/// Lines could not be written: the state file failed.
private struct LinesLost: Error, CustomStringConvertible {
    var count: Int
    var cause: any Error

    var description: String { "\(count) log lines were lost: \(cause)" }
}

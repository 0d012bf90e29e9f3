import CLinux
import EmulatorDatabase
import EmulatorHTTP
import Foundation
import Synchronization

/// An emulator whose whole state may be saved, replaced and emptied while it listens: the services end as for a stop, the
/// folder is worked on, and new ones begin on it. Clients wait meanwhile; to them it is one emulator.
final class EmulatorHost: Sendable {
    private let options: Emulator.Options
    private let state: StateFolder
    private let controlToken = ControlToken()
    private let door = Door()
    private let current: Mutex<(emulator: Emulator?, endpoint: String)> = Mutex((nil, ""))
    private let isPausing = Mutex(false)
    private let failures = AsyncStream<any Error>.makeStream()

    /// Takes the state folder; nothing runs yet.
    init(_ options: Emulator.Options) throws {
        self.options = options
        state = try StateFolder(at: options.state)
    }

    /// The emulator that runs now.
    var emulator: Emulator? { current.withLock { $0.emulator } }

    /// Answers calls while `body` runs; `body` gets the endpoint URL, at which calls are answered by then.
    ///
    /// - Throws: also what kept the emulator from going on after a pause.
    func serve(while body: @escaping @Sendable (_ endpoint: String) async throws -> Void) async throws {
        let first = try await makeEmulator()
        let door = door
        try await HTTPServer.serve(port: options.port, respond: { await door.respond(to: $0) }) { port in
            let endpoint = "http://127.0.0.1:\(port)"
            try await self.begin(first, at: endpoint)
            try first.announceControl(endpoint)
            rivulet_release_code()
            let outcome = await Result { () async throws in try await self.untilFailure { try await body(endpoint) } }
            ControlFile.remove(in: self.state.url)
            try await self.emulator?.end()
            try outcome.get()
        }
    }

    /// Does `work` on the state's folder between two lives of the emulator.
    ///
    /// - Parameter patience: how long functions may take to come to rest.
    /// - Throws: `ControlError.notAtRest` when they do not; whatever `work` throws.
    func whilePaused<Value>(patience: Duration, _ work: (Snapshots) throws -> Value) async throws -> Value {
        let isMine = isPausing.withLock { isPausing in
            defer { isPausing = true }
            return !isPausing
        }
        guard isMine else { throw ControlError.stateIsBeingChanged }
        defer { isPausing.withLock { $0 = false } }
        guard let emulator else { throw ControlError.stateIsBeingChanged }
        try await Rest(emulator: emulator, door: door, patience: patience).reach()
        do {
            current.withLock { $0.emulator = nil }
            try await emulator.end()
            let outcome = Result { try work(Snapshots(of: state, schema: Emulator.schema)) }
            try await begin(try await makeEmulator(), at: current.withLock { $0.endpoint })
            return try outcome.get()
        } catch  where self.emulator == nil {
            failures.continuation.yield(error)
            throw error
        }
    }

    func snapshots() throws -> [Snapshots.Entry] {
        try Snapshots(of: state, schema: Emulator.schema).list()
    }

    private func makeEmulator() async throws -> Emulator {
        try await Emulator(options, state: state, controlToken: controlToken, subjects: StateControl.subjects(of: self))
    }

    private func begin(_ emulator: Emulator, at endpoint: String) async throws {
        try await emulator.start(at: endpoint)
        current.withLock { $0 = (emulator, endpoint) }
        door.open(to: emulator.gateway)
    }

    private func untilFailure(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await body() }
            group.addTask { [failures] in
                for await failure in failures.stream { throw failure }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

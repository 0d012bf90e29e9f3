import Foundation
import HTTPTransport

/// The emulator of `--target local`: one that runs, or a new one.
struct LocalEmulator: Sendable {
    private let state: String
    private let http: any HTTPClient

    init(state: String, http: any HTTPClient = CurlClient()) {
        self.state = URL(filePath: state).path
        self.http = http
    }

    /// The URL of a running emulator: the named one, or the one that left its address in the state folder. Without
    /// either, one is started on that folder, and outlives this program.
    ///
    /// - Throws: `LocalEmulatorError`.
    func endpoint(named: String?) async throws -> String {
        if let named {
            guard await answers(named) else { throw LocalEmulatorError.silent(named) }
            return named
        }
        if let running = announced(), await answers(running) { return running }
        return try await start()
    }

    private func announced() -> String? {
        struct Control: Decodable { let endpoint: String }
        return FileManager.default.contents(atPath: "\(state)/control.json").flatMap {
            try? JSONDecoder().decode(Control.self, from: $0).endpoint
        }
    }

    private func answers(_ endpoint: String) async -> Bool {
        let health = HTTPRequest(url: "\(endpoint)/_rivulet/health", timeout: .seconds(5))
        return (try? await http.send(health).status) == 200
    }

    /// The shell ends at once and leaves the emulator in a session of its own, with no handle of ours.
    private func start() async throws -> String {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
            path: "rivulet-local")
        let executable = FileManager.default.isExecutableFile(atPath: beside.path) ? beside.path : "rivulet-local"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let shell = Program("/bin/sh", environment: ProcessInfo.processInfo.environment, folder: "/")
        let script = #"setsid "$0" up --state "$1" </dev/null >"$1/../emulator.log" 2>&1 &"#
        _ = try await shell.collect(["-c", script, executable, state])
        for _ in 0..<100 {
            if let endpoint = announced(), await answers(endpoint) { return endpoint }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw LocalEmulatorError.notStarted(log: "\(state)/../emulator.log")
    }
}

enum LocalEmulatorError: Error, Equatable {
    case silent(String)
    case notStarted(log: String)
}

extension LocalEmulatorError: CustomStringConvertible {
    var description: String {
        switch self {
        case .silent(let endpoint): "No emulator answers at \(endpoint). Start one with `rivulet-local up`."
        case .notStarted(let log): "The emulator did not start within 10 s; \(log) tells why."
        }
    }
}

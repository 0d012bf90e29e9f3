import AWSProtocol
import ArgumentParser
import CloudWatchLogs
import EmulatorClock
import EmulatorDatabase
import EmulatorHTTP
import Foundation

/// Where `logs` reads: from a running emulator over CloudWatch Logs' own wire, or from a state folder that none runs on.
struct LogSource {
    private enum Place {
        case emulator(endpoint: String, options: ControlOptions)
        case folder(LogsService, clock: VirtualClock, lock: StateFolder)
    }

    private let place: Place

    /// - Throws: `ValidationError` that says what to do when there is neither emulator nor folder.
    static func open(_ options: ControlOptions) async throws -> LogSource {
        let folder = URL(filePath: options.state, directoryHint: .isDirectory)
        let environment = ProcessInfo.processInfo.environment["AWS_ENDPOINT_URL"]
        if let endpoint = options.endpoint ?? ControlFile.read(in: folder)?.endpoint {
            return LogSource(place: .emulator(endpoint: endpoint, options: options))
        }
        let database = folder.appending(path: "rivulet.sqlite")
        guard FileManager.default.fileExists(atPath: database.path) else {
            if let environment { return LogSource(place: .emulator(endpoint: environment, options: options)) }
            throw ValidationError(
                "No emulator runs on \(options.state), and the folder holds no state. Start one with `rivulet-local up`, "
                    + "or name another folder with --state.")
        }
        let lock = try StateFolder(at: folder)
        let file = try EmulatorDatabase(at: database, schema: ClockStore.schema + LogsService.schema)
        let clock = try await ClockStore(database: file).load()
        return LogSource(place: .folder(LogsService(database: file, clock: clock), clock: clock, lock: lock))
    }

    /// Whether further lines may come.
    var isLive: Bool {
        if case .emulator = place { true } else { false }
    }

    /// The time of the emulator's clock; the machine's where its token is not known.
    func now() async throws -> Timestamp {
        switch place {
        case .folder(_, let clock, _): return clock.now
        case .emulator(_, let options):
            guard let client = try? ControlClient(options) else { return .wallClock }
            return try await client.call("GET", "clock")["now"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? .wallClock
        }
    }

    /// - Throws: `ControlRefusal` with the service's own words when it refuses the call.
    func call(_ operation: String, _ members: JSONObject) async throws -> JSONValue {
        var request = Self.request(operation, members)
        let response: HTTPResponse
        switch place {
        case .emulator(let endpoint, let options):
            request.headers[ControlRoutes.tokenHeader] = ControlFile.token(for: endpoint, state: options.state)
            response = try await Self.post(request, to: endpoint)
        case .folder(let logs, _, _):
            response = await logs.respond(
                to: AWSRequest(
                    http: request, scope: CredentialScope(service: "logs"), requestID: RequestID.random(), host: ""))
        }
        let answer = (try? JSONValue(parsing: response.bytes)) ?? [:]
        guard response.status == 200 else {
            throw ControlRefusal(
                (answer["message"]?.string ?? "status \(response.status)")
                    + (answer["__type"] == "ResourceNotFoundException"
                        ? " A function has a log group once it has run; `aws logs describe-log-groups` lists them."
                        : ""))
        }
        return answer
    }

    private static func request(_ operation: String, _ members: JSONObject) -> HTTPRequest {
        HTTPRequest(
            method: "POST", path: "/",
            headers: [
                "X-Amz-Target": "Logs_20140328.\(operation)", "Content-Type": AWSJSON.Version.v1_1.rawValue,
                "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, "
                    + "SignedHeaders=host, Signature=0",
            ], body: .bytes(JSONValue.object(members).bytes))
    }

    private static func post(_ request: HTTPRequest, to endpoint: String) async throws -> HTTPResponse {
        guard let url = URL(string: endpoint), let host = url.host else {
            throw ValidationError("'\(endpoint)' is no URL; give --endpoint as http://host:port.")
        }
        do {
            return try await HTTPClient.send(request, host: host, port: url.port ?? 80)
        } catch let error as HTTPClientError {
            throw ValidationError("\(error)")
        }
    }
}

import AWSProtocol
import ArgumentParser
import EmulatorHTTP
import Foundation

/// Which running emulator a verb speaks to, and how it prints.
struct ControlOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("State folder of the emulator; its control.json tells where it answers.", valueName: "DIR"))
    var state = ".rivulet/state"

    @Option(
        help: ArgumentHelp(
            "The emulator's URL, instead of the one in the state folder; RIVULET_CONTROL_TOKEN may hold its token.",
            valueName: "URL"))
    var endpoint: String?

    @Flag(help: "Print the answer as JSON.")
    var json = false

    /// Calls a control route and prints its answer: as JSON, or as `text` makes of it.
    func run(
        _ method: String, _ path: String, _ body: JSONObject = [:], text: (JSONValue) throws -> String
    ) async throws {
        let answer = try await ControlClient(self).call(method, path, body)
        print(json ? answer.text : try text(answer))
    }
}

/// A verb's way to the emulator.
struct ControlClient {
    private let base: String
    private let token: String

    /// - Throws: `ValidationError` that tells how to start one, when no emulator is known.
    init(_ options: ControlOptions) throws {
        let file = ControlFile.read(in: URL(filePath: options.state, directoryHint: .isDirectory))
        let given = ProcessInfo.processInfo.environment["RIVULET_CONTROL_TOKEN"]
        guard let base = options.endpoint ?? file?.endpoint else {
            throw ValidationError(
                "No emulator runs on \(options.state). Start one with `rivulet-local up --state \(options.state)`, or "
                    + "name the folder of a running one with --state.")
        }
        guard let token = given ?? file?.token else {
            throw ValidationError(
                "No token for \(base). Name its state folder with --state, or set RIVULET_CONTROL_TOKEN.")
        }
        self.base = base
        self.token = token
    }

    func call(_ method: String, _ path: String, _ body: JSONObject = [:]) async throws -> JSONValue {
        guard let url = URL(string: base), let host = url.host else {
            throw ValidationError("'\(base)' is no URL; give --endpoint as http://host:port.")
        }
        var request = HTTPRequest(
            method: method, path: ControlRoutes.prefix + path, headers: [ControlRoutes.tokenHeader: token])
        if method == "POST" {
            request.headers.add("Content-Type", "application/json")
            request.body = .bytes(JSONValue.object(body).bytes)
        }
        let (status, bytes) = try await send(request, host: host, port: url.port ?? 80)
        guard let answer = try? JSONValue(parsing: bytes) else {
            throw ValidationError("What answers at \(base) is no emulator (status \(status)).")
        }
        guard status == 200 else {
            throw ControlRefusal(answer["message"]?.string ?? "status \(status)", code: answer["error"]?.string)
        }
        return answer
    }

    private func send(_ request: HTTPRequest, host: String, port: Int) async throws -> (status: Int, bytes: [UInt8]) {
        do {
            let response = try await HTTPClient.send(request, host: host, port: port)
            return (response.status, response.bytes)
        } catch let error as HTTPClientError {
            throw ValidationError("\(error)")
        }
    }
}

/// A refusal of the emulator's, in its own words.
struct ControlRefusal: Error, CustomStringConvertible {
    let description: String
    let code: String?

    init(_ description: String, code: String? = nil) {
        self.description = description
        self.code = code
    }
}

import AWSProtocol
import ArgumentParser
import Foundation
import FoundationNetworking

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
    /// A run-until-idle may take its time.
    private static let timeout = 3_600.0

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
        guard let url = URL(string: "\(base)\(ControlRoutes.prefix)\(path)") else {
            throw ValidationError("'\(base)' is no URL; give --endpoint as http://host:port.")
        }
        var request = URLRequest(url: url, timeoutInterval: Self.timeout)
        request.httpMethod = method
        request.setValue(token, forHTTPHeaderField: ControlRoutes.tokenHeader)
        if method == "POST" {
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(JSONValue.object(body).bytes)
        }
        let (status, bytes) = try await send(request)
        guard let answer = try? JSONValue(parsing: bytes) else {
            throw ValidationError("What answers at \(base) is no emulator (status \(status)).")
        }
        guard status == 200 else { throw ControlRefusal(answer["message"]?.string ?? "status \(status)") }
        return answer
    }

    private func send(_ request: URLRequest) async throws -> (status: Int, bytes: [UInt8]) {
        do {
            let (data, response) = try await URLSession.shared.data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, Array(data))
        } catch let error as URLError {
            throw ValidationError(
                "No emulator answers at \(base): \(error.localizedDescription). Start one with `rivulet-local up`.")
        }
    }
}

/// A refusal of the emulator's, in its own words.
struct ControlRefusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

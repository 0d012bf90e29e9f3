import AWSProtocol
import ArgumentParser
import EmulatorHTTP
import Foundation

/// `rivulet-local invoke`
struct Invoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a function once with an event, on an emulator that is up.",
        discussion: """
            The answer goes to standard output, the end of the function's log to standard error. Exit code 1 when the
            function failed.
            """)

    @Argument(help: ArgumentHelp("Name or ARN of the function.", valueName: "FUNCTION"))
    var function: String

    @Option(
        help: ArgumentHelp("File with the event, e.g. events/extract-schedule.json; {} without it.", valueName: "FILE"))
    var event: String?

    @Option(help: ArgumentHelp("The event itself, instead of a file.", valueName: "JSON"))
    var payload: String?

    @Option(help: ArgumentHelp("The emulator; AWS_ENDPOINT_URL or http://127.0.0.1:4566 by default.", valueName: "URL"))
    var endpoint: String?

    func run() async throws {
        let base = endpoint ?? ProcessInfo.processInfo.environment["AWS_ENDPOINT_URL"] ?? "http://127.0.0.1:4566"
        guard let url = URL(string: base), let host = url.host else {
            throw ValidationError("'\(base)' is no URL; give --endpoint as http://host:port.")
        }
        let path = "/2015-03-31/functions/\(PercentEncoding.encode(function))/invocations"
        let token = ControlFile.token(for: base, state: ".rivulet/state")
        let answer = try await Self.post(try eventBytes(), to: path, host: host, port: url.port ?? 80, token: token)
        if let log = answer.log { FileHandle.standardError.write(log) }
        FileHandle.standardOutput.write(answer.body + Data("\n".utf8))
        if answer.status >= 300 || answer.functionError != nil { throw ExitCode.failure }
    }

    func validate() throws {
        if event != nil, payload != nil { throw ValidationError("Give --event or --payload, not both.") }
    }

    private func eventBytes() throws -> Data {
        guard let event else { return Data((payload ?? "{}").utf8) }
        guard let data = FileManager.default.contents(atPath: event) else {
            throw ValidationError("Cannot read the event file \(event).")
        }
        return data
    }

    private struct Answer {
        var status: Int
        var functionError: String?
        var log: Data?
        var body: Data
    }

    private static func post(
        _ payload: Data, to path: String, host: String, port: Int, token: String?
    ) async throws -> Answer {
        let signature =
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0"
        var request = HTTPRequest(
            method: "POST", path: path, headers: ["X-Amz-Log-Type": "Tail", "Authorization": signature],
            body: .bytes([UInt8](payload)))
        request.headers[ControlRoutes.tokenHeader] = token
        do {
            let response = try await HTTPClient.send(request, host: host, port: port)
            return Answer(
                status: response.status, functionError: response.headers["X-Amz-Function-Error"],
                log: response.headers["X-Amz-Log-Result"].flatMap { Data(base64Encoded: $0) },
                body: Data(response.bytes))
        } catch let error as HTTPClientError {
            throw ValidationError("\(error)")
        }
    }
}

import ArgumentParser
import Foundation
import FoundationNetworking

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
        guard let name = function.addingPercentEncoding(withAllowedCharacters: .alphanumerics),
            let url = URL(string: "\(base)/2015-03-31/functions/\(name)/invocations")
        else { throw ValidationError("'\(base)' is no URL; give --endpoint as http://host:port.") }
        let answer = try await Self.post(try eventBytes(), to: url)
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

    private static func post(_ payload: Data, to url: URL) async throws -> Answer {
        var request = URLRequest(url: url, timeoutInterval: 900)
        request.httpMethod = "POST"
        request.httpBody = payload
        request.setValue("Tail", forHTTPHeaderField: "X-Amz-Log-Type")
        request.setValue(
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0",
            forHTTPHeaderField: "Authorization")
        do {
            let (body, response) = try await URLSession.shared.data(for: request)
            let http = response as? HTTPURLResponse
            return Answer(
                status: http?.statusCode ?? 0,
                functionError: http?.value(forHTTPHeaderField: "X-Amz-Function-Error"),
                log: http?.value(forHTTPHeaderField: "X-Amz-Log-Result").flatMap { Data(base64Encoded: $0) }, body: body
            )
        } catch let error as URLError {
            throw ValidationError(
                "No emulator answers at \(url.scheme ?? "http")://\(url.host ?? "")\(url.port.map { ":\($0)" } ?? ""): "
                    + "\(error.localizedDescription). Start one with `rivulet-local up`.")
        }
    }
}

import AWSClient
import Foundation
import HTTPTransport

/// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
extension AWSAccess {
    struct Alias: Sendable, Equatable, Decodable {
        struct Routing: Sendable, Equatable, Decodable {
            let AdditionalVersionWeights: [String: Double]?
        }

        let FunctionVersion: String
        let RoutingConfig: Routing?

        /// The versions beside the alias's own, with their shares.
        var weights: [String: Double] { RoutingConfig?.AdditionalVersionWeights ?? [:] }
    }

    struct Configuration: Sendable, Equatable, Decodable {
        let Version: String
        let CodeSha256: String
        let State: String?
        let LastUpdateStatus: String?
        let Architectures: [String]?
    }

    /// What an invocation gave.
    struct Answer: Sendable {
        let payload: [UInt8]
        /// `Handled` or `Unhandled` when the function failed.
        let error: String?
        /// The log's last 4 KiB.
        let log: String
        let version: String?
    }

    private static let functions = "/2015-03-31/functions"

    func alias(_ name: String, of function: String) async throws -> Alias {
        try decode(
            await send("lambda", "GET", "\(Self.functions)/\(function.uriEncoded())/aliases/\(name.uriEncoded())"))
    }

    /// Points an alias to one version alone.
    func pointAlias(_ name: String, of function: String, to version: String) async throws {
        struct Input: Encodable {
            struct Routing: Encodable { let AdditionalVersionWeights: [String: Double] }
            let FunctionVersion: String
            let RoutingConfig: Routing
        }
        let input = Input(FunctionVersion: version, RoutingConfig: .init(AdditionalVersionWeights: [:]))
        try await send(
            "lambda", "PUT", "\(Self.functions)/\(function.uriEncoded())/aliases/\(name.uriEncoded())",
            headers: ["Content-Type": "application/json"], body: [UInt8](try JSONEncoder().encode(input)))
    }

    /// The published versions' numbers, oldest first.
    func versions(of function: String) async throws -> [Int] {
        struct Page: Decodable {
            let Versions: [Configuration]
            let NextMarker: String?
        }
        var (found, marker) = ([Int](), String?.none)
        repeat {
            let query = marker.map { "?Marker=\($0.uriEncoded())" } ?? ""
            let page: Page = try decode(
                await send("lambda", "GET", "\(Self.functions)/\(function.uriEncoded())/versions\(query)"))
            found += page.Versions.compactMap { Int($0.Version) }
            marker = page.NextMarker
        } while marker?.isEmpty == false
        return found.sorted()
    }

    func configuration(of function: String, qualifier: String) async throws -> Configuration {
        try decode(
            await send(
                "lambda", "GET",
                "\(Self.functions)/\(function.uriEncoded())/configuration?Qualifier=\(qualifier.uriEncoded())"))
    }

    /// Runs a function once; with `isDryRun` AWS only looks whether it would.
    func invoke(
        _ function: String, qualifier: String, payload: [UInt8], isDryRun: Bool = false
    ) async throws -> Answer {
        let response = try await send(
            "lambda", "POST",
            "\(Self.functions)/\(function.uriEncoded())/invocations?Qualifier=\(qualifier.uriEncoded())",
            headers: ["X-Amz-Invocation-Type": isDryRun ? "DryRun" : "RequestResponse", "X-Amz-Log-Type": "Tail"],
            body: payload, timeout: .seconds(900))
        let log = response.headers["X-Amz-Log-Result"].flatMap { Data(base64Encoded: $0) } ?? Data()
        return Answer(
            payload: response.body, error: response.headers["X-Amz-Function-Error"],
            log: String(decoding: log, as: UTF8.self), version: response.headers["X-Amz-Executed-Version"])
    }

    /// The account's limit of invocations at once.
    func concurrencyLimit() async throws -> Int {
        struct Answer: Decodable {
            struct Limit: Decodable { let ConcurrentExecutions: Int }
            let AccountLimit: Limit
        }
        let answer: Answer = try decode(await send("lambda", "GET", "/2016-08-19/account-settings/"))
        return answer.AccountLimit.ConcurrentExecutions
    }

    private func decode<Output: Decodable>(_ response: HTTPResponse) throws -> Output {
        try JSONDecoder().decode(Output.self, from: Data(response.body))
    }
}

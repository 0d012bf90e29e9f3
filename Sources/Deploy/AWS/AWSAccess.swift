import AWSClient
import Foundation
import HTTPTransport

/// Signed calls of the services that functions have no client for.
struct AWSAccess: Sendable {
    let region: String
    private let credentials: Credentials
    private let environment: [String: String]
    private let http: any HTTPClient

    /// Reads the same variables as every SDK.
    ///
    /// - Throws: `AWSConfigurationError` with the variable's name.
    init(environment: [String: String], http: (any HTTPClient)? = nil) throws {
        let configuration = try AWSConfiguration(environment: environment)
        region = configuration.region
        credentials = configuration.credentials
        self.environment = environment
        self.http = http ?? CurlClient(trust: TrustStore(environment: environment))
    }

    /// An operation of a service that speaks JSON.
    ///
    /// - Parameters:
    ///   - service: the name in host and credential scope, such as `logs`.
    ///   - target: prefix and operation, such as `Logs_20140328.FilterLogEvents`.
    func json<Output: Decodable>(
        _ service: String, _ target: String, version: String = "1.1", _ input: some Encodable,
        answer: Output.Type = Output.self
    ) async throws -> Output {
        let response = try await send(
            service, "POST", "/",
            headers: ["Content-Type": "application/x-amz-json-\(version)", "X-Amz-Target": target],
            body: [UInt8](try JSONEncoder().encode(input)))
        return try JSONDecoder().decode(Output.self, from: Data(response.body))
    }

    /// One signed request.
    ///
    /// - Parameter path: encoded, with its query.
    /// - Throws: `AWSRefusal` for every status from 300 on, `HTTPTransportError` without an answer.
    @discardableResult
    func send(
        _ service: String, _ method: String, _ path: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(30)
    ) async throws -> HTTPResponse {
        let request = HTTPRequest(
            method: method, url: endpoint(of: service) + path, headers: headers, body: body, timeout: timeout)
        let signer = SigV4(credentials: credentials, region: region, service: service)
        let response = try await http.send(signer.sign(request, at: Date()))
        guard response.status < 300 else { throw AWSRefusal(service: service, response) }
        return response
    }

    private func endpoint(of service: String) -> String {
        let named = environment["AWS_ENDPOINT_URL_\(service.uppercased())"] ?? environment["AWS_ENDPOINT_URL"] ?? ""
        let url = named.isEmpty ? "https://\(service).\(region).amazonaws.com" : named
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }
}

/// A service's refusal, in AWS's code and words.
struct AWSRefusal: Error, Equatable {
    let service: String
    let status: Int
    let code: String
    let message: String

    init(service: String, _ response: HTTPResponse) {
        struct Body: Decodable {
            let __type: String?
            let message: String?
            let Message: String?
        }
        let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
        let text = String(decoding: response.body, as: UTF8.self)
        let type = response.headers["X-Amzn-ErrorType"] ?? body?.__type ?? element("Code", in: text)
        self.service = service
        status = response.status
        code =
            type.map { String($0.prefix { $0 != ":" }.split(separator: "#").last ?? "") } ?? "HTTP \(response.status)"
        message = body?.message ?? body?.Message ?? element("Message", in: text) ?? "no message"
    }

    /// Whether who calls is not known, or may not call at all.
    var isAboutCredentials: Bool {
        [
            "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "UnrecognizedClientException",
            "IncompleteSignature", "MissingAuthenticationToken", "InvalidSignatureException", "ExpiredTokenException",
        ].contains(code)
    }
}

extension AWSRefusal: CustomStringConvertible {
    var description: String { "\(service) refuses: \(message) (\(code), status \(status))" }
}

/// The text of the first XML element of this name.
func element(_ name: String, in text: String) -> String? {
    guard let open = text.range(of: "<\(name)>"),
        let close = text.range(of: "</\(name)>", range: open.upperBound..<text.endIndex)
    else { return nil }
    return String(text[open.upperBound..<close.lowerBound])
}

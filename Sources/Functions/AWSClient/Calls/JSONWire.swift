import FoundationEssentials
import HTTPTransport

/// AWS JSON 1.0 and 1.1: every operation is a POST to `/` that a header names.
///
/// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
enum JSONWire {
    static func request(_ service: AWSService, _ operation: String, body: [UInt8], at endpoint: Endpoint) -> HTTPRequest
    {
        let (version, target) =
            switch service {
            case .dynamoDB: ("1.0", "DynamoDB_20120810")
            case .secretsManager: ("1.1", "secretsmanager")
            case .sqs: ("1.0", "AmazonSQS")
            case .ssm: ("1.1", "AmazonSSM")
            case .s3: preconditionFailure("S3 speaks XML")
            }
        return HTTPRequest(
            method: "POST", url: endpoint.url(),
            headers: ["Content-Type": "application/x-amz-json-\(version)", "X-Amz-Target": "\(target).\(operation)"],
            body: body)
    }

    static func error(in response: HTTPResponse, _ service: AWSService, operation: String) -> AWSError? {
        guard !(200...299 ~= response.status) else { return nil }
        let body = try? JSONDecoder().decode(ErrorBody.self, from: Data(response.body))
        let type = response.headers["X-Amzn-ErrorType"] ?? body?.type ?? "HTTP\(response.status)"
        return AWSError(
            service: service, operation: operation, code: shapeName(type), message: body?.message ?? "no message",
            status: response.status, requestID: response.headers["X-Amzn-RequestId"],
            retryAfter: response.retryAfter)
    }

    /// `namespace#Name:https://…` to `Name`.
    private static func shapeName(_ type: String) -> String {
        let name = type.prefix { $0 != ":" }
        return String(name.split(separator: "#").last ?? name)
    }

    /// Some services write `message`, some `Message`.
    private struct ErrorBody: Decodable {
        let type: String?
        let message: String?

        private enum CodingKeys: String, CodingKey {
            case type = "__type"
            case message
            case Message
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            type = try container.decodeIfPresent(String.self, forKey: .type)
            let lower = try container.decodeIfPresent(String.self, forKey: .message)
            message = try lower ?? container.decodeIfPresent(String.self, forKey: .Message)
        }
    }
}

extension AWSSession {
    /// Encodes the input, sends it, and decodes the answer.
    func call<Output: Decodable>(
        _ service: AWSService, _ operation: String, _ input: some Encodable, answer: Output.Type = Output.self
    ) async throws -> Output {
        let encoder = JSONEncoder()
        // Sorted, so that the same call is the same bytes.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = [UInt8](try encoder.encode(input))
        let request = JSONWire.request(service, operation, body: body, at: configuration.endpoint(of: service))
        let response = try await send(AWSCall(service: service, operation: operation, request: request))
        do {
            return try JSONDecoder().decode(Output.self, from: Data(response.body))
        } catch let error as DecodingError {
            // Only where it failed: the answer may hold a secret.
            throw AWSCallError.unreadableAnswer(service, operation: operation, reason: error.place)
        }
    }
}

extension DecodingError {
    fileprivate var place: String {
        switch self {
        case .keyNotFound(let key, let context):
            "\((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
        case .dataCorrupted: "it is not valid JSON"
        @unknown default: "it has another shape"
        }
    }
}

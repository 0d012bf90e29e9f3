import AWSProtocol

/// The edge: headers, JSON and errors of the AWS JSON 1.0 protocol as DynamoDB speaks it.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
enum DynamoDBWire {
    private static let targetPrefix = "DynamoDB_20120810"
    private static let streamsTargetPrefix = "DynamoDBStreams_20120810"

    static func operation(of request: HTTPRequest) throws -> DynamoDBOperation {
        guard let name = AWSJSON.operation(of: request, prefix: targetPrefix) else {
            let name = AWSJSON.operation(of: request, prefix: streamsTargetPrefix) ?? ""
            guard let operation = DynamoDBOperation(rawValue: name), operation.isOfStreams else {
                throw DynamoDBError.unknownOperation
            }
            return operation
        }
        if let operation = DynamoDBOperation(rawValue: name), !operation.isOfStreams { return operation }
        guard DynamoDBOperation.notImplemented.contains(name) else { throw DynamoDBError.unknownOperation }
        throw NotImplemented("DynamoDB's \(name)")
    }

    /// Deep enough for AWS to tell of a value of a hundred levels that it has too many.
    private static let maximumDepth = 240

    static func members(of body: [UInt8]) throws -> JSONObject {
        guard let value = try? JSONValue(parsing: body, maximumDepth: Self.maximumDepth) else {
            throw DynamoDBError.serialization(nil)
        }
        guard case .object(let members) = value else {
            throw DynamoDBError.serialization("Start of structure or map found where not expected")
        }
        return members
    }

    static func response(to error: any Error, requestID: String) -> HTTPResponse {
        switch error {
        case let failure as DynamoDBError:
            return refusal(failure.wire, failure.namespace, requestID, messageMember: failure.messageMember)
        case let failure as SerializationFailure:
            return response(to: DynamoDBError.serialization(failure.message), requestID: requestID)
        case let failure as ValidationFailure:
            return response(to: DynamoDBError.validation(failure), requestID: requestID)
        case is CompressionFailure:
            return refusal(
                WireError("InternalServerError", "Internal server error", status: 500),
                DynamoDBError.resourceNotFound.namespace, requestID)
        case is BodyTooLarge:
            return refusal(
                WireError("RequestEntityTooLarge", "The request is larger than 16 MB.", status: 413),
                "com.amazon.coral.service", requestID)
        case let failure as any ServiceError: return refusal(failure.wire, "com.amazon.coral.service", requestID)
        default:
            return refusal(.internalFailure(causedBy: error), "com.amazon.coral.service", requestID)
        }
    }

    /// - Parameter messageMember: the member that holds the message; nil when there is to be none.
    static func refusal(
        _ error: WireError, _ namespace: String, _ requestID: String, messageMember: String? = "message"
    ) -> HTTPResponse {
        var body: JSONObject = ["__type": .string("\(namespace)#\(error.code)")]
        if let messageMember { body.append(messageMember, .string(error.message)) }
        error.details.members.forEach { body.append($0.name, $0.value) }
        return response(JSONValue.object(body).bytes, requestID: requestID, status: error.status)
    }

    /// - Parameter body: JSON.
    static func response(_ body: [UInt8], requestID: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                "Content-Type": AWSJSON.Version.v1_0.rawValue, "x-amzn-RequestId": requestID,
                "x-amz-crc32": "\(CRC.of(body, CRC.crc32))",
            ],
            body: .bytes(body))
    }
}

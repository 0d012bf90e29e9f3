import AWSProtocol

/// AWS JSON 1.0 with the Query protocol's error codes in a header.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
struct SQSWireJSON: SQSProtocol {
    func decode(_ request: AWSRequest, body: [UInt8]) throws -> (SQSOperation, SQSParameters) {
        guard let name = AWSJSON.operation(of: request.http, prefix: "AmazonSQS"),
            let operation = SQSOperation(rawValue: name)
        else { throw SQSError.unknownOperation }
        guard !body.isEmpty else { return (operation, SQSParameters(members: [:])) }
        guard let members = (try? JSONValue(parsing: body))?.object else {
            throw SQSError.serialization("The request is not a JSON object.")
        }
        return (operation, SQSParameters(members: members))
    }

    func encode(_ result: JSONObject, of operation: SQSOperation, requestID: String) -> HTTPResponse {
        guard operation.hasResult || !result.isEmpty else {
            return HTTPResponse(
                headers: ["Content-Type": AWSJSON.Version.v1_0.rawValue, "x-amzn-RequestId": requestID])
        }
        return AWSJSON.response(.object(result), .v1_0, requestID: requestID)
    }

    func encode(_ error: WireError, requestID: String) -> HTTPResponse {
        // What the service's model does not name comes from the framework under it.
        let isModelled = !["Exception", "InvalidAction"].contains { error.code.hasSuffix($0) }
        return AWSJSON.refusal(
            error, .v1_0, namespace: isModelled ? "com.amazonaws.sqs" : "com.amazon.coral.service",
            requestID: requestID)
    }
}

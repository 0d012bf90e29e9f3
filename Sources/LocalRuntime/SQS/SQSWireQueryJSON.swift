import AWSProtocol

/// The Query protocol answered in JSON, for those who ask with forms and accept nothing but JSON, such as integrations of
/// API Gateway.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-create-api-step-by-step.html
struct SQSWireQueryJSON: SQSProtocol {
    private static let contentType = "application/json"

    /// Whether JSON is all that the client accepts. Who names no type, or XML besides, gets XML.
    static func isAccepted(by request: AWSRequest) -> Bool { request.http.headers["accept"] == contentType }

    func decode(_ request: AWSRequest, body: [UInt8]) throws -> (SQSOperation, SQSParameters) {
        try SQSWireQuery().decode(request, body: body)
    }

    func encode(_ result: JSONObject, of operation: SQSOperation, requestID: String) -> HTTPResponse {
        var response = JSONObject()
        if operation.hasResult { response.append("\(operation.rawValue)Result", .object(Self.members(result))) }
        response.append("ResponseMetadata", ["RequestId": .string(requestID)])
        return Self.response(["\(operation.rawValue)Response": .object(response)], status: 200, requestID)
    }

    func encode(_ error: WireError, requestID: String) -> HTTPResponse {
        // What is no operation is answered before anybody asks in which form.
        guard error != SQSError.unknownOperation.wire else {
            return SQSWireQuery().encode(error, requestID: requestID)
        }
        let fault: JSONObject = [
            "Code": .string(error.queryCode ?? error.code), "Message": .string(SQSWireQuery.message(of: error)),
            "Type": .string(SQSWireQuery.type(of: error)),
        ]
        return Self.response(
            ["Error": .object(fault), "RequestId": .string(requestID)], status: error.status, requestID)
    }

    private static func response(_ body: JSONObject, status: Int, _ requestID: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": contentType, "x-amzn-RequestId": requestID],
            body: .bytes(JSONValue.object(body).bytes))
    }

    /// The members under the names that they have here, and maps as lists of pairs.
    private static func members(_ object: JSONObject) -> JSONObject {
        JSONObject(object.members.map { (name($0.name), value($0.value, of: $0.name)) })
    }

    private static func value(_ value: JSONValue, of name: String) -> JSONValue {
        switch value {
        case .array(let values): .array(values.map { self.value($0, of: "") })
        case .object(let object):
            if let map = SQSForm.maps.values.first(where: { $0.member == name }) {
                .array(
                    object.members.map { member in
                        .object(
                            JSONObject([
                                (map.key, .string(member.name)), (map.value, self.value(member.value, of: "")),
                            ]))
                    })
            } else {
                .object(members(object))
            }
        default: value
        }
    }

    private static func name(_ name: String) -> String {
        switch name {
        case "Messages": "messages"
        case "QueueUrls": "queueUrls"
        default: name
        }
    }
}

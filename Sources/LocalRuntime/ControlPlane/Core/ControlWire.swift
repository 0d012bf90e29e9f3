import AWSProtocol

/// How a control-plane service is spoken to.
enum ControlWire: Sendable {
    /// Operation in `X-Amz-Target: <prefix>.<Operation>`, JSON both ways.
    /// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
    case json(prefix: String, AWSJSON.Version = .v1_1)
    /// A form with `Action`, XML back. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
    case query(namespace: String)
    /// Operation in the path, CBOR both ways. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
    case cbor(prefix: String)
    /// CloudWatch speaks all three, and each SDK its own.
    case cloudWatch

    /// The one protocol of this request.
    func resolved(for request: AWSRequest) -> ControlWire {
        guard case .cloudWatch = self else { return self }
        let prefix = "GraniteServiceVersion20100801"
        if request.http.headers["smithy-protocol"] == "rpc-v2-cbor" { return .cbor(prefix: prefix) }
        if request.http.headers["x-amz-target"] != nil { return .json(prefix: prefix, .v1_0) }
        return .query(namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/")
    }

    /// The operation and its parameters; nil when the request names none.
    func decode(_ request: AWSRequest, body: [UInt8]) throws -> (operation: String, parameters: JSONObject)? {
        switch self {
        case .json(let prefix, _):
            guard let operation = AWSJSON.operation(of: request.http, prefix: prefix) else { return nil }
            guard !body.isEmpty else { return (operation, [:]) }
            guard let parameters = (try? JSONValue(parsing: body))?.object else { throw ControlError.unreadable }
            return (operation, parameters)
        case .cbor(let prefix):
            let path = request.http.path.split(separator: "/").map(String.init)
            guard path.count == 4, path[0] == "service", path[1] == prefix, path[2] == "operation" else { return nil }
            guard !body.isEmpty else { return (path[3], [:]) }
            guard let parameters = try CBOR.decode(body).object else { throw ControlError.unreadable }
            return (path[3], parameters)
        case .query, .cloudWatch:
            var parameters = QueryForm(request.query + PercentEncoding.pairs(String(decoding: body, as: UTF8.self)))
                .members
            guard let action = parameters["Action"]?.string else { return nil }
            parameters["Action"] = nil
            parameters["Version"] = nil
            return (action, parameters)
        }
    }

    func encode(_ answer: JSONObject, of operation: String, requestID: String) -> HTTPResponse {
        switch self {
        case .json(_, let version):
            return AWSJSON.response(TimeMembers.inSeconds(.object(answer)), version, requestID: requestID)
        case .cbor: return Self.cbor(.object(answer), status: 200, requestID)
        case .query(let namespace):
            var children = [XMLElement("ResponseMetadata", [XMLElement("RequestId", requestID)])]
            if !answer.isEmpty || Self.emptyResults.contains(operation) {
                children.insert(QueryAnswer.element("\(operation)Result", .object(answer)), at: 0)
            }
            return Self.xml(
                XMLElement("\(operation)Response", attributes: [("xmlns", namespace)], children), status: 200,
                requestID)
        case .cloudWatch: preconditionFailure("a wire is resolved before it answers")
        }
    }

    func encode(_ error: WireError, requestID: String) -> HTTPResponse {
        switch self {
        case .json(let prefix, let version):
            return AWSJSON.refusal(error, version, namespace: prefix, requestID: requestID)
        case .cbor(let prefix):
            let body: JSONValue = ["__type": .string("\(prefix)#\(error.code)"), "message": .string(error.message)]
            return Self.cbor(body, status: error.status, requestID)
        case .query(let namespace):
            let detail = XMLElement(
                "Error",
                [
                    XMLElement("Type", error.isSenderFault ? "Sender" : "Receiver"), XMLElement("Code", error.code),
                    XMLElement("Message", error.message),
                ])
            return Self.xml(
                XMLElement(
                    "ErrorResponse", attributes: [("xmlns", namespace)], [detail, XMLElement("RequestId", requestID)]),
                status: error.status, requestID)
        case .cloudWatch: preconditionFailure("a wire is resolved before it answers")
        }
    }

    /// The operations whose result is an element without members; the others that answer nothing have no element at all.
    /// AWS's Go SDK, and with it Terraform's provider, looks for it.
    private static let emptyResults: Set = ["DeleteDashboards", "TagResource", "UntagResource", "UpdateRole"]

    private static func xml(_ element: XMLElement, status: Int, _ requestID: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "text/xml", "x-amzn-RequestId": requestID],
            body: .bytes(element.document))
    }

    private static func cbor(_ value: JSONValue, status: Int, _ requestID: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                "Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor", "x-amzn-RequestId": requestID,
            ], body: .bytes(CBOR.encode(value)))
    }
}

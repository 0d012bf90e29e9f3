import AWSProtocol

/// The Query protocol: a form in, XML out. It also answers on a queue's own URL, by GET as well as by POST.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
struct SQSWireQuery: SQSProtocol {
    private static let namespace = "http://queue.amazonaws.com/doc/2012-11-05/"

    func decode(_ request: AWSRequest, body: [UInt8]) throws -> (SQSOperation, SQSParameters) {
        let pairs = request.query + PercentEncoding.pairs(String(decoding: body, as: UTF8.self))
        guard let action = pairs.last(where: { $0.name == "Action" })?.value else { throw SQSError.unknownOperation }
        let isOnQueue = request.http.path.split(separator: "/").count >= 2
        guard let operation = SQSOperation(rawValue: action),
            !isOnQueue || (operation != .createQueue && operation != .listQueues)
        else { throw SQSError.invalidAction(action) }
        var members = SQSForm(pairs).members
        if isOnQueue, members["QueueUrl"] == nil {
            members.append("QueueUrl", .string(PercentEncoding.decode(request.http.path) ?? request.http.path))
        }
        // A list without members cannot be told from none.
        if operation.rawValue.hasSuffix("Batch"), members["Entries"] == nil { members.append("Entries", []) }
        // One map bears its name in small letters in this operation only.
        if operation == .createQueue, let tags = members["Tags"] { members.append("tags", tags) }
        return (operation, SQSParameters(members: members))
    }

    func encode(_ result: JSONObject, of operation: SQSOperation, requestID: String) -> HTTPResponse {
        let metadata = XMLElement("ResponseMetadata", [XMLElement("RequestId", requestID)])
        let body =
            operation.hasResult ? [XMLElement("\(operation.rawValue)Result", Self.elements(result, operation))] : []
        return Self.response(
            XMLElement(
                "\(operation.rawValue)Response", attributes: [("xmlns", Self.namespace)], body + [metadata]),
            status: 200, requestID)
    }

    func encode(_ error: WireError, requestID: String) -> HTTPResponse {
        if error == SQSError.unknownOperation.wire {
            return Self.response(XMLElement("UnknownOperationException", []), status: 404, requestID)
        }
        let fault = XMLElement(
            "Error",
            [
                XMLElement("Type", Self.type(of: error)), XMLElement("Code", error.queryCode ?? error.code),
                XMLElement("Message", Self.message(of: error)), XMLElement("Detail", []),
            ])
        return Self.response(
            XMLElement(
                "ErrorResponse", attributes: [("xmlns", Self.namespace)],
                [fault, XMLElement("RequestId", requestID)]),
            status: error.status, requestID)
    }

    static func type(of error: WireError) -> String { error.isSenderFault ? "Sender" : "Receiver" }

    /// This protocol has words of its own for a queue that is not there.
    static func message(of error: WireError) -> String {
        error == SQSError.queueDoesNotExist.wire
            ? "The specified queue does not exist for this wsdl version." : error.message
    }

    private static func response(_ element: XMLElement, status: Int, _ requestID: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "text/xml", "x-amzn-RequestId": requestID],
            body: .bytes(element.document))
    }

    private static func elements(_ object: JSONObject, _ operation: SQSOperation) -> [XMLElement] {
        object.members.flatMap { elements($0.name, $0.value, operation) }
    }

    /// Lists and maps are flat here: an element for each of their members, under a name of its own.
    private static func elements(_ name: String, _ value: JSONValue, _ operation: SQSOperation) -> [XMLElement] {
        switch value {
        case .null: []
        case .bool(let flag): [XMLElement(name, flag ? "true" : "false")]
        case .number(let text), .string(let text): [XMLElement(name, text)]
        case .array(let values): values.flatMap { elements(listMember(name, operation), $0, operation) }
        case .object(let object):
            if let map = SQSForm.maps.first(where: { $0.value.member == name }) {
                object.members.map { member in
                    XMLElement(
                        map.key,
                        [XMLElement(map.value.key, member.name)] + elements(map.value.value, member.value, operation))
                }
            } else {
                [XMLElement(name, elements(object, operation))]
            }
        }
    }

    private static func listMember(_ name: String, _ operation: SQSOperation) -> String {
        switch name {
        case "Messages": "Message"
        case "QueueUrls", "queueUrls": "QueueUrl"
        case "Failed": "BatchResultErrorEntry"
        case "Successful", "Results": "\(operation.rawValue)ResultEntry"
        default: name
        }
    }
}

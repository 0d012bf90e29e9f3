package import AWSProtocol
import Synchronization

/// Calls the services behind the gateway as any client would, in process: the same requests, the same answers.
package final class ServiceTargets: TaskTargets {
    private let services = Mutex<[String: any AWSService]>([:])
    private let tracer: Tracer

    package init(tracer: Tracer = .off) {
        self.tracer = tracer
    }

    /// Makes services reachable. The state machines' own is among them, so this comes after they are all made.
    package func connect(_ connected: [any AWSService]) {
        services.withLock { services in
            for service in connected {
                for name in service.signingNames { services[name] = service }
            }
        }
    }

    package func call(_ call: TaskCall) async -> TaskOutcome {
        switch call.resource {
        case .function(let arn): return await invoke(arn, call, payload: call.input, isWhole: false)
        case .integration(.lambdaInvoke, _): return await invokeWithParameters(call)
        case .integration(.publish, _): return await publish(call)
        case .integration(let integration, _): return await callJSON(integration, call)
        }
    }

    private func invokeWithParameters(_ call: TaskCall) async -> TaskOutcome {
        var name = call.input["FunctionName"]?.string ?? ""
        if let qualifier = call.input["Qualifier"]?.string { name += ":\(qualifier)" }
        return await invoke(name, call, payload: call.input.object?["Payload"] ?? [:], isWhole: true)
    }

    /// - Parameter isWhole: whether the result is the service's whole answer, or the payload alone.
    private func invoke(_ function: String, _ call: TaskCall, payload: JSONValue, isWhole: Bool) async -> TaskOutcome {
        let path = "/2015-03-31/functions/\(PercentEncoding.encode(function))/invocations"
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if isWhole {
            if let type = call.input["InvocationType"]?.string { headers.add("X-Amz-Invocation-Type", type) }
            if let context = call.input["ClientContext"]?.string { headers.add("X-Amz-Client-Context", context) }
            if let type = call.input["LogType"]?.string { headers.add("X-Amz-Log-Type", type) }
        }
        let body = isWhole ? Self.bytes(of: payload) : payload.bytes
        let request = HTTPRequest(method: "POST", path: path, headers: headers, body: .bytes(body))
        let answer = await send(request, to: "lambda", call)
        guard answer.status < 300 else { return Self.failure(of: answer, service: "Lambda") }
        let result = try? JSONValue(parsing: answer.bytes)
        if answer.headers["x-amz-function-error"] != nil { return Self.functionFailure(answer.bytes, result) }
        guard isWhole else { return .succeeded(result ?? .null) }
        var output: JSONObject = ["ExecutedVersion": .string(answer.headers["x-amz-executed-version"] ?? "$LATEST")]
        if let log = answer.headers["x-amz-log-result"] { output.append("LogResult", .string(log)) }
        if let result { output.append("Payload", result) }
        Self.metadata(of: answer).members.forEach { output.append($0.name, $0.value) }
        output.append("StatusCode", .integer(answer.status))
        return .succeeded(.object(output))
    }

    /// Invoke's `Payload` is a blob: a text is its bytes as they stand, and null is none.
    private static func bytes(of payload: JSONValue) -> [UInt8] {
        switch payload {
        case .null: []
        case .string(let text): Array(text.utf8)
        default: payload.bytes
        }
    }

    /// A function's own error: its type is the error's name, its payload the cause.
    /// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation
    private static func functionFailure(_ payload: [UInt8], _ result: JSONValue?) -> TaskOutcome {
        let text = String(decoding: payload, as: UTF8.self)
        guard let type = result?["errorType"]?.string, !type.isEmpty else {
            return .failed(
                error: "Lambda.Unknown",
                cause: "The cause could not be determined because Lambda did not return an error type. "
                    + "Returned payload: \(text)")
        }
        return .failed(error: type, cause: text)
    }

    private func publish(_ call: TaskCall) async -> TaskOutcome {
        var form = ["Action=Publish", "Version=2010-03-31"]
        for member in call.input.object?.members ?? [] where !member.value.isNull {
            guard !["MessageAttributes", "PhoneNumber"].contains(member.name) else {
                return .failed(
                    error: "NotImplemented", cause: "rivulet-local does not pass on sns:publish's \(member.name).")
            }
            let text = member.value.string ?? member.value.text
            form.append("\(member.name)=\(PercentEncoding.encode(text))")
        }
        let request = HTTPRequest(
            method: "POST", path: "/", headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: .bytes(Array(form.joined(separator: "&").utf8)))
        let answer = await send(request, to: "sns", call)
        let text = String(decoding: answer.bytes, as: UTF8.self)
        guard answer.status < 300 else {
            let code = Self.element("Code", in: text) ?? "SnsException"
            return .failed(
                error: "SNS.\(code)Exception", cause: Self.cause(Self.element("Message", in: text), "Sns", answer))
        }
        var output: JSONObject = ["MessageId": .string(Self.element("MessageId", in: text) ?? "")]
        Self.metadata(of: answer).members.forEach { output.append($0.name, $0.value) }
        return .succeeded(.object(output))
    }

    private static func element(_ name: String, in xml: String) -> String? {
        guard let start = xml.firstRange(of: "<\(name)>"), let end = xml.firstRange(of: "</\(name)>"),
            start.upperBound <= end.lowerBound
        else { return nil }
        return String(xml[start.upperBound..<end.lowerBound])
    }

    private func callJSON(_ integration: TaskResource.Integration, _ call: TaskCall) async -> TaskOutcome {
        let (prefix, name) =
            switch integration.service {
            case "dynamodb": ("DynamoDB_20120810", "DynamoDB")
            case "states": ("AWSStepFunctions", "StepFunctions")
            default: ("AmazonSQS", "Sqs")
            }
        let operation = integration.action.prefix(1).uppercased() + integration.action.dropFirst()
        let input = Self.parameters(of: integration, call.input)
        let request = HTTPRequest(
            method: "POST", path: "/",
            headers: ["Content-Type": AWSJSON.Version.v1_0.rawValue, "X-Amz-Target": "\(prefix).\(operation)"],
            body: .bytes(input.bytes))
        let answer = await send(request, to: integration.service, call)
        guard answer.status < 300 else { return Self.failure(of: answer, service: name) }
        var output = (try? JSONValue(parsing: answer.bytes))?.object ?? [:]
        if integration == .startExecution { output = Self.capitalised(output) }
        Self.metadata(of: answer).members.forEach { output.append($0.name, $0.value) }
        return .succeeded(.object(output))
    }

    /// The state machine's parameters as the service has them: what is null is not said, texts where the service
    /// wants texts, its own case.
    private static func parameters(of integration: TaskResource.Integration, _ input: JSONValue) -> JSONValue {
        guard let members = input.object?.members.filter({ !$0.value.isNull }) else { return input }
        let object = JSONObject(members.map { ($0.name, $0.value) })
        switch integration {
        case .sendMessage:
            guard let body = object["MessageBody"] else { return .object(object) }
            return .object(object.replacing("MessageBody", with: .string(body.string ?? body.text)))
        case .startExecution:
            return .object(
                JSONObject(
                    members.map { member in
                        let isText = member.value.string != nil
                        return (
                            member.name.prefix(1).lowercased() + member.name.dropFirst(),
                            isText ? member.value : .string(member.value.text)
                        )
                    }))
        default: return .object(object)
        }
    }

    private static func capitalised(_ object: JSONObject) -> JSONObject {
        JSONObject(object.members.map { ($0.name.prefix(1).uppercased() + $0.name.dropFirst(), $0.value) })
    }

    private func send(_ request: HTTPRequest, to service: String, _ call: TaskCall) async -> HTTPResponse {
        let scope = CredentialScope(accessKeyID: call.account, region: call.region, service: service)
        var request = request
        request.headers.add(Tracer.header, call.trace?.header ?? call.traceHeader)
        let whole = AWSRequest(http: request, scope: scope, requestID: RequestID.random(), host: "127.0.0.1")
        guard let target = services.withLock({ $0[service] }) else {
            let refusal = WireError.notImplemented("the service '\(service)'")
            return AWSJSON.refusal(refusal, .v1_0, namespace: "", requestID: whole.requestID)
        }
        return await tracer.respond(to: whole, by: target)
    }

    /// A service's refusal as AWS words it: `DynamoDB.ResourceNotFoundException`, with status and request id.
    private static func failure(of answer: HTTPResponse, service: String) -> TaskOutcome {
        let body = try? JSONValue(parsing: answer.bytes)
        let type = answer.headers["x-amzn-errortype"] ?? body?["__type"]?.string ?? "\(service)Exception"
        let code = type.split(separator: "#").last.map { String($0.prefix { $0 != ":" }) } ?? type
        let name = service == "Sqs" ? "SQS" : service
        let general = Self.generalExceptions[service].flatMap { $0.codes.contains(code) ? $0.name : nil }
        let exception = general ?? (code.hasSuffix("Exception") ? code : "\(code)Exception")
        let message = body?["message"]?.string ?? body?["Message"]?.string
        return .failed(error: "\(name).\(exception)", cause: cause(message, service, answer))
    }

    /// A refusal for which a service's API has no class of its own comes as the service's general exception.
    private static let generalExceptions: [String: (name: String, codes: Set<String>)] = [
        "DynamoDB": (
            "AmazonDynamoDBException", ["AccessDeniedException", "SerializationException", "ValidationException"]
        ),
        "Lambda": ("AWSLambdaException", ["AccessDeniedException", "SerializationException", "ValidationException"]),
        "Sqs": (
            "AmazonSQSException",
            ["AccessDenied", "InvalidParameterValueException", "MissingRequiredParameterException"]
        ),
        "StepFunctions": ("AWSStepFunctionsException", ["AccessDeniedException", "SerializationException"]),
    ]

    private static func cause(_ message: String?, _ service: String, _ answer: HTTPResponse) -> String {
        let request = answer.headers["x-amzn-requestid"] ?? ""
        return "\(message ?? "") (Service: \(service), Status Code: \(answer.status), Request ID: \(request))"
    }

    /// The answer's header and request id, with what the transport would add on a wire.
    private static func metadata(of answer: HTTPResponse) -> JSONObject {
        let fields =
            answer.headers.fields.map { ($0.name, $0.value) }
            + [("Connection", "keep-alive"), ("Content-Length", "\(answer.bytes.count)")]
        return [
            "SdkHttpMetadata": [
                "AllHttpHeaders": .object(JSONObject(fields.map { ($0.0, .array([.string($0.1)])) })),
                "HttpHeaders": .object(JSONObject(fields.map { ($0.0, .string($0.1)) })),
                "HttpStatusCode": .integer(answer.status),
            ],
            "SdkResponseMetadata": ["RequestId": .string(answer.headers["x-amzn-requestid"] ?? "")],
        ]
    }
}

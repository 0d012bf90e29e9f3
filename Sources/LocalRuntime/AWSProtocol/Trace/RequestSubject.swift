/// What a request does to what, told by its head and a look at its body; for services that do not know better.
enum RequestSubject {
    /// The names of those services that people know by another than the signing name.
    private static let names = [
        "dynamodb": "DynamoDB", "lambda": "Lambda", "states": "StepFunctions", "scheduler": "Scheduler",
        "logs": "CloudWatchLogs", "monitoring": "CloudWatch", "glue": "Glue", "athena": "Athena",
    ]

    /// The members and parameters that name what a request is about, those first that say more.
    private static let members = [
        "QueueUrl", "TableName", "TopicArn", "stateMachineArn", "executionArn", "logGroupName", "QueueName", "Name",
        "name",
    ]

    static func of(_ request: AWSRequest) -> SpanSubject {
        let service = names[request.scope.service] ?? request.scope.service.uppercased()
        guard case .bytes(let body) = request.http.body else {
            return SpanSubject(service, operation(of: request, form: []), "")
        }
        if body.first == UInt8(ascii: "{") {
            return SpanSubject(service, operation(of: request, form: []), resource(inJSON: body))
        }
        let isForm = request.http.headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true
        let form = request.query + (isForm ? PercentEncoding.pairs(String(decoding: body, as: UTF8.self)) : [])
        let value = members.lazy.compactMap { name in form.last { $0.name == name }?.value }.first
        return SpanSubject(service, operation(of: request, form: form), lastPart(value ?? request.http.path))
    }

    private static func operation(of request: AWSRequest, form: [(name: String, value: String)]) -> String {
        if let target = request.http.headers["x-amz-target"] { return lastPart(target, after: ".") }
        if let action = form.last(where: { $0.name == "Action" })?.value { return action }
        if request.http.path.contains("/operation/") { return lastPart(request.http.path) }
        return "\(request.http.method) \(request.http.path)"
    }

    private static func resource(inJSON body: [UInt8]) -> String {
        for name in members {
            if let value = JSONText.text(of: name, in: body) { return lastPart(value) }
        }
        return JSONText.text(of: "RequestItems", in: body) ?? ""
    }

    /// `orders` of a queue's URL, `daily` of a state machine's ARN.
    private static func lastPart(_ text: String, after marks: String = "/:") -> String {
        String(text.split { marks.contains($0) }.last ?? "")
    }
}

/// Finds a member in JSON without reading the rest.
enum JSONText {
    /// The text of the first member of that name; of an object, the name of its first member.
    ///
    /// The name in quotes with a colon after it cannot stand within a text, where the quotes would be escaped.
    static func text(of name: String, in body: [UInt8]) -> String? {
        let mark = Array("\"\(name)\"".utf8)
        var start = 0
        while let end = end(of: mark, in: body, from: start) {
            start = end
            var index = next(in: body, from: end)
            guard index < body.count, body[index] == UInt8(ascii: ":") else { continue }
            index = next(in: body, from: index + 1)
            if index < body.count, body[index] == UInt8(ascii: "{") { index = next(in: body, from: index + 1) }
            guard index < body.count, body[index] == UInt8(ascii: "\"") else { return nil }
            let text = body[(index + 1)...].prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            return String(decoding: text, as: UTF8.self)
        }
        return nil
    }

    private static func end(of mark: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard body.count >= start + mark.count else { return nil }
        return body.withUnsafeBufferPointer { bytes in
            for index in start...bytes.count - mark.count where bytes[index] == mark[0] {
                if (1..<mark.count).allSatisfy({ bytes[index + $0] == mark[$0] }) { return index + mark.count }
            }
            return nil
        }
    }

    /// Where the next byte that is no space stands.
    private static func next(in body: [UInt8], from start: Int) -> Int {
        body[start...].firstIndex { $0 > UInt8(ascii: " ") } ?? body.count
    }
}

/// What an answer tells of a failure.
enum AnswerFailure {
    @Sendable static func text(_ response: HTTPResponse) -> String? {
        guard response.status >= 400 else { return nil }
        let json = try? JSONValue(parsing: response.bytes)
        let xml = json == nil ? String(decoding: response.bytes.prefix(4096), as: UTF8.self) : ""
        let type = response.headers["x-amzn-errortype"] ?? json?["__type"]?.string ?? element("Code", in: xml)
        let code = type.map { String(($0.split(separator: "#").last ?? "").prefix { $0 != ":" }) }
        let message = json?["message"]?.string ?? json?["Message"]?.string ?? element("Message", in: xml)
        return [code ?? "status \(response.status)", message].compactMap { $0 }.joined(separator: ": ")
    }

    private static func element(_ name: String, in xml: String) -> String? {
        guard let start = xml.firstRange(of: "<\(name)>"), let end = xml.firstRange(of: "</\(name)>"),
            start.upperBound <= end.lowerBound
        else { return nil }
        return String(xml[start.upperBound..<end.lowerBound])
    }
}

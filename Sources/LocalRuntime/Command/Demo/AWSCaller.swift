import AWSProtocol

/// Calls the emulator's services from inside its process, in AWS's own protocols and through the same gateway as
/// everybody else.
struct AWSCaller: Sendable {
    let gateway: Gateway
    /// Whose resources, and where.
    var account = "000000000000"
    var region = "us-east-1"
    /// The largest memory that an invoked function reported.
    let memory = PeakMemory()

    /// An operation of an AWS JSON service, e.g. `AmazonSQS.SendMessage`.
    @discardableResult
    func json(_ service: String, _ target: String, _ input: JSONValue) async throws -> JSONValue {
        let response = try await send(
            service, method: "POST", path: "/", body: input.bytes,
            headers: ["X-Amz-Target": target, "Content-Type": AWSJSON.Version.v1_0.rawValue])
        return try JSONValue(parsing: response.bytes)
    }

    /// A REST call; S3 and Lambda.
    @discardableResult
    func send(
        _ service: String, method: String, path: String, query: String = "", body: [UInt8] = [],
        headers: HTTPHeaders = [:]
    ) async throws -> HTTPResponse {
        var headers = headers
        headers.add("Host", "127.0.0.1")
        headers.add("Content-Length", String(body.count))
        headers.add(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=\(account)/20260101/\(region)/\(service)/aws4_request, "
                + "SignedHeaders=host, Signature=0")
        let response = await gateway.respond(
            to: HTTPRequest(method: method, path: path, query: query, headers: headers, body: .bytes(body)),
            isOwn: true)
        guard response.status < 300 else {
            throw CallRefused(
                call: headers["X-Amz-Target"] ?? "\(method) \(path)", status: response.status,
                answer: String(decoding: response.bytes, as: UTF8.self))
        }
        return response
    }

    /// Runs a function and reads its answer.
    ///
    /// - Throws: `FunctionFailed` when the function answered with an error.
    func invoke(_ function: String, _ event: JSONValue) async throws -> JSONValue {
        let response = try await send(
            "lambda", method: "POST", path: "/2015-03-31/functions/\(function)/invocations", body: event.bytes,
            headers: ["X-Amz-Log-Type": "Tail"])
        memory.note(logResult: response.headers["X-Amz-Log-Result"])
        guard response.headers["X-Amz-Function-Error"] == nil else {
            throw FunctionFailed(function: function, answer: String(decoding: response.bytes, as: UTF8.self))
        }
        return try JSONValue(parsing: response.bytes)
    }
}

/// A service refused what the demo asked of it.
struct CallRefused: Error, CustomStringConvertible {
    let call: String
    let status: Int
    let answer: String

    var description: String { "\(call) was refused with status \(status): \(answer)" }
}

/// A function of the pipeline failed.
struct FunctionFailed: Error, CustomStringConvertible {
    let function: String
    let answer: String

    var description: String { "The function \(function) failed: \(answer)" }
}

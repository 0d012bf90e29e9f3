import AWSProtocol
import EmulatorClock
import Foundation
import Testing

@testable import Lambda

@Suite struct `Lambda's wire` {
    static let base = "/2015-03-31/functions"

    static let code: JSONValue = [
        "S3Bucket": "_rivulet-local-folder", "S3Key": .string(CBootstrap.path),
    ]

    static func creation(_ name: String, _ change: (inout JSONObject) -> Void = { _ in }) -> JSONValue {
        var members: JSONObject = [
            "FunctionName": .string(name), "Runtime": "provided.al2023", "Handler": .string(name),
            "Role": "arn:aws:iam::000000000000:role/lambda", "Code": code,
        ]
        change(&members)
        return .object(members)
    }

    @Test func `a function is made, read, listed, changed and deleted`() async throws {
        try await World.run { world in
            let made = try await world.call("POST", Self.base, Self.creation("echo"))
            #expect(made.status == 201)
            #expect(made.json["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:echo")
            #expect(made.json["State"] == "Pending" && made.json["LastUpdateStatus"] == nil)
            #expect(made.json["Timeout"] == 3)
            #expect(made.json["MemorySize"] == 128)
            #expect(made.json["LastModified"] == "2026-03-01T18:00:00.000+0000")
            #expect(made.json["Environment"] == nil)

            let read = try await world.call("GET", Self.base + "/echo")
            let configuration = read.json["Configuration"] ?? .null
            #expect(configuration["State"] == "Active" && configuration["LastUpdateStatus"] == "Successful")
            #expect(Self.lasting(configuration) == Self.lasting(made.json))
            #expect(read.json["Code"]?["RepositoryType"] == "S3")
            let arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aecho"
            #expect(try await world.call("GET", "\(Self.base)/\(arn)/configuration").json == configuration)

            let changed = try await world.call(
                "PUT", Self.base + "/echo/configuration",
                ["Timeout": 30, "Environment": ["Variables": ["TABLE": "streams"]]])
            #expect(changed.json["Timeout"] == 30)
            #expect(changed.json["Environment"]?["Variables"]?["TABLE"] == "streams")
            #expect(changed.json["Handler"] == "echo")
            #expect(changed.json["State"] == "Active" && changed.json["LastUpdateStatus"] == "InProgress")
            #expect(changed.json["RevisionId"] != configuration["RevisionId"])

            let listed = try await world.call("GET", Self.base).json["Functions"]?.array
            #expect(listed?.count == 1)
            #expect(listed?.first?["State"] == nil && listed?.first?["RuntimeVersionConfig"] == nil)
            #expect(try await world.call("DELETE", Self.base + "/echo").status == 204)
            #expect(try await world.call("GET", Self.base + "/echo").status == 404)
        }
    }

    /// A configuration but for what tells of the moment.
    static func lasting(_ configuration: JSONValue) -> JSONObject {
        let passing: Set = ["State", "StateReason", "StateReasonCode", "LastUpdateStatus", "RevisionId"]
        return JSONObject(
            (configuration.object?.members ?? []).filter { !passing.contains($0.name) }
                .sorted { $0.name < $1.name }.map { ($0.name, $0.value) })
    }

    @Test func `an invocation answers with the payload and AWS's headers`() async throws {
        try await World.run { world in
            _ = try await world.call("POST", Self.base, Self.creation("echo"))
            let answer = try await world.call(
                "POST", Self.base + "/echo/invocations", ["a": 1], headers: ["X-Amz-Log-Type": "Tail"])
            #expect(answer.status == 200)
            #expect(answer.json == ["a": 1])
            #expect(answer.headers["X-Amz-Executed-Version"] == "$LATEST")
            #expect(answer.headers["X-Amz-Function-Error"] == nil)
            let tail = try #require(answer.headers["X-Amz-Log-Result"].flatMap { Data(base64Encoded: $0) })
            #expect(String(decoding: tail, as: UTF8.self).hasPrefix("START RequestId: request-"))
        }
    }

    @Test func `a failed invocation is a 200 that says so`() async throws {
        try await World.run { world in
            _ = try await world.call("POST", Self.base, Self.creation("error"))
            let answer = try await world.call("POST", Self.base + "/error/invocations", [:])
            #expect(answer.status == 200)
            #expect(answer.headers["X-Amz-Function-Error"] == "Unhandled")
            #expect(answer.json["errorType"] == "Bad.Thing")
        }
    }

    @Test func `a dry run runs nothing`() async throws {
        try await World.run { world in
            _ = try await world.call("POST", Self.base, Self.creation("echo"))
            let answer = try await world.call(
                "POST", Self.base + "/echo/invocations", [:], headers: ["X-Amz-Invocation-Type": "DryRun"])
            #expect(answer.status == 204)
            #expect(answer.bytes.isEmpty)
            #expect(try await world.log("echo").isEmpty)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var method = "POST"
        var path = `Lambda's wire`.base + "/echo/invocations"
        var body = ""
        var headers: HTTPHeaders = [:]
        var status: Int
        var code: String
        var message: String

        var testDescription: String { "\(code): \(message)" }
    }

    static let refusals = [
        Refusal(
            path: base + "/nobody/invocations", status: 404, code: "ResourceNotFoundException",
            message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST"),
        Refusal(
            method: "GET", path: base + "/echo:3", status: 404, code: "ResourceNotFoundException",
            message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:echo:3"),
        Refusal(
            method: "GET", path: base + "/arn:aws:lambda:eu-west-1:000000000000:function:echo", status: 404,
            code: "ResourceNotFoundException",
            message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"),
        Refusal(
            body: "not json", status: 400, code: "InvalidRequestContentException",
            message: "Could not parse request body into json: Could not parse payload into json: Unrecognized token "
                + "'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at "
                + "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 4]"),
        Refusal(
            body: "\"" + String(repeating: "x", count: 6_291_555) + "\"", headers: ["Content-Length": "6291557"],
            status: 413, code: "RequestTooLargeException",
            message: "6291557 byte payload is too large for the RequestResponse invocation type (limit 6291556 bytes)"),
        Refusal(
            body: "\"" + String(repeating: "x", count: 1_048_576) + "\"",
            headers: ["X-Amz-Invocation-Type": "Event", "Content-Length": "1048578"], status: 413,
            code: "RequestTooLargeException",
            message: "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)"),
        Refusal(
            headers: ["X-Amz-Invocation-Type": "Later"], status: 400, code: "ValidationException",
            message: "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [Event, RequestResponse, DryRun]"),
        Refusal(
            headers: ["X-Amz-Client-Context": "!"], status: 400, code: "InvalidRequestContentException",
            message: "Client context must be a valid Base64-encoded JSON object."),
        Refusal(
            path: base, body: creation("echo").text, status: 409, code: "ResourceConflictException",
            message: "Function already exist: echo"),
        Refusal(
            path: base, body: creation("new") { $0["Runtime"] = "python3.13" }.text, status: 501,
            code: "NotImplemented",
            message: "rivulet-local does not implement the runtime 'python3.13'"),
        Refusal(
            path: base, body: creation("new") { $0["Runtime"] = "brainf2.0" }.text, status: 400,
            code: "InvalidParameterValueException",
            message: "Value brainf2.0 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
                + "[provided.al2023, provided.al2] or be a valid ARN"),
        Refusal(
            path: base, body: creation("new") { $0["VpcConfig"] = ["SubnetIds": ["subnet-1"]] }.text, status: 501,
            code: "NotImplemented", message: "rivulet-local does not implement CreateFunction's VpcConfig."),
        Refusal(
            path: base, body: creation("new") { $0["Layers"] = ["arn:aws:lambda:us-east-1:0:layer:x:1"] }.text,
            status: 501, code: "NotImplemented",
            message: "rivulet-local does not implement CreateFunction's Layers."),
        Refusal(
            path: base,
            body: creation("new") {
                $0["Timeout"] = 901; $0["MemorySize"] = 64
            }.text, status: 400,
            code: "ValidationException",
            message: "2 validation errors detected: Value '901' at 'timeout' failed to satisfy constraint: Member must "
                + "have value less than or equal to 900; Value '64' at 'memorySize' failed to satisfy constraint: Member "
                + "must have value greater than or equal to 128"),
        Refusal(
            path: base, body: creation("new") { $0["Role"] = "me" }.text, status: 400, code: "ValidationException",
            message: "1 validation error detected: Value 'me' at 'role' failed to satisfy constraint: "),
        Refusal(
            path: base,
            body: creation("new") { $0["Environment"] = ["Variables": ["AWS_REGION": "x", "_HANDLER": "y"]] }.text,
            status: 400, code: "InvalidParameterValueException",
            message: "Lambda was unable to configure your environment variables because the environment variables you "
                + "have provided contains reserved keys that are currently not supported for modification. Reserved "
                + "keys used in this request: AWS_REGION, _HANDLER"),
        Refusal(
            path: base,
            body: creation("new") {
                $0["Environment"] = ["Variables": ["BIG": .string(String(repeating: "x", count: 4096))]]
            }.text, status: 400, code: "InvalidParameterValueException",
            message: "Lambda was unable to configure your environment variables because the environment variables you "
                + "have provided exceeded the 4KB limit. String measured: {\"BIG\":\"xxx"),
        Refusal(
            path: base, body: creation("new") { $0["Code"] = ["ZipFile": "bm90IGEgemlw"] }.text, status: 400,
            code: "InvalidParameterValueException",
            message: "Could not unzip uploaded file. Please check your file, then try to upload again."),
        Refusal(
            path: base, body: creation("new") { $0["Code"] = [:] }.text, status: 400,
            code: "InvalidParameterValueException", message: "Please provide a source for function code."),
        Refusal(
            path: base, body: creation("new") { $0["Timeout"] = "soon" }.text, status: 400,
            code: "SerializationException", message: "The value of 'Timeout' is not an integer"),
        Refusal(
            method: "PUT", path: base + "/echo/configuration", body: #"{"RevisionId":"old","Timeout":4}"#, status: 412,
            code: "PreconditionFailedException",
            message:
                "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API "
                + "to retrieve the latest Revision Id"),
        Refusal(
            method: "PUT", path: "/2017-10-31/functions/echo/concurrency",
            body: #"{"ReservedConcurrentExecutions":901}"#, status: 400, code: "InvalidParameterValueException",
            message: "Specified ReservedConcurrentExecutions for function decreases account's "
                + "UnreservedConcurrentExecution below its minimum value of [100]."),
        Refusal(
            path: "/2021-10-31/functions/echo/url", status: 501, code: "NotImplemented",
            message: "rivulet-local does not implement Lambda's CreateFunctionUrlConfig."),
        Refusal(
            path: "/2021-11-15/functions/echo/response-streaming-invocations",
            headers: ["X-Amz-Invocation-Type": "Event"], status: 400, code: "ValidationException",
            message: "1 validation error detected: Value 'Event' at 'invocationType' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [RequestResponse, DryRun]"),
        Refusal(path: "/2015-03-31/nonsense", status: 404, code: "UnknownOperationException", message: "POST /2015"),
    ]

    @Test(arguments: refusals)
    func `refusals have AWS's code, status and words`(refusal: Refusal) async throws {
        try await World.run { world in
            _ = try await world.call("POST", Self.base, Self.creation("echo"))
            let answer = await world.call(
                refusal.method, refusal.path, body: Array(refusal.body.utf8), headers: refusal.headers)
            #expect(answer.status == refusal.status)
            #expect(answer.headers["x-amzn-ErrorType"] == refusal.code)
            let text = answer.json["message"]?.string ?? answer.json["Message"]?.string ?? ""
            #expect(text.hasPrefix(refusal.message), "\(text)")
        }
    }

    @Test func `every operation of the table is either answered or refused by its name`() async throws {
        try await World.run { world in
            #expect(Set(LambdaOperation.allCases.map(\.rawValue)).isSubset(of: LambdaRoutes.all.operations))
            for operation in LambdaOperation.allCases {
                #expect(LambdaRoutes.all.operations.filter { $0 == operation.rawValue }.count == 1)
            }
        }
    }

    @Test func `a throttle says why`() async throws {
        try await World.run { world in
            _ = try await world.call("POST", Self.base, Self.creation("echo"))
            let reserved = try await world.call(
                "PUT", "/2017-10-31/functions/echo/concurrency", ["ReservedConcurrentExecutions": 0])
            #expect(reserved.json == ["ReservedConcurrentExecutions": 0])
            let answer = try await world.call("POST", Self.base + "/echo/invocations", [:])
            #expect(answer.status == 429)
            #expect(
                answer.json == [
                    "Type": "User", "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
                    "message": "Rate Exceeded.",
                ])
            #expect(try await world.call("DELETE", "/2017-10-31/functions/echo/concurrency").status == 204)
            #expect(try await world.call("GET", "/2019-09-30/functions/echo/concurrency").json == [:])
            #expect(try await world.call("POST", Self.base + "/echo/invocations", [:]).status == 200)
        }
    }

    @Test func `tags are kept`() async throws {
        try await World.run { world in
            _ = try await world.call("POST", Self.base, Self.creation("echo") { $0["Tags"] = ["stage": "dev"] })
            let path = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aecho"
            #expect(try await world.call("POST", path, ["Tags": ["owner": "me"]]).status == 204)
            #expect(try await world.call("GET", path).json == ["Tags": ["owner": "me", "stage": "dev"]])
            #expect(try await world.call("DELETE", path, query: "tagKeys=stage&tagKeys=none").status == 204)
            #expect(try await world.call("GET", Self.base + "/echo").json["Tags"] == ["owner": "me"])
        }
    }

    @Test func `functions are listed in pages`() async throws {
        try await World.run { world in
            for name in ["c", "a", "b"] { try await world.make("echo", name: name) }
            let first = try await world.call("GET", Self.base, query: "MaxItems=2")
            #expect(first.json["Functions"]?.array?.compactMap { $0["FunctionName"]?.string } == ["a", "b"])
            let marker = try #require(first.json["NextMarker"]?.string)
            let second = try await world.call("GET", Self.base, query: "MaxItems=2&Marker=\(marker)")
            #expect(second.json["Functions"]?.array?.compactMap { $0["FunctionName"]?.string } == ["c"])
            #expect(second.json["NextMarker"] == nil)
        }
    }

    @Test func `accounts do not see each other's functions`() async throws {
        try await World.run { world in
            _ = try await world.call("POST", Self.base, Self.creation("echo"), account: "111111111111")
            #expect(try await world.call("GET", Self.base + "/echo").status == 404)
            #expect(try await world.call("GET", Self.base + "/echo", account: "111111111111").status == 200)
        }
    }
}

extension World {
    func call(
        _ method: String, _ path: String, body: [UInt8], query: String = "", headers: HTTPHeaders = [:],
        account: String = "test"
    ) async -> HTTPResponse {
        await lambda.respond(
            to: AWSRequest(
                http: HTTPRequest(method: method, path: path, query: query, headers: headers, body: .bytes(body)),
                scope: CredentialScope(accessKeyID: account, service: "lambda"), requestID: "request-\(UUID())",
                host: "127.0.0.1:4566"))
    }

    func call(
        _ method: String, _ path: String, _ body: JSONValue? = nil, query: String = "", headers: HTTPHeaders = [:],
        account: String = "test"
    ) async throws -> HTTPResponse {
        await call(method, path, body: body?.bytes ?? [], query: query, headers: headers, account: account)
    }
}

extension HTTPResponse {
    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
}

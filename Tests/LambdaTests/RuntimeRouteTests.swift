import AWSProtocol
import Testing

@testable import Lambda

@Suite struct `Paths of the Runtime API` {
    private static let id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"

    @Test(arguments: [
        ("GET", "/2018-06-01/runtime/invocation/next", RuntimeRoute.next),
        ("GET", "/2018-06-01/runtime/invocation/next?x=1", .next),
        ("POST", "/2018-06-01/runtime/invocation/\(id)/response", .response(requestID: id)),
        ("POST", "/2018-06-01/runtime/invocation/\(id)/error", .error(requestID: id)),
        ("POST", "/2018-06-01/runtime/init/error", .initError),
    ])
    func `are read`(_ method: String, _ uri: String, _ expected: RuntimeRoute) throws {
        #expect(try RuntimeRoute(method: method, uri: uri) == expected)
    }

    @Test(arguments: [
        ("POST", "/2018-06-01/runtime/invocation/next", RuntimeRefusal.methodNotAllowed(allowed: "GET")),
        ("GET", "/2018-06-01/runtime/init/error", .methodNotAllowed(allowed: "POST")),
        ("GET", "/2018-06-01/runtime/invocation", .notFound), ("GET", "/", .notFound), ("GET", "", .notFound),
        ("GET", "/2015-01-01/runtime/invocation/next", .notFound),
        ("GET", "/2018-06-01/runtime/restore/next", .notImplemented("SnapStart's /runtime/restore/next")),
    ])
    func `are refused as AWS refuses them`(_ method: String, _ uri: String, _ expected: RuntimeRefusal) {
        #expect(throws: expected) { try RuntimeRoute(method: method, uri: uri) }
    }

    @Test(arguments: [
        ("POST", "/2020-01-01/extension/register", "the Extensions API (/2020-01-01/extension/register)"),
        ("GET", "/2020-01-01/extension/event/next", "the Extensions API (/2020-01-01/extension/event/next)"),
        ("PUT", "/2022-07-01/telemetry", "the Telemetry API"), ("PUT", "/2020-08-15/logs", "the Logs API"),
    ])
    func `of the other interfaces are refused by name, in AWS's shape`(
        _ method: String, _ uri: String, _ name: String
    ) throws {
        let refusal = RuntimeRefusal.notImplemented(name)
        #expect(throws: refusal) { try RuntimeRoute(method: method, uri: uri) }
        #expect(refusal.status == 501)
        let body = try JSONValue(parsing: refusal.body)
        #expect(body["errorType"] == "NotImplemented")
        #expect(body["errorMessage"]?.string == "rivulet-local does not implement \(name)")
    }
}

import HTTPTransport
import Testing

@testable import AWSClient

@Suite struct `The tracing header of calls` {
    private static let lambda = ["AWS_LAMBDA_FUNCTION_NAME": "extract"]

    @Test func `is the invocation's, within a function only`() {
        let trace = "Root=1-69a47ea0-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0"
        #expect(TraceHeader(Self.lambda, variable: { trace }).value == trace)
        #expect(TraceHeader([:], variable: { trace }).value == nil)
        #expect(TraceHeader(Self.lambda, variable: { nil }).value == nil)
        #expect(TraceHeader(Self.lambda, variable: { "" }).value == nil)
    }

    @Test func `what no header may hold is percent-encoded`() {
        #expect(TraceHeader(Self.lambda, variable: { "Root=a b\n|ä" }).value == "Root=a%20b%0A%7C%C3%A4")
    }

    @Test func `is not signed, since it may change on the way`() {
        let request = HTTPRequest(url: "http://h/", headers: [TraceHeader.name: "Root=1", "X-Amz-Date": "now"])
        #expect(CanonicalRequest.signedHeaders(request) == "host;x-amz-date")
    }
}

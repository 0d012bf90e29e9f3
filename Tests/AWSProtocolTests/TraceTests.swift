import EmulatorClock
import Synchronization
import Testing

@testable import AWSProtocol

private final class KeptSpans: TraceRecording {
    let now = Timestamp(milliseconds: 1_772_388_000_000)
    private let kept = Mutex<[Span]>([])

    var spans: [Span] { kept.withLock { $0 } }

    func record(_ span: Span) { kept.withLock { $0.append(span) } }
    func keep(_ event: InvokedEvent) {}
}

/// Answers with the trace that it is called in, or with a refusal.
private struct Mirror: AWSService {
    let signingNames = ["dynamodb"]
    var answer = HTTPResponse()

    func respond(to request: AWSRequest) async -> HTTPResponse {
        var answer = answer
        answer.headers.add("Seen", request.http.headers[Tracer.header] ?? "nothing")
        answer.headers.add("Current", Tracer.current?.header ?? "nothing")
        return answer
    }

    func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse { HTTPResponse(status: error.status) }
}

@Suite struct `A tracing header` {
    private let root = "1-5759e988-bd862e3fe1be46a994272793"

    @Test func `is read and written as X-Ray has it`() throws {
        let text = "Root=\(root);Parent=53995c3f42cd8ad8;Sampled=1"
        let context = try #require(TraceContext(text))
        #expect((context.root, context.parent, context.isSampled) == (root, "53995c3f42cd8ad8", true))
        #expect(context.header == text)
        #expect(TraceContext("Sampled=0; Root=\(root);Lineage=a:1|b:2")?.header == "Root=\(root);Sampled=0")
        #expect(TraceContext("Root=\(root)")?.under(SpanID(text: "a")).header == "Root=\(root);Parent=a;Sampled=1")
    }

    @Test(arguments: [
        "", "Root", "Root=", "Parent=1;Sampled=1", "Root=a b", "Root=a\r\nb", String(repeating: "x", count: 70),
    ])
    func `without a root it is none`(text: String) {
        #expect(TraceContext(text) == nil)
    }

    @Test func `a new one begins with the time, and with an id it is the same each time`() {
        let instant = Timestamp(milliseconds: 1_772_388_000_123)
        let context = TraceContext.begun(at: instant)
        #expect(context.header.wholeMatch(of: /Root=1-69a47ea0-[0-9a-f]{24};Sampled=1/) != nil)
        #expect(TraceContext.begun(at: instant) != context)
        #expect(TraceContext.begun(at: instant, with: "a") == TraceContext.begun(at: instant, with: "a"))
        #expect(TraceContext.begun(at: instant, with: "a").root.utf8.count == 35)
        #expect(SpanID.random().text.wholeMatch(of: /[0-9a-f]{16}/) != nil)
        #expect(SpanID.of("x").text.utf8.count == 16)
    }
}

@Suite struct `A traced request` {
    private let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    private let kept = KeptSpans()

    private func request(
        _ headers: HTTPHeaders = [:], body: String = "", path: String = "/", query: String = "",
        service: String = "dynamodb"
    ) -> AWSRequest {
        AWSRequest(
            http: HTTPRequest(
                method: "POST", path: path, query: query, headers: headers, body: .bytes(Array(body.utf8))),
            scope: CredentialScope(service: service), requestID: "r", host: "h")
    }

    @Test func `is a span, and the parent of what it calls`() async throws {
        let request = request(
            ["x-amzn-trace-id": header, "X-Amz-Target": "DynamoDB_20120810.PutItem"], body: #"{"TableName":"t"}"#)
        let answer = await Tracer(kept).respond(to: request, by: Mirror())
        let span = try #require(kept.spans.first)
        #expect(span.subject == SpanSubject("DynamoDB", "PutItem", "t"))
        #expect((span.trace, span.parent) == ("1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"))
        #expect((span.began, span.requestID) == (kept.now, "r"))
        #expect(span.error == nil)
        let inner = "Root=\(span.trace);Parent=\(span.id);Sampled=1"
        #expect(answer.headers["Seen"] == inner)
        #expect(answer.headers["Current"] == inner)
    }

    @Test(arguments: [nil, "nonsense", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0"])
    func `without a trace, or one that is not sampled, it is only passed on`(header: String?) async {
        var request = request()
        request.http.headers[Tracer.header] = header
        let answer = await Tracer(kept).respond(to: request, by: Mirror())
        #expect(answer.headers["Seen"] == header ?? "nothing")
        #expect(kept.spans.isEmpty)
    }

    @Test(arguments: [
        ("{\"__type\":\"com.amazonaws#Nope\",\"message\":\"why\"}", "Nope: why"),
        ("<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>", "NoSuchKey: gone"), ("", "status 400"),
    ])
    func `a refusal's code and message are kept`(body: String, error: String) async {
        let answer = HTTPResponse(status: 400, body: .bytes(Array(body.utf8)))
        _ = await Tracer(kept).respond(to: request(["X-Amzn-Trace-Id": header]), by: Mirror(answer: answer))
        #expect(kept.spans.map(\.error) == [error])
    }

    @Test func `is told by what it is about`() {
        func subject(_ request: AWSRequest) -> SpanSubject { RequestSubject.of(request) }
        let batch = request(
            ["X-Amz-Target": "DynamoDB_20120810.BatchWriteItem"], body: #"{ "RequestItems" : { "people": [] } }"#)
        #expect(subject(batch) == SpanSubject("DynamoDB", "BatchWriteItem", "people"))
        let send = request(
            ["X-Amz-Target": "AmazonSQS.SendMessage"],
            body: #"{"MessageBody":"{\"QueueUrl\":\"no\"}","QueueUrl":"http://h/000000000000/orders"}"#, service: "sqs")
        #expect(subject(send) == SpanSubject("SQS", "SendMessage", "orders"))
        let form = request(
            ["Content-Type": "application/x-www-form-urlencoded"],
            body: "Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A1%3Aalarms", service: "sns")
        #expect(subject(form) == SpanSubject("SNS", "Publish", "alarms"))
        #expect(
            subject(request(path: "/service/G/operation/PutMetricData", service: "monitoring")).operation
                == "PutMetricData")
    }

    @Test func `a failure is told and thrown on`() async {
        struct Broken: Error, CustomStringConvertible { let description = "it broke" }
        await #expect(throws: Broken.self) {
            _ = try await Tracer(kept).span(SpanSubject("A", "B", "C"), in: TraceContext(root: "1")) { _ -> Int in
                throw Broken()
            }
        }
        #expect(kept.spans.map(\.error) == ["it broke"])
        #expect(Tracer.current == nil)
    }
}

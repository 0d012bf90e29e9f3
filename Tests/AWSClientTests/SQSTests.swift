import FoundationEssentials
import HTTPTransport
import TestSupport
import Testing

@testable import AWSClient

@Suite struct `Sending to a queue` {
    private let queueURL = "http://127.0.0.1:4566/000000000000/q"

    /// A queue that takes every entry, but those for which `fail` has a code.
    private func queue(
        fail: @escaping @Sendable (_ body: String, _ request: Int) -> (code: String, isSenderFault: Bool)? = { _, _ in
            nil
        }
    ) -> ScriptedHTTP {
        ScriptedHTTP { request, index in
            let input = try JSONDecoder().decode(SentBatch.self, from: Data(request.body))
            let lines = input.Entries.map { entry in (entry, fail(entry.MessageBody, index)) }
            let good = lines.filter { $0.1 == nil }.map { #"{"Id":"\#($0.0.Id)","MessageId":"m-\#($0.0.Id)"}"# }
            let bad = lines.compactMap { entry, failure in
                failure.map { #"{"Id":"\#(entry.Id)","Code":"\#($0.code)","SenderFault":\#($0.isSenderFault)}"# }
            }
            let lists = [
                good.isEmpty ? nil : #""Successful":[\#(good.joined(separator: ","))]"#,
                bad.isEmpty ? nil : #""Failed":[\#(bad.joined(separator: ","))]"#,
            ]
            let body = "{\(lists.compactMap { $0 }.joined(separator: ","))}"
            return HTTPResponse(status: 200, body: Array(body.utf8))
        }
    }

    @Test func `a message goes with its attributes, group and delay`() async throws {
        let http = queue()
        let message = SQSMessage(
            body: "b\"ü",
            attributes: ["run": .string("7"), "n": .number("1.5", label: "float"), "x": .binary([0, 255])],
            groupID: "g", deduplicationID: "d", delay: .seconds(5))
        let result = try await SQSClient(AWSSession.test(http)).sendMessageBatch([message], to: queueURL)
        #expect(result == SQSBatchResult(sent: [.init(index: 0, messageID: "m-0")], failed: []))
        let attributes =
            #"{"n":{"DataType":"Number.float","StringValue":"1.5"},"run":{"DataType":"String","StringValue":"7"},"#
            + #""x":{"BinaryValue":"AP8=","DataType":"Binary"}}"#
        let entry =
            #"{"DelaySeconds":5,"Id":"0","MessageAttributes":\#(attributes),"MessageBody":"b\"ü","#
            + #""MessageDeduplicationId":"d","MessageGroupId":"g"}"#
        #expect(
            http.requests.map(\.jsonCall) == [
                #"AmazonSQS.SendMessageBatch {"Entries":[\#(entry)],"QueueUrl":"\#(queueURL)"}"#
            ])
        #expect(http.requests[0].headers["Content-Type"] == "application/x-amz-json-1.0")
    }

    @Test func `no message is no request`() async throws {
        let http = queue()
        let result = try await SQSClient(AWSSession.test(http)).sendMessageBatch([], to: queueURL)
        #expect(result == SQSBatchResult(sent: [], failed: []))
        #expect(http.requests.isEmpty)
    }

    @Test func `any number goes ten at a time, and each is told by its index`() async throws {
        let http = queue { body, _ in body == "17" ? ("InvalidMessageContents", true) : nil }
        let messages = (0..<43).map { SQSMessage(body: "\($0)") }
        let result = try await SQSClient(AWSSession.test(http)).sendMessageBatch(messages, to: queueURL)
        #expect(result.sent == (0..<43).filter { $0 != 17 }.map { .init(index: $0, messageID: "m-\($0)") })
        #expect(result.failed.map(\.index) == [17])
        #expect(result.failed.map(\.code) == ["InvalidMessageContents"])
        let sizes = try http.requests.map { try $0.batch.Entries.count }
        #expect(sizes.sorted() == [3, 10, 10, 10, 10])
    }

    @Test func `a request holds no more bytes than allowed, attributes included`() throws {
        let limits = SQSBatchLimits(entries: 10, bytes: 20)
        let sixteen = SQSMessage(body: "12345", attributes: ["abc": .string("de")])
        let messages = [
            SQSMessage(body: "1234567890"), SQSMessage(body: "äääää"), SQSMessage(body: "x"), sixteen,
            SQSMessage(body: "1234"), SQSMessage(body: String(repeating: "y", count: 21)), SQSMessage(body: "12345"),
        ]
        let plan = SQSBatchPlan(messages, limits)
        #expect(sixteen.byteCount == 16)
        #expect(plan.requests == [[0, 1], [2, 3], [4, 6]])
        #expect(plan.tooLong.map(\.index) == [5])
        #expect(plan.tooLong.map(\.isSenderFault) == [true])
    }

    @Test(arguments: 0..<50)
    func `every plan keeps order and limits and loses nothing`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits = SQSBatchLimits(
            entries: .random(in: 1...10, using: &random), bytes: .random(in: 1...60, using: &random))
        let messages = (0..<Int.random(in: 0...60, using: &random)).map { _ in
            SQSMessage(body: String(repeating: "z", count: .random(in: 0...40, using: &random)))
        }
        let plan = SQSBatchPlan(messages, limits)
        #expect((plan.requests.flatMap { $0 } + plan.tooLong.map(\.index)).sorted() == Array(messages.indices))
        #expect(plan.requests.flatMap { $0 } == plan.requests.flatMap { $0 }.sorted())
        for request in plan.requests {
            #expect(1...limits.entries ~= request.count)
            #expect(request.reduce(0) { $0 + messages[$1].byteCount } <= limits.bytes)
        }
    }

    @Test func `only what failed without fault is sent again`() async throws {
        let http = queue { body, request in
            switch (body, request) {
            case ("1", 0), ("2", ...1): ("InternalError", false)
            case ("3", _): ("InvalidMessageContents", true)
            default: nil
            }
        }
        let time = ManualTime()
        let messages = (0..<4).map { SQSMessage(body: "\($0)") }
        let client = SQSClient(try AWSSession.test(http, time: time.time()))
        let result = try await client.sendMessageBatch(messages, to: queueURL)
        #expect(result.sent.map(\.index) == [0, 1, 2])
        #expect(result.failed.map(\.index) == [3])
        #expect(
            try http.requests.map { try $0.batch.Entries.map(\.MessageBody) } == [
                ["0", "1", "2", "3"], ["1", "2"], ["2"],
            ])
        #expect(time.sleeps == [.milliseconds(500), .seconds(1)])
    }

    @Test func `what fails three times comes back`() async throws {
        let http = queue { _, _ in ("ServiceUnavailable", false) }
        let result = try await SQSClient(AWSSession.test(http)).sendMessageBatch([SQSMessage(body: "a")], to: queueURL)
        #expect(result.sent.isEmpty)
        #expect(
            result.failed == [.init(index: 0, code: "ServiceUnavailable", message: "no message", isSenderFault: false)])
        #expect(http.requests.count == 3)
    }

    @Test func `an entry that the answer forgets is not taken for sent`() async throws {
        let http = ScriptedHTTP(.ok(#"{"Successful":[{"Id":"0","MessageId":"m"}]}"#), .ok("{}"))
        let messages = [SQSMessage(body: "a"), SQSMessage(body: "b")]
        let result = try await SQSClient(AWSSession.test(http)).sendMessageBatch(messages, to: queueURL)
        #expect(result.sent == [.init(index: 0, messageID: "m")])
        #expect(result.failed.map(\.code) == ["NotInAnswer"])
    }

    @Test func `without time for another try the failed come back at once`() async throws {
        let http = queue { _, _ in ("ServiceUnavailable", false) }
        let client = SQSClient(try AWSSession.test(http)).until(ManualTime.start + 0.1)
        let result = try await client.sendMessageBatch([SQSMessage(body: "a")], to: queueURL)
        #expect(result.failed.count == 1)
        #expect(http.requests.count == 1)
    }

    @Test func `messages of groups go one request after another`() async throws {
        let http = queue()
        let messages = (0..<35).map { SQSMessage(body: "\($0)", groupID: "g") }
        _ = try await SQSClient(AWSSession.test(http)).sendMessageBatch(messages, to: queueURL)
        #expect(try http.requests.flatMap { try $0.batch.Entries.map(\.MessageBody) } == (0..<35).map { "\($0)" })
    }

    @Test func `a refused request is thrown`() async throws {
        let http = ScriptedHTTP(.jsonError("QueueDoesNotExist"))
        let error = await #expect(throws: AWSError.self) {
            try await SQSClient(AWSSession.test(http)).sendMessageBatch([SQSMessage(body: "a")], to: queueURL)
        }
        #expect(error?.code == "QueueDoesNotExist")
    }

    @Test func `a queue's URL is asked for by name and owner`() async throws {
        let http = ScriptedHTTP(.ok(#"{"QueueUrl":"http://x/q"}"#))
        let url = try await SQSClient(AWSSession.test(http)).getQueueURL(name: "q", ownerAccountID: "1")
        #expect(url == "http://x/q")
        #expect(
            http.requests.map(\.jsonCall) == [#"AmazonSQS.GetQueueUrl {"QueueName":"q","QueueOwnerAWSAccountId":"1"}"#])
    }
}

/// A sent batch, read back.
private struct SentBatch: Decodable {
    struct Entry: Decodable {
        let Id, MessageBody: String
    }

    let Entries: [Entry]
}

extension HTTPRequest {
    fileprivate var batch: SentBatch {
        get throws { try JSONDecoder().decode(SentBatch.self, from: Data(body)) }
    }
}

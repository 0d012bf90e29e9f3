import Foundation
import Testing

@testable import LambdaRuntime

/// The shape that AWS documents for a message with attributes, with values of our own.
private let documented = """
    {"Records": [{
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": "Olá 🎮 \\"quoted\\"\\n\\u00e9",
        "attributes": {
            "ApproximateReceiveCount": "2", "SentTimestamp": "1545082649183", "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1545082649185", "SequenceNumber": "18849496460467696128",
            "MessageGroupId": "1", "MessageDeduplicationId": "1", "AWSTraceHeader": "Root=1-2-3",
            "DeadLetterQueueSourceArn": "arn:aws:sqs:us-east-2:123456789012:source"
        },
        "messageAttributes": {
            "run_id": {"stringValue": "r1", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
            "raw": {"binaryValue": "AAEC", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"}
        },
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "md5OfMessageAttributes": "00484c68e0c3d7a6d2f4a0c9bb5f1c8f",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:my-queue.fifo",
        "awsRegion": "us-east-2"
    }]}
    """

private func event(_ count: Int, queue: String) -> SQSEvent {
    SQSEvent(records: (0..<count).map { SQSEvent.Record(messageID: "m\($0)", body: "\($0)", eventSourceARN: queue) })
}

private struct Poison: Error {}

@Suite struct `An SQS event` {
    @Test func `is read in full`() throws {
        let record = try #require(try EventJSON.decode(SQSEvent.self, from: Array(documented.utf8)).records.first)
        #expect(record.messageID == "059f36b4-87a3-44ab-83d2-661975830a7d")
        #expect(record.receiptHandle == "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a")
        #expect(record.body == "Olá 🎮 \"quoted\"\né")
        #expect(record.attributes.approximateReceiveCount == 2)
        #expect(record.attributes.sentTimestamp == Date(timeIntervalSince1970: 1_545_082_649.183))
        #expect(record.attributes.approximateFirstReceiveTimestamp == Date(timeIntervalSince1970: 1_545_082_649.185))
        #expect(record.attributes.senderID == "AIDAIENQZJOLO23YVJ4VO")
        #expect(record.attributes.sequenceNumber == "18849496460467696128")
        #expect(record.attributes.messageGroupID == "1")
        #expect(record.attributes.messageDeduplicationID == "1")
        #expect(record.attributes.traceHeader == "Root=1-2-3")
        #expect(record.attributes.deadLetterQueueSourceARN == "arn:aws:sqs:us-east-2:123456789012:source")
        #expect(record.messageAttributes["run_id"]?.stringValue == "r1")
        #expect(record.messageAttributes["raw"]?.binaryValue == Data([0, 1, 2]))
        #expect(record.messageAttributes["raw"]?.dataType == "Binary")
        #expect(record.md5OfBody == "e4e68fb7bd0e697a0ae8f1bb342846b3")
        #expect(record.md5OfMessageAttributes == "00484c68e0c3d7a6d2f4a0c9bb5f1c8f")
        #expect(record.eventSource == "aws:sqs")
        #expect(record.eventSourceARN == "arn:aws:sqs:us-east-2:123456789012:my-queue.fifo")
        #expect(record.awsRegion == "us-east-2")
        #expect(record.isFromFIFOQueue)
    }

    @Test func `is written as it was read`() throws {
        let event = try EventJSON.decode(SQSEvent.self, from: Array(documented.utf8))
        #expect(try EventJSON.decode(SQSEvent.self, from: try EventJSON.encode(event)) == event)
    }

    @Test func `may leave out all but id and body`() throws {
        let text = #"{"Records":[{"messageId":"m","body":"b"}]}"#
        let record = try #require(try EventJSON.decode(SQSEvent.self, from: Array(text.utf8)).records.first)
        #expect(record == SQSEvent.Record(messageID: "m", body: "b", eventSourceARN: "", eventSource: ""))
    }

    @Test func `without a body is refused, with the record's place`() async {
        struct Store: LambdaHandler {
            func handle(_ event: SQSEvent, context: LambdaContext) async throws -> BatchItemFailures { .init() }
        }
        let text = #"{"Records":[{"messageId":"m","body":"b"},{"messageId":"n"}]}"#
        let error = await #expect(throws: EventDecodingError.self) {
            try await Store().handle(payload: Array(text.utf8), context: LambdaContext(requestID: "r"))
        }
        #expect(error?.errorMessage == "The event is not a valid SQSEvent: Records[1].body is missing")
    }
}

@Suite struct `A partial batch` {
    @Test func `answers in Lambda's shape`() throws {
        var failures = BatchItemFailures()
        #expect(String(decoding: try EventJSON.encode(failures), as: UTF8.self) == #"{"batchItemFailures":[]}"#)
        failures.fail(event(1, queue: "q").records[0])
        #expect(
            String(decoding: try EventJSON.encode(failures), as: UTF8.self)
                == #"{"batchItemFailures":[{"itemIdentifier":"m0"}]}"#)
    }

    @Test(arguments: [1, 3, 100])
    func `of a standard queue fails only what failed`(atOnce: Int) async {
        let lines = Lines()
        let event = event(10, queue: "arn:aws:sqs:eu-west-1:1:q")
        let process: @Sendable (SQSEvent.Record) async throws -> Void = { record in
            await Task.yield()
            if ["m2", "m7"].contains(record.messageID) { throw Poison() }
        }
        let logger = LambdaLogger(output: lines.append)
        let one = await event.processEach(logger: logger, process)
        let several = await event.processEach(atOnce: atOnce, logger: logger, process)
        #expect(one.batchItemFailures.map(\.itemIdentifier) == ["m2", "m7"])
        #expect(several == one)
        #expect(lines.all.count == 4)
        #expect(lines.all[0].contains(#""message_id":"m2""#))
    }

    @Test func `never has more at once than allowed`() async {
        let (running, most) = (Box(0), Box(0))
        let failures = await event(20, queue: "arn:aws:sqs:eu-west-1:1:q").processEach(atOnce: 3) { _ in
            running.update { $0 += 1 }
            most.update { $0 = max($0, running.value) }
            await Task.yield()
            running.update { $0 -= 1 }
        }
        #expect(failures.isEmpty)
        #expect((1...3).contains(most.value))
    }

    @Test(arguments: [false, true])
    func `of a FIFO queue fails everything after the first failure, unprocessed`(atOnce: Bool) async {
        let seen = Box<[String]>([])
        let event = event(5, queue: "arn:aws:sqs:eu-west-1:1:q.fifo")
        let process: @Sendable (SQSEvent.Record) async throws -> Void = { record in
            seen.update { $0.append(record.messageID) }
            if record.messageID == "m2" { throw Poison() }
        }
        let failures = atOnce ? await event.processEach(atOnce: 4, process) : await event.processEach(process)
        #expect(failures.batchItemFailures.map(\.itemIdentifier) == ["m2", "m3", "m4"])
        #expect(seen.value == ["m0", "m1", "m2"])
    }
}

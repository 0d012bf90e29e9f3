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

@Suite struct `The scanner of SQS events` {
    /// A batch with everything that a batch can have, and every kind of text.
    private static func event(_ random: inout SeededGenerator) -> SQSEvent {
        func text(_ most: Int) -> String {
            let scalars = (0..<Int.random(in: 0...most, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &random) ? 0x7f : 0x1_ffff), using: &random))
            }
            return String(String.UnicodeScalarView(scalars))
        }
        let records = (0..<Int.random(in: 0...4, using: &random)).map { number in
            SQSEvent.Record(
                messageID: "m\(number)", body: text(30), eventSourceARN: "arn:aws:sqs:eu-west-1:1:q",
                receiptHandle: text(8), attributes: SQSEvent.Attributes(["SentTimestamp": "1", text(3): text(3)]),
                messageAttributes: [
                    "run_id": SQSEvent.MessageAttribute(dataType: "String", stringValue: text(5)),
                    text(3): SQSEvent.MessageAttribute(dataType: "Binary", binaryValue: Data(text(5).utf8)),
                ],
                md5OfBody: Bool.random(using: &random) ? nil : text(3), awsRegion: "eu-west-1")
        }
        return SQSEvent(records: records)
    }

    /// Writers of JSON differ in white space and escapes.
    private static func json(_ event: SQSEvent, _ random: inout SeededGenerator) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = Bool.random(using: &random) ? .prettyPrinted : .withoutEscapingSlashes
        let text = String(decoding: try encoder.encode(event), as: UTF8.self)
        guard Bool.random(using: &random) else { return Array(text.utf8) }
        return text.utf16.flatMap { unit in
            unit < 0x80 ? [UInt8(unit)] : Array("\\u\(String(format: "%04x", unit))".utf8)
        }
    }

    @Test(arguments: 0..<200)
    func `reads what any writer wrote`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let event = Self.event(&random)
        let json = try Self.json(event, &random)
        #expect(try SQSEvent(json: json) == event)
    }

    @Test func `takes Lambda's own shape without the decoder's help`() throws {
        let json = Array(documented.utf8)
        #expect(SQSEvent(scanning: json) == (try EventJSON.decode(SQSEvent.self, from: json)))
        #expect(SQSEvent(scanning: json) != nil)
        #expect(SQSEvent(scanning: Array(#"{"Records":[]}"#.utf8)) == SQSEvent(records: []))
        let more = #" {"x":[1,-0.5e+3,true,false,null,{"y":"\u00e9\ud83c\udfae"},[],{}],"Records":[]} "#
        #expect(SQSEvent(scanning: Array(more.utf8)) == SQSEvent(records: []))
    }

    /// The scanner may leave a text to the decoder, but must never accept one that the decoder reads otherwise.
    @Test(arguments: 0..<400)
    func `never accepts what the decoder refuses, nor reads it otherwise`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let whole = try Self.json(Self.event(&random), &random)
        for _ in 0..<25 {
            let json = Self.damaged(whole, &random)
            guard let scanned = SQSEvent(scanning: json) else { continue }
            let decoded = try? EventJSON.decode(SQSEvent.self, from: json)
            #expect(scanned == decoded, "\(String(decoding: json, as: UTF8.self))")
        }
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"Records":null}"#, #"{"Records":{}}"#, #"{"Records":[]}x"#, #"{"Records":[],}"#,
        #"{"Records":[],"Records":[]}"#, #"{"x":01,"Records":[]}"#, #"{"x":1.,"Records":[]}"#,
        #"{"x":.5,"Records":[]}"#,
        #"{"x":-,"Records":[]}"#, #"{"x":1e,"Records":[]}"#, #"{"x":"\x","Records":[]}"#,
        #"{"x":"\ud83c","Records":[]}"#,
        #"{"x":"\udfae\ud83c","Records":[]}"#, #"{"x":tru,"Records":[]}"#, "{\"x\":\"\n\",\"Records\":[]}",
        #"{"Records":[{"body":"b"}]}"#, #"{"Records":[{"messageId":"m","body":null}]}"#,
        #"{"Records":[{"messageId":"m","body":"b","body":"c"}]}"#, #"{"Records":[{"messageId":1,"body":"b"}]}"#,
        #"{"Records":[{"messageId":"m","body":"b","messageAttributes":{"a":{"stringValue":"s"}}}]}"#,
        "{\"x\":" + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + ",\"Records\":[]}",
    ])
    func `leaves to the decoder what is not plainly right`(text: String) {
        #expect(SQSEvent(scanning: Array(text.utf8)) == nil)
    }

    private static func damaged(_ whole: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = .random(in: 0...255, using: &random)
            case 1: bytes[place] = Array(#"{}[]",:\u0e1-.nt "#.utf8).randomElement(using: &random) ?? 0
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(contentsOf: bytes[place...].prefix(12), at: place)
            default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
            }
        }
        return bytes
    }
}

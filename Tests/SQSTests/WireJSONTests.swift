import AWSProtocol
import TestSupport
import Testing

@testable import SQS

/// Texts and codes as recorded from SQS; the codes that SDKs report come from the header.
@Suite struct `The JSON protocol` {
    @Test func `a message goes in and comes out with its digests`() async throws {
        let bench = try await Bench()
        let url = try #require(await bench.json("CreateQueue", ["QueueName": "orders"])["QueueUrl"])
        #expect(url == "http://127.0.0.1:4566/000000000000/orders")
        let sent = await bench.json(
            "SendMessage",
            [
                "QueueUrl": url, "MessageBody": "msg",
                "MessageAttributes": [
                    "Help.Me": ["DataType": "String", "StringValue": "Me"],
                    "Hello": ["DataType": "String", "StringValue": "There"],
                    "General": ["DataType": "String", "StringValue": "Kenobi"],
                ],
            ])
        #expect(sent["MD5OfMessageBody"] == "6e2baaf3b97dbeef01c0043275f9a0e7")
        #expect(sent["MD5OfMessageAttributes"] == "4c360f3fdafd970e05fae2f149d997f5")
        let received = await bench.json(
            "ReceiveMessage",
            [
                "QueueUrl": url, "MessageAttributeNames": ["Hello", "General"],
                "MessageSystemAttributeNames": ["SenderId", "ApproximateReceiveCount"],
            ])
        let message = try #require(received["Messages"]?.array?.first)
        #expect(message["MessageId"] == sent["MessageId"])
        #expect(message["MD5OfMessageAttributes"] == "fca026605781cb4126a1e9044df24232")
        #expect(message["Attributes"] == ["ApproximateReceiveCount": "1", "SenderId": "000000000000"])
        let gone = await bench.json(
            "DeleteMessage", ["QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] ?? .null])
        #expect(gone.status == 200 && gone.text.isEmpty)
    }

    @Test(
        arguments: [
            (["All"], "4c360f3fdafd970e05fae2f149d997f5"), (["*"], "4c360f3fdafd970e05fae2f149d997f5"),
            ([".*"], "4c360f3fdafd970e05fae2f149d997f5"), (["Hel.*"], "83fee93c1bcd8b9a5a923ffacdc636c7"),
            (["Foo", "Hello"], "a311262e065454b75da111d535b8dacd"), (["Foo", "Help"], nil), ([], nil), (["AWS."], nil),
        ] as [([String], String?)])
    func `attributes are chosen by name or by a beginning`(names: [String], digest: String?) async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        _ = try await bench.service.send(
            OutgoingMessage(
                body: "msg",
                attributes: [
                    "Help.Me": .string("Me"), "Hello": .string("There"), "General": .string("Kenobi"),
                ]), to: queue)
        let answer = await bench.json(
            "ReceiveMessage", ["QueueUrl": "orders", "MessageAttributeNames": .array(names.map { .string($0) })])
        #expect(answer["Messages"]?.array?.first?["MD5OfMessageAttributes"]?.string == digest)
    }

    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    @Test func `system and binary attributes have digests of their own`() {
        let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        #expect(
            MessageDigests.ofAttributes(["AWSTraceHeader": .string(trace)]) == "5ae4d5d7636402d80f4eb6d213245a88")
        let bytes = Array("traceparent\u{1e}00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01".utf8)
        #expect(MessageDigests.ofAttributes(["attr1": .binary(bytes)]) == "8cbe4db156db8a94db8b801b7addb984")
    }

    @Test(
        arguments: [
            (
                "GetQueueUrl", ["QueueName": "none"], "AWS.SimpleQueueService.NonExistentQueue;Sender",
                "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist."
            ),
            (
                "SendMessage", ["QueueUrl": "orders"], "MissingParameter;Sender",
                "com.amazon.coral.service#MissingRequiredParameterException",
                "The request must contain the parameter MessageBody."
            ),
            (
                "ReceiveMessage", ["QueueUrl": "orders", "MaxNumberOfMessages": 11], "InvalidParameterValue;Sender",
                "com.amazon.coral.service#InvalidParameterValueException",
                "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
            ),
            (
                "ReceiveMessage", ["QueueUrl": "orders", "WaitTimeSeconds": 21], "InvalidParameterValue;Sender",
                "com.amazon.coral.service#InvalidParameterValueException",
                "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."
            ),
            (
                "SendMessage", ["QueueUrl": "orders", "MessageBody": "a", "DelaySeconds": 901],
                "InvalidParameterValue;Sender",
                "com.amazon.coral.service#InvalidParameterValueException",
                "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
            ),
            (
                "SendMessage",
                [
                    "QueueUrl": "orders", "MessageBody": "a",
                    "MessageAttributes": ["ErrorDetails": ["DataType": "String", "StringValue": ""]],
                ], "InvalidParameterValue;Sender", "com.amazon.coral.service#InvalidParameterValueException",
                "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."
            ),
            (
                "SendMessage", ["QueueUrl": "orders", "MessageBody": "\u{1}"], "InvalidMessageContents;Sender",
                "com.amazonaws.sqs#InvalidMessageContents", SQSError.invalidCharacters
            ),
            (
                "GetQueueAttributes", ["QueueUrl": "orders", "AttributeNames": ["Foobar"]],
                "InvalidAttributeName;Sender",
                "com.amazonaws.sqs#InvalidAttributeName", "Unknown Attribute Foobar."
            ),
            (
                "SendMessageBatch", ["QueueUrl": "orders", "Entries": []],
                "AWS.SimpleQueueService.EmptyBatchRequest;Sender",
                "com.amazonaws.sqs#EmptyBatchRequest",
                "There should be at least one SendMessageBatchRequestEntry in the request."
            ),
            (
                "SendMessageBatch",
                [
                    "QueueUrl": "orders",
                    "Entries": [["Id": "a", "MessageBody": "1"], ["Id": "a", "MessageBody": "2"]],
                ],
                "AWS.SimpleQueueService.BatchEntryIdsNotDistinct;Sender", "com.amazonaws.sqs#BatchEntryIdsNotDistinct",
                "Id a repeated."
            ),
            (
                "DeleteMessageBatch", ["QueueUrl": "orders", "Entries": [["Id": "invalid:id", "ReceiptHandle": "x"]]],
                "AWS.SimpleQueueService.InvalidBatchEntryId;Sender", "com.amazonaws.sqs#InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
                    + "It can be at most 80 letters long."
            ),
            (
                "DeleteMessage", ["QueueUrl": "orders", "ReceiptHandle": "garbage"], "ReceiptHandleIsInvalid;Sender",
                "com.amazonaws.sqs#ReceiptHandleIsInvalid",
                "The input receipt handle \"garbage\" is not a valid receipt handle."
            ),
        ] as [(String, JSONObject, String, String, String)])
    func `a refusal has SQS's code and words`(
        operation: String, members: JSONObject, query: String, type: String, message: String
    ) async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.json(operation, members)
        #expect(answer.status == (query.hasPrefix("ReceiptHandleIsInvalid") ? 404 : 400))
        #expect(answer.queryError == query)
        #expect(answer["__type"]?.string == type)
        #expect(answer["message"]?.string == message)
    }

    @Test(
        arguments: [
            (
                "SendMessageBatch", ["Id": "1"],
                "The request must contain the parameter SendMessageBatchRequestEntry.1.MessageBody."
            ),
            ("DeleteMessageBatch", ["Id": "1"], "The request must contain the parameter ReceiptHandle."),
            (
                "ChangeMessageVisibilityBatch", ["Id": "1", "ReceiptHandle": "x"],
                "The request must contain the parameter ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout."
            ),
        ] as [(String, JSONValue, String)])
    func `an entry without what it needs is told so`(operation: String, entry: JSONValue, message: String) async throws
    {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.json(operation, ["QueueUrl": "orders", "Entries": .array([entry])])
        #expect(answer["Failed"]?.array?.first?["Code"] == "MissingParameter")
        #expect(answer["Failed"]?.array?.first?["Message"]?.string == message)
        let none = await bench.json(operation, ["QueueUrl": "orders"])
        #expect(none["message"] == "The request must contain the parameter Entries.")
    }

    @Test func `entries of a batch fail one by one`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.json(
            "SendMessageBatch",
            [
                "QueueUrl": "orders",
                "Entries": [["Id": "good", "MessageBody": "a"], ["Id": "bad", "MessageBody": "\u{1}"]],
            ])
        #expect(answer["Successful"]?.array?.compactMap { $0["Id"]?.string } == ["good"])
        let failed = try #require(answer["Failed"]?.array?.first)
        #expect(failed["Id"] == "bad" && failed["Code"] == "InvalidMessageContents" && failed["SenderFault"] == true)
    }

    @Test func `a batch is weighed as a whole`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let half = JSONValue.string(String(repeating: "a", count: 524_289))
        let answer = await bench.json(
            "SendMessageBatch",
            ["QueueUrl": "orders", "Entries": [["Id": "1", "MessageBody": half], ["Id": "2", "MessageBody": half]]])
        #expect(answer.queryError == "AWS.SimpleQueueService.BatchRequestTooLong;Sender")
        #expect(
            answer["message"] == "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes.")
    }

    @Test func `a FIFO batch is taken or refused as one`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders.fifo")
        let answer = await bench.json(
            "SendMessageBatch",
            [
                "QueueUrl": "orders.fifo",
                "Entries": [
                    ["Id": "1", "MessageBody": "a", "MessageGroupId": "g", "MessageDeduplicationId": "1"],
                    ["Id": "2", "MessageBody": "b", "MessageDeduplicationId": "2"],
                ],
            ])
        #expect(answer.queryError == "InvalidParameterValue;Sender")
        #expect(answer["message"] == "The request must contain the parameter MessageGroupId.")
    }

    @Test func `what nobody ever heard of is an unknown operation`() async throws {
        let bench = try await Bench()
        let answer = await bench.json("FlyToTheMoon", [:])
        #expect(answer.status == 400)
        #expect(answer["__type"] == "com.amazon.coral.service#UnknownOperationException")
    }

    @Test func `accounts keep apart, and a URL names its own`() async throws {
        let bench = try await Bench()
        let first = await bench.json("CreateQueue", ["QueueName": "orders"], account: "111111111111")
        _ = await bench.json("CreateQueue", ["QueueName": "orders"], account: "222222222222")
        let url = try #require(first["QueueUrl"])
        #expect(url == "http://127.0.0.1:4566/111111111111/orders")
        _ = await bench.json("SendMessage", ["QueueUrl": url, "MessageBody": "a"], account: "222222222222")
        let own = await bench.json("ReceiveMessage", ["QueueUrl": "orders"], account: "222222222222")
        #expect(own["Messages"] == nil)
        let moved = await bench.json(
            "ReceiveMessage", ["QueueUrl": "http://elsewhere:9/111111111111/orders"], account: "222222222222")
        #expect(moved["Messages"]?.array?.count == 1)
    }

    /// Bytes from outside never bring the service down, and it always answers.
    @Test(arguments: 0..<8)
    func `any bytes are answered`(seed: UInt64) async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 { try await answersAnything(bench, &random) }
    }

    private func answersAnything(_ bench: Bench, _ random: inout SeededGenerator) async throws {
        let operation = SQSOperation.allCases.randomElement(using: &random) ?? .sendMessage
        let fragments = [
            #"{"QueueUrl":"orders","#, #""Entries":[{"Id":"1"},"#, #""MessageBody":{}"#, #""Attributes":[]"#, "null",
            "}",
            "{", #""Tags":{"a":1}"#, #""AttributeNames":["All",7]"#, #""MaxNumberOfMessages":1e9"#, "]", ",",
            #""QueueName":"#,
            #""x.fifo""#, #""MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"!"}}"#, "\u{0}",
        ]
        let body = (0..<Int.random(in: 0..<8, using: &random))
            .compactMap { _ in fragments.randomElement(using: &random) }.joined()
        let answer = await bench.raw(operation.rawValue, Array(body.utf8))
        #expect((200..<502).contains(answer.status))
        #expect(answer.status != 500, "\(operation.rawValue) \(body)")
    }
}

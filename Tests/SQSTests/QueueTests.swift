import AWSProtocol
import EmulatorClock
import Testing

@testable import SQS

@Suite struct Queues {
    @Test func `a queue has SQS's defaults`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.json("GetQueueAttributes", ["QueueUrl": "orders", "AttributeNames": ["All"]])
        let attributes = try #require(answer["Attributes"]?.object)
        let expected: [String: String] = [
            "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0",
            "ApproximateNumberOfMessagesNotVisible": "0", "CreatedTimestamp": "1772388000", "DelaySeconds": "0",
            "LastModifiedTimestamp": "1772388000", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600",
            "QueueArn": "arn:aws:sqs:us-east-1:000000000000:orders", "ReceiveMessageWaitTimeSeconds": "0",
            "SqsManagedSseEnabled": "true", "VisibilityTimeout": "30",
        ]
        let shown = Dictionary(attributes.members.map { ($0.name, $0.value.string) }, uniquingKeysWith: { $1 })
        #expect(shown == expected)
    }

    @Test func `a FIFO queue shows what only it has`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders.fifo", ["ContentBasedDeduplication": "true"])
        let answer = await bench.json("GetQueueAttributes", ["QueueUrl": "orders.fifo", "AttributeNames": ["All"]])
        for (name, value) in [
            ("FifoQueue", "true"), ("ContentBasedDeduplication", "true"), ("DeduplicationScope", "queue"),
            ("FifoThroughputLimit", "perQueue"),
        ] {
            #expect(answer["Attributes"]?[name]?.string == value)
        }
    }

    @Test func `making it again changes nothing unless an attribute differs`() async throws {
        let bench = try await Bench()
        let first = try await bench.queue("orders", ["DelaySeconds": "1", "VisibilityTimeout": "69"])
        #expect(try await bench.queue("orders").id == first.id)
        #expect(try await bench.queue("orders", ["DelaySeconds": "1"]).id == first.id)
        await #expect(throws: SQSError.queueNameExists(differing: "DelaySeconds")) {
            try await bench.queue("orders", ["DelaySeconds": "2", "VisibilityTimeout": "69"])
        }
        try await bench.service.setAttributes([("DelaySeconds", "2")], of: first)
        #expect(try await bench.queue("orders", ["DelaySeconds": "2"]).id == first.id)
    }

    @Test(arguments: [
        ("in.fo", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
        ("example.fifo", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
        ("queue/with/slash", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
        (
            String(repeating: "a", count: 81),
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        ),
        ("", "Queue name cannot be empty"),
    ])
    func `a name that cannot be is refused`(name: String, message: String) async throws {
        let bench = try await Bench()
        let answer = await bench.json("CreateQueue", ["QueueName": .string(name)])
        #expect(answer.queryError == "InvalidParameterValue;Sender")
        #expect(answer["message"]?.string == message)
    }

    @Test(arguments: [
        ("DelaySeconds", "901"), ("DelaySeconds", " 6"), ("DelaySeconds", ""), ("MaximumMessageSize", "1023"),
        ("MaximumMessageSize", "1048577"), ("MessageRetentionPeriod", "59"), ("MessageRetentionPeriod", "1209601"),
        ("ReceiveMessageWaitTimeSeconds", "21"), ("VisibilityTimeout", "43201"), ("VisibilityTimeout", "-1"),
        ("KmsDataKeyReusePeriodSeconds", "59"), ("Policy", "badjson"), ("Policy", "[]"), ("SqsManagedSseEnabled", "x"),
    ])
    func `a value out of bounds is refused by its attribute`(name: String, value: String) async throws {
        let bench = try await Bench()
        let answer = await bench.json("CreateQueue", ["QueueName": "orders", "Attributes": [name: .string(value)]])
        #expect(answer.queryError == "InvalidAttributeValue;Sender")
        #expect(answer["message"]?.string == "Invalid value for the parameter \(name).")
    }

    @Test(arguments: [
        (#" "#, "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map."),
        (
            "{}",
            "Value {} for parameter RedrivePolicy is invalid. "
                + "Reason: Redrive policy does not contain mandatory attribute: maxReceiveCount."
        ),
        (
            #"{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}"#,
            #"Value {"deadLetterTargetArn": "dummy", "maxReceiveCount": 42} for parameter RedrivePolicy is invalid. "#
                + "Reason: Invalid value for deadLetterTargetArn."
        ),
        (
            #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":5}"#,
            #"Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":5} for parameter "#
                + "RedrivePolicy is invalid. Reason: Dead letter target does not exist."
        ),
        (
            #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":0}"#,
            #"Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":0} for parameter "#
                + "RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: 0, "
                + "valid values are from 1 to 1000 both inclusive."
        ),
    ])
    func `a redrive policy is read with care`(policy: String, message: String) async throws {
        let bench = try await Bench()
        let answer = await bench.json(
            "CreateQueue", ["QueueName": "orders", "Attributes": ["RedrivePolicy": .string(policy)]])
        #expect(answer["message"]?.string == message)
    }

    @Test func `a count given as text is kept as a number`() async throws {
        let bench = try await Bench()
        let dead = try await bench.queue("dead")
        let queue = try await bench.queue(
            "orders", ["RedrivePolicy": #"{"maxReceiveCount":"42","deadLetterTargetArn":"\#(dead.arn)"}"#])
        #expect(
            queue.settings.text(of: .redrivePolicy)
                == #"{"deadLetterTargetArn":"\#(dead.arn)","maxReceiveCount":42}"#)
    }

    @Test func `encryption is of one kind at a time`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        await #expect(
            throws: SQSError.invalidAttributeName(
                "You can use one type of server-side encryption (SSE) at one time. "
                    + "You can either enable KMS SSE or SQS SSE.")
        ) {
            try await bench.service.setAttributes(
                [("KmsMasterKeyId", "key"), ("SqsManagedSseEnabled", "true")], of: queue)
        }
        try await bench.service.setAttributes(
            [("KmsDataKeyReusePeriodSeconds", "6000"), ("KmsMasterKeyId", "key"), ("SqsManagedSseEnabled", "false")],
            of: queue)
        #expect(try bench.service.resolve(queue.address).settings.encryption == .kms(keyID: "key", reuse: 6000))
    }

    @Test func `the kind of a queue cannot be changed`() async throws {
        let bench = try await Bench()
        let standard = try await bench.queue("orders")
        let fifo = try await bench.queue("orders.fifo")
        await #expect(throws: SQSError.unknownAttribute("FifoQueue")) {
            try await bench.service.setAttributes([("FifoQueue", "true")], of: standard)
        }
        try await bench.service.setAttributes([("FifoQueue", "true")], of: fifo)
        await #expect(
            throws: SQSError.invalidAttributeValue("FifoQueue", reason: "Modifying queue type is not supported.")
        ) { try await bench.service.setAttributes([("FifoQueue", "false")], of: fifo) }
        await #expect(
            throws: SQSError.invalidAttributeName(
                "You can specify the DeduplicationScope only when FifoQueue is set to true.")
        ) { try await bench.service.setAttributes([("DeduplicationScope", "queue")], of: standard) }
    }

    @Test func `a deleted queue's name is free again after a minute`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        try await bench.service.delete(queue)
        await #expect(throws: SQSError.queueDoesNotExist) { try await bench.receive(queue) }
        bench.clock.advance(by: .milliseconds(59_999))
        await #expect(throws: SQSError.queueDeletedRecently) { try await bench.queue("orders") }
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await bench.receive(try await bench.queue("orders")) == [])
    }

    @Test func `a purge takes everything, and comes once a minute`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        try await bench.send("1", to: queue, group: "g")
        try await bench.send("2", to: queue, group: "h")
        _ = try await bench.receive(queue, 1)
        let message = OutgoingMessage(body: "3", groupID: "g", deduplicationID: "one")
        let first = try await bench.service.send(message, to: queue)
        try await bench.service.purge(queue)
        #expect(try await bench.service.statistics(of: queue).total == 0)
        #expect(try await bench.service.send(message, to: queue) != first)
        await #expect(throws: SQSError.purgeQueueInProgress("orders.fifo")) { try await bench.service.purge(queue) }
        bench.clock.advance(by: .seconds(60))
        try await bench.service.purge(queue)
    }

    @Test func `a purge is quick, and clears the shelf behind it`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        for number in 0..<1_500 { try await bench.send("\(number)", to: queue) }
        let held = try #require(try await bench.service.receive(from: queue).first)
        try await bench.service.purge(queue)
        try await bench.service.delete(held.receiptHandle, from: queue)
        try await bench.send("new", to: queue)
        // The clearing goes on in writes of its own; each of these lets one by.
        while try await bench.rows("sqs_message") > 1 { try await bench.service.changeTags(of: queue) { _ in } }
        #expect(try await bench.rows("sqs_shelf") == 1)
        #expect(try await bench.service.statistics(of: queue).total == 1)
        #expect(try await bench.receive(queue) == ["new"])
    }

    @Test func `queues are listed by prefix and by page`() async throws {
        let bench = try await Bench()
        for name in ["b1", "a2", "a1", "a3"] { _ = try await bench.queue(name) }
        func names(_ answer: Answer) -> [String] {
            answer["QueueUrls"]?.array?.compactMap { $0.string?.split(separator: "/").last.map(String.init) } ?? []
        }
        #expect(names(await bench.json("ListQueues", [:])) == ["a1", "a2", "a3", "b1"])
        let first = await bench.json("ListQueues", ["QueueNamePrefix": "a", "MaxResults": 2])
        #expect(names(first) == ["a1", "a2"])
        let second = await bench.json(
            "ListQueues", ["QueueNamePrefix": "a", "MaxResults": 2, "NextToken": first["NextToken"] ?? .null])
        #expect(names(second) == ["a3"])
        #expect(second["NextToken"] == nil)
        #expect(await bench.json("ListQueues", ["QueueNamePrefix": "z"]).text == "{}")
    }

    @Test func `tags are put on and taken off`() async throws {
        let bench = try await Bench()
        _ = await bench.json("CreateQueue", ["QueueName": "orders", "tags": ["a": "1", "B": "2"]])
        _ = await bench.json("TagQueue", ["QueueUrl": "orders", "Tags": ["a": "3", "c": ""]])
        _ = await bench.json("UntagQueue", ["QueueUrl": "orders", "TagKeys": ["B", "never"]])
        #expect(await bench.json("ListQueueTags", ["QueueUrl": "orders"])["Tags"] == ["a": "3", "c": ""])
    }

    @Test func `permissions become a policy and vanish with the last of them`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        let request: JSONObject = [
            "QueueUrl": "orders", "Label": "share", "AWSAccountIds": ["111111111111", "222222222222"],
            "Actions": ["ReceiveMessage"],
        ]
        #expect(await bench.json("AddPermission", request).status == 200)
        let policy = try #require(try bench.service.resolve(queue.address).settings.policy)
        #expect(
            try JSONValue(parsing: policy) == [
                "Version": "2008-10-17", "Id": .string("\(queue.arn)/SQSDefaultPolicy"),
                "Statement": [
                    [
                        "Sid": "share", "Effect": "Allow",
                        "Principal": ["AWS": ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]],
                        "Action": "SQS:ReceiveMessage", "Resource": .string(queue.arn),
                    ]
                ],
            ])
        #expect(
            await bench.json("AddPermission", request)["message"]
                == "Value share for parameter Label is invalid. Reason: Already exists.")
        #expect(
            await bench.json("RemovePermission", ["QueueUrl": "orders", "Label": "other"])["message"]
                == "Value other for parameter Label is invalid. Reason: can't find label on existing policy.")
        #expect(await bench.json("RemovePermission", ["QueueUrl": "orders", "Label": "share"]).status == 200)
        #expect(try bench.service.resolve(queue.address).settings.policy == nil)
        #expect(
            await bench.json("RemovePermission", ["QueueUrl": "orders", "Label": "share"])["message"]
                == "Value share for parameter Label is invalid. Reason: can't find label.")
    }

    @Test func `in flight there may be only so many`() async throws {
        var limits = SQSLimits.aws
        limits.inFlight = 3
        let bench = try await Bench(limits: limits)
        let queue = try await bench.queue("orders")
        try await bench.send("1", "2", "3", "4", to: queue)
        #expect(try await bench.receive(queue).count == 3)
        await #expect(throws: SQSError.self) { try await bench.receive(queue) }
        bench.clock.advance(by: .seconds(30))
        #expect(try await bench.receive(queue).count == 3)
    }

    @Test func `everything is there again after a restart`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 3, ["VisibilityTimeout": "5"])
        try await bench.service.changeTags(of: queue) { $0["team"] = "blue" }
        try await bench.send("a", "b", to: queue)
        let held = try #require(try await bench.service.receive(from: queue).first)
        let next = try await SQSService(database: bench.database, clock: bench.clock)
        let again = try next.resolve(queue.address)
        #expect(again.settings == queue.settings)
        #expect(again.tags == ["team": "blue"])
        #expect(next.sources(ofDeadLetterQueue: dead).map(\.id) == [queue.id])
        #expect(try await next.statistics(of: again).inFlight == 1)
        try await next.delete(held.receiptHandle, from: again)
        #expect(try await next.receive(from: again, maximum: 10).map(\.body) == ["b"])
    }
}

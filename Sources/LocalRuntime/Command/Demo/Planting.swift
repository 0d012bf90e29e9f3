import AWSProtocol

/// The trouble that the demo makes on purpose, before the consumer is let at the queue: a message that no consumer can
/// use, and one that comes twice.
struct Planting: Sendable {
    static let messageCount = 2

    let stack: PipelineStack

    func plantAndEnable() async throws {
        let queueURL = JSONValue.string(try await stack.queueURL(PipelineStack.queue))
        try await stack.aws.json(
            "sqs", "AmazonSQS.SendMessage",
            ["QueueUrl": queueURL, "MessageBody": #"{"poison": "no stream was ever like this"}"#])
        let received = try await stack.aws.json(
            "sqs", "AmazonSQS.ReceiveMessage",
            [
                "QueueUrl": queueURL, "MaxNumberOfMessages": 1, "VisibilityTimeout": 0,
                "MessageAttributeNames": ["All"],
            ])
        if let message = received["Messages"]?.array?.first, let body = message["Body"] {
            var repeated: JSONObject = ["QueueUrl": queueURL, "MessageBody": body]
            if let attributes = message["MessageAttributes"] { repeated.append("MessageAttributes", attributes) }
            try await stack.aws.json("sqs", "AmazonSQS.SendMessage", .object(repeated))
        }
        try await stack.enableMapping()
    }
}

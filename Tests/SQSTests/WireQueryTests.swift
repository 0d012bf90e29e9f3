import AWSProtocol
import Testing

@testable import SQS

@Suite struct `The Query protocol` {
    @Test func `a queue is made, asked and deleted`() async throws {
        let bench = try await Bench()
        let created = await bench.query(
            "Action=CreateQueue&QueueName=orders&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=7"
                + "&Tag.1.Key=team&Tag.1.Value=blue&Version=2012-11-05")
        #expect(
            created.text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <CreateQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><CreateQueueResult>\
                <QueueUrl>http://127.0.0.1:4566/000000000000/orders</QueueUrl></CreateQueueResult>\
                <ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></CreateQueueResponse>
                """)
        let path = "/000000000000/orders"
        let attributes = await bench.query(
            "Action=GetQueueAttributes&AttributeName.1=QueueArn&AttributeName.2=VisibilityTimeout", path: path,
            method: "GET")
        #expect(attributes.text.contains("<Attribute><Name>QueueArn</Name><Value>arn:aws:sqs:us-east-1:"))
        #expect(attributes.text.contains("<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>"))
        let tags = await bench.query("Action=ListQueueTags", path: path)
        #expect(tags.text.contains("<Tag><Key>team</Key><Value>blue</Value></Tag>"))
        let deleted = await bench.query("Action=DeleteQueue", path: path)
        #expect(deleted.text.contains("<DeleteQueueResponse "))
        #expect(!deleted.text.contains("Result>"))
    }

    @Test func `messages go in and come out`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let path = "/000000000000/orders"
        let sent = await bench.query(
            "Action=SendMessage&MessageBody=a%26b%0D&MessageAttribute.1.Name=Hello&MessageAttribute.1.Value.DataType=String"
                + "&MessageAttribute.1.Value.StringValue=There", path: path)
        #expect(sent.text.contains("<MD5OfMessageAttributes>a311262e065454b75da111d535b8dacd</MD5OfMessageAttributes>"))
        let received = await bench.query(
            "Action=ReceiveMessage&MessageAttributeName.1=All&AttributeName.1=All&VisibilityTimeout=0", path: path)
        #expect(received.text.contains("<Message><MessageId>"))
        #expect(received.text.contains("<Body>a&amp;b&#13;</Body>"))
        #expect(received.text.contains("<Attribute><Name>SentTimestamp</Name><Value>1772388000000</Value></Attribute>"))
        #expect(
            received.text.contains(
                "<MessageAttribute><Name>Hello</Name><Value><StringValue>There</StringValue>"
                    + "<DataType>String</DataType></Value></MessageAttribute>"))
    }

    @Test func `a batch is a flat list`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.query(
            "Action=SendMessageBatch&QueueUrl=http%3A%2F%2Fx%2F000000000000%2Forders"
                + "&SendMessageBatchRequestEntry.1.Id=one&SendMessageBatchRequestEntry.1.MessageBody=a"
                + "&SendMessageBatchRequestEntry.2.Id=two&SendMessageBatchRequestEntry.2.MessageBody=%01"
                + "&SendMessageBatchRequestEntry.10.Id=ten&SendMessageBatchRequestEntry.10.MessageBody=c"
                + "&SendMessageBatchRequestEntry.10.DelaySeconds=5")
        #expect(answer.text.contains("<SendMessageBatchResultEntry><Id>one</Id><MessageId>"))
        #expect(answer.text.contains("<SendMessageBatchResultEntry><Id>ten</Id>"))
        #expect(
            answer.text.contains(
                "<BatchResultErrorEntry><Id>two</Id><SenderFault>true</SenderFault><Code>InvalidMessageContents</Code>")
        )
    }

    @Test func `an empty list is spelled by the name of all`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.query("Action=SendMessageBatch&Entries=", path: "/000000000000/orders")
        #expect(answer.status == 400)
        #expect(answer.text.contains("<Code>AWS.SimpleQueueService.EmptyBatchRequest</Code>"))
    }

    @Test(arguments: [
        ("Action=FooBar&Version=2012-11-05", 400, "InvalidAction", "The action FooBar is not valid for this endpoint."),
        ("Action=ListQueues", 400, "InvalidAction", "The action ListQueues is not valid for this endpoint."),
        ("Action=SendMessage", 400, "MissingParameter", "The request must contain the parameter MessageBody."),
        (
            "Action=GetQueueAttributes&AttributeName.1=Foobar", 400, "InvalidAttributeName",
            "Unknown Attribute Foobar."
        ),
        (
            "Action=PurgeQueue&QueueUrl=none", 400, "AWS.SimpleQueueService.NonExistentQueue",
            "The specified queue does not exist for this wsdl version."
        ),
    ])
    func `a refusal is an ErrorResponse`(form: String, status: Int, code: String, message: String) async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.query(form, path: "/000000000000/orders", method: "GET")
        #expect(answer.status == status)
        #expect(
            answer.text.contains(
                "<Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message><Detail/></Error>"))
    }

    @Test func `without an action there is no operation`() async throws {
        let bench = try await Bench()
        let answer = await bench.query("", path: "/000000000000/orders", method: "GET")
        #expect(answer.status == 404)
        #expect(answer.text.contains("<UnknownOperationException"))
    }

    @Test func `nothing received is an empty result`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.query("Action=ReceiveMessage", path: "/000000000000/orders")
        #expect(answer.text.contains("<ReceiveMessageResult/>"))
    }
}

"""The Query protocol: forms in, XML out, also on the queue's own URL."""

import urllib.parse

from conformance import rule, sqs_guide


def path(url):
    return urllib.parse.urlsplit(url).path


def texts(root, name):
    return [element.text for element in root.iter(name)]


@rule(
    "The Query protocol takes forms by POST or GET, on the endpoint or on the queue's URL",
    sqs_guide("sqs-making-api-requests-xml"))
def test_a_queue_lives_over_forms(form, unique):
    status, root = form(
        Action="CreateQueue", QueueName=unique, Attribute__1__Name="VisibilityTimeout", Attribute__1__Value="7",
        Tag__1__Key="team", Tag__1__Value="blue")
    assert (status, root.tag) == (200, "CreateQueueResponse")
    url, = texts(root, "QueueUrl")
    _, root = form(path(url), Action="GetQueueAttributes", AttributeName__1="VisibilityTimeout")
    assert (texts(root, "Name"), texts(root, "Value")) == (["VisibilityTimeout"], ["7"])
    _, root = form(path(url), Action="ListQueueTags")
    assert (texts(root, "Key"), texts(root, "Value")) == (["team"], ["blue"])
    _, root = form(QueueNamePrefix=unique, Action="ListQueues")
    assert texts(root, "QueueUrl") == [url]
    status, root = form(path(url), "GET", Action="DeleteQueue")
    assert (status, root.tag) == (200, "DeleteQueueResponse")
    status, root = form(path(url), "GET", Action="GetQueueAttributes", AttributeName__1="All")
    assert status == 400
    assert texts(root, "Code") == ["AWS.SimpleQueueService.NonExistentQueue"]
    assert texts(root, "Message") == ["The specified queue does not exist for this wsdl version."]


@rule("The Query protocol numbers lists in flat names and answers in XML", sqs_guide("sqs-making-api-requests-xml"))
def test_messages_travel_over_forms(form, queue):
    _, root = form(
        Action="SendMessageBatch", QueueUrl=queue, SendMessageBatchRequestEntry__1__Id="one",
        SendMessageBatchRequestEntry__1__MessageBody="a & b\r", SendMessageBatchRequestEntry__1__MessageAttribute__1__Name="k",
        SendMessageBatchRequestEntry__1__MessageAttribute__1__Value__DataType="String",
        SendMessageBatchRequestEntry__1__MessageAttribute__1__Value__StringValue="v",
        SendMessageBatchRequestEntry__2__Id="two", SendMessageBatchRequestEntry__2__MessageBody="\x01")
    assert [entry.find("Id").text for entry in root.iter("SendMessageBatchResultEntry")] == ["one"]
    assert [entry.find("Code").text for entry in root.iter("BatchResultErrorEntry")] == ["InvalidMessageContents"]
    _, root = form(Action="ReceiveMessage", QueueUrl=queue, MessageAttributeName__1="All", AttributeName__1="All")
    message, = root.iter("Message")
    assert message.find("Body").text == "a & b\r"
    assert message.find("MessageAttribute/Value/StringValue").text == "v"
    handle = message.find("ReceiptHandle").text
    status, root = form(Action="DeleteMessage", QueueUrl=queue, ReceiptHandle=handle)
    assert (status, root.tag) == (200, "DeleteMessageResponse")


@rule(
    "An error of the Query protocol is an ErrorResponse with type, code and message",
    sqs_guide("sqs-making-api-requests-xml"))
def test_what_cannot_be_is_an_error_response(form, queue):
    for fields, code, message in [
        ({"Action": "FooBar"}, "InvalidAction", "The action FooBar is not valid for this endpoint."),
        ({"Action": "CreateQueue", "QueueName": "x"}, "InvalidAction", "The action CreateQueue is not valid for this endpoint."),
        ({"Action": "SendMessage"}, "MissingParameter", "The request must contain the parameter MessageBody."),
        ({"Action": "GetQueueAttributes", "AttributeName.1": "Foobar"}, "InvalidAttributeName", "Unknown Attribute Foobar."),
    ]:
        status, root = form(path(queue), "GET", **fields)
        assert (status, texts(root, "Type"), texts(root, "Code"), texts(root, "Message")) == (400, ["Sender"], [code], [message])


def test_no_action_is_no_operation(form, queue):
    status, root = form(path(queue), "GET")
    assert (status, root.tag) == (404, "UnknownOperationException")


def test_who_accepts_json_alone_gets_json(form, queue, unique):
    def ask(**fields):
        return form(path(queue), "GET", accept="application/json", **fields)

    status, answer = ask(Action="GetQueueAttributes", AttributeName__1="VisibilityTimeout")
    assert (status, answer["GetQueueAttributesResponse"]["GetQueueAttributesResult"]) == (
        200, {"Attributes": [{"Name": "VisibilityTimeout", "Value": "30"}]})
    sent = ask(Action="SendMessage", MessageBody="a")[1]["SendMessageResponse"]
    assert sent["ResponseMetadata"]["RequestId"]
    answer = ask(Action="ReceiveMessage", AttributeName__1="ApproximateReceiveCount")[1]
    message, = answer["ReceiveMessageResponse"]["ReceiveMessageResult"]["messages"]
    assert message["MessageId"] == sent["SendMessageResult"]["MessageId"]
    assert message["Attributes"] == [{"Name": "ApproximateReceiveCount", "Value": "1"}]
    status, answer = ask(Action="ListQueues")
    assert (status, answer["Error"]) == (400, {
        "Code": "InvalidAction", "Message": "The action ListQueues is not valid for this endpoint.", "Type": "Sender"})
    status, root = ask()
    assert (status, root.tag) == (404, "UnknownOperationException")

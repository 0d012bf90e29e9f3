"""Bounds of SQS, and the words in which it refuses what lies beyond them."""

import json

import pytest

from conformance import rule, sqs_api, sqs_guide
from sqs.conftest import attribute, bodies, receive, refusal

QUEUE_QUOTAS = sqs_guide("quotas-queues")
MESSAGE_QUOTAS = sqs_guide("quotas-messages")


@pytest.fixture
def lenient(client):
    """A client that lets everything through to SQS."""
    return client("sqs", parameter_validation=False)


@pytest.mark.parametrize("name", ["queue/with/slash", "in.fo", "a" * 81, ""])
@rule("A queue's name has 1 to 80 letters, digits, hyphens and underscores", QUEUE_QUOTAS)
def test_names(lenient, name):
    assert refusal(lenient.create_queue, QueueName=name)[:2] == ("InvalidParameterValue", (
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length" if name
        else "Queue name cannot be empty"))


def bound(name, low, high, page):
    return pytest.param(name, low, high, id=name, marks=rule(f"{name} lies from {low:,} to {high:,}", page))


@pytest.mark.parametrize("name, low, high", [
    bound("VisibilityTimeout", 0, 43_200, sqs_guide("sqs-visibility-timeout")),
    bound("DelaySeconds", 0, 900, sqs_guide("sqs-delay-queues")),
    bound("MessageRetentionPeriod", 60, 1_209_600, MESSAGE_QUOTAS),
    bound("MaximumMessageSize", 1_024, 1_048_576, MESSAGE_QUOTAS),
    bound("ReceiveMessageWaitTimeSeconds", 0, 20, sqs_guide("sqs-short-and-long-polling")),
    bound("KmsDataKeyReusePeriodSeconds", 60, 86_400, sqs_api("SetQueueAttributes")),
])
def test_attributes(sqs, queue, name, low, high):
    for value in (low, high):
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={name: str(value)})
    for value in (low - 1, high + 1, "x", ""):
        assert refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={name: str(value)}) == (
            "InvalidAttributeValue", f"Invalid value for the parameter {name}.", 400)


@rule("An attribute that SQS does not know is InvalidAttributeName", sqs_api("SetQueueAttributes"))
def test_unknown_attributes(sqs, queue):
    assert refusal(sqs.get_queue_attributes, QueueUrl=queue, AttributeNames=["Foobar"]) == (
        "InvalidAttributeName", "Unknown Attribute Foobar.", 400)
    assert refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"Foobar": "1"})[0] == "InvalidAttributeName"


@pytest.mark.parametrize("arguments, message", [
    pytest.param(
        {"MaxNumberOfMessages": 11}, "Value 11 for parameter MaxNumberOfMessages is invalid. "
        "Reason: Must be between 1 and 10, if provided.",
        marks=rule("A receive takes 10 messages at most", sqs_api("ReceiveMessage"))),
    pytest.param(
        {"MaxNumberOfMessages": 0}, "Value 0 for parameter MaxNumberOfMessages is invalid. "
        "Reason: Must be between 1 and 10, if provided.",
        marks=rule("A receive takes 1 message at least", sqs_api("ReceiveMessage"))),
    pytest.param(
        {"WaitTimeSeconds": 21}, "Value 21 for parameter WaitTimeSeconds is invalid. "
        "Reason: Must be >= 0 and <= 20, if provided.",
        marks=rule("A long poll lasts 20 seconds at most", sqs_api("ReceiveMessage"))),
    pytest.param(
        {"VisibilityTimeout": 43_201}, "Value 43201 for parameter VisibilityTimeout is invalid. "
        "Reason: Must be >= 0 and <= 43200, if provided.",
        marks=rule("A visibility timeout lasts 12 hours at most", sqs_api("ReceiveMessage"))),
])
def test_receives(lenient, queue, arguments, message):
    assert refusal(lenient.receive_message, QueueUrl=queue, **arguments) == ("InvalidParameterValue", message, 400)


@rule("A message's delay lasts 15 minutes at most", sqs_guide("sqs-message-timers"))
def test_delays(sqs, queue):
    assert refusal(sqs.send_message, QueueUrl=queue, MessageBody="a", DelaySeconds=901) == (
        "InvalidParameterValue",
        "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.", 400)


@rule("A queue's MaximumMessageSize holds for its messages", sqs_api("SetQueueAttributes"))
def test_a_queues_own_message_size(sqs, make_queue):
    url = make_queue(MaximumMessageSize=1_024)
    sqs.send_message(QueueUrl=url, MessageBody="a" * 1_024)
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="a" * 1_025)[1].endswith(
        "Message must be shorter than 1024 bytes.")


@pytest.mark.parametrize("body", ["\x01", "a\x0b", "\ufffe"])
@rule("A body holds the characters of XML 1.0 only", sqs_api("SendMessage"))
def test_characters(sqs, queue, body):
    assert refusal(sqs.send_message, QueueUrl=queue, MessageBody=body)[0] == "InvalidMessageContents"


@pytest.mark.parametrize("name, value, message", [
    ("empty", {"DataType": "String", "StringValue": ""},
     "Message (user) attribute 'empty' must contain a non-empty value of type 'String'."),
])
@rule("A message attribute has a name, a type and a value that is not empty", sqs_guide("sqs-message-metadata"))
def test_message_attributes(sqs, queue, name, value, message):
    assert refusal(sqs.send_message, QueueUrl=queue, MessageBody="a", MessageAttributes={name: value}) == (
        "InvalidParameterValue", message, 400)


@rule("A message has 10 attributes at most", sqs_guide("sqs-message-metadata"))
def test_ten_attributes(sqs, queue):
    def attributes(count):
        return {f"a{number}": {"DataType": "String", "StringValue": "x"} for number in range(count)}

    sqs.send_message(QueueUrl=queue, MessageBody="a", MessageAttributes=attributes(10))
    assert refusal(sqs.send_message, QueueUrl=queue, MessageBody="a", MessageAttributes=attributes(11))[0] == (
        "InvalidParameterValue")


@rule("A receive gives the message attributes that it names, by name or by prefix", sqs_api("ReceiveMessage"))
def test_named_attributes(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="a", MessageAttributes={
        name: {"DataType": "String", "StringValue": "x"} for name in ("one.a", "one.b", "two")})
    for names, found in [(["two"], ["two"]), (["one.*"], ["one.a", "one.b"]), (["All"], ["one.a", "one.b", "two"])]:
        message, = receive(sqs, queue, VisibilityTimeout=0, MessageAttributeNames=names)
        assert sorted(message["MessageAttributes"]) == found
    message, = receive(sqs, queue, VisibilityTimeout=0)
    assert "MessageAttributes" not in message


@rule("A receipt handle that is none, or another queue's, is ReceiptHandleIsInvalid", sqs_api("DeleteMessage"))
def test_receipt_handles(sqs, queue, make_queue):
    assert refusal(sqs.delete_message, QueueUrl=queue, ReceiptHandle="garbage") == (
        "ReceiptHandleIsInvalid", "The input receipt handle \"garbage\" is not a valid receipt handle.", 404)
    other = make_queue()
    sqs.send_message(QueueUrl=other, MessageBody="a")
    handle = receive(sqs, other)[0]["ReceiptHandle"]
    assert refusal(sqs.delete_message, QueueUrl=queue, ReceiptHandle=handle) == (
        "ReceiptHandleIsInvalid", f"The receipt handle \"{handle}\" is not valid for this queue.", 404)


@rule("A queue is encrypted by SQS or by a key of KMS, not by both", sqs_api("SetQueueAttributes"))
def test_encryption(sqs, queue):
    assert refusal(
        sqs.set_queue_attributes, QueueUrl=queue,
        Attributes={"KmsMasterKeyId": "alias/aws/sqs", "SqsManagedSseEnabled": "true"})[:2] == (
        "InvalidAttributeName",
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.")


@rule("A queue's ReceiveMessageWaitTimeSeconds makes its receives long polls", sqs_guide("sqs-short-and-long-polling"))
def test_a_queues_own_wait(sqs, make_queue):
    url = make_queue(ReceiveMessageWaitTimeSeconds=10)
    sqs.send_message(QueueUrl=url, MessageBody="a", DelaySeconds=1)
    assert bodies(receive(sqs, url)) == ["a"]


@rule("A queue's VisibilityTimeout hides what is received; a receive may bring its own", sqs_guide("sqs-visibility-timeout"))
def test_a_receives_own_timeout(sqs, make_queue):
    url = make_queue(VisibilityTimeout=600)
    sqs.send_message(QueueUrl=url, MessageBody="a")
    assert bodies(receive(sqs, url, VisibilityTimeout=1)) == ["a"]
    assert receive(sqs, url) == []
    assert bodies(receive(sqs, url, WaitTimeSeconds=5)) == ["a"]
    assert receive(sqs, url, WaitTimeSeconds=2) == []


@rule("The type of a queue cannot be changed, and FIFO attributes are a FIFO queue's", sqs_api("SetQueueAttributes"))
def test_the_kind_of_a_queue(sqs, queue, make_queue):
    assert refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"FifoQueue": "true"})[:2] == (
        "InvalidAttributeName", "Unknown Attribute FifoQueue.")
    assert refusal(sqs.set_queue_attributes, QueueUrl=make_queue(".fifo"), Attributes={"FifoQueue": "false"})[:2] == (
        "InvalidAttributeValue", "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.")
    assert refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"DeduplicationScope": "queue"})[:2] == (
        "InvalidAttributeName", "You can specify the DeduplicationScope only when FifoQueue is set to true.")


@rule("maxReceiveCount lies from 1 to 1,000", sqs_guide("sqs-dead-letter-queues"))
def test_receive_counts_of_a_redrive_policy(sqs, queue, make_queue, arn):
    dead = arn(make_queue())
    for count, is_good in [(1, True), (1_000, True), (0, False), (1_001, False)]:
        attributes = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": count})}
        if is_good:
            sqs.set_queue_attributes(QueueUrl=queue, Attributes=attributes)
            assert json.loads(attribute(sqs, queue, "RedrivePolicy"))["maxReceiveCount"] == count
        else:
            assert refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes=attributes)[1].endswith(
                f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive.")

"""Messages of standard queues as boto3 sees them. boto3 itself checks every digest."""

import threading
import time

import pytest

from conformance import rule, sqs_api, sqs_guide
from sqs.conftest import attribute, bodies, receive, refusal


@rule(
    "A message comes back with its body, attributes, digests, and the system attributes asked for",
    sqs_api("ReceiveMessage"))
def test_a_message_comes_as_it_went(sqs, queue):
    body = "{\r\n\"a\": \"ü 🎮 &quot;\"}\t"
    attributes = {
        "text": {"DataType": "String", "StringValue": "ü"},
        "number": {"DataType": "Number.bigint", "StringValue": "1234567890123456789012"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\x1e\xff"}}
    sent = sqs.send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=attributes)
    message, = receive(sqs, queue, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"]
    assert message["Body"] == body
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    shown = message["Attributes"]
    assert shown["ApproximateReceiveCount"] == "1"
    assert int(shown["SentTimestamp"]) <= int(shown["ApproximateFirstReceiveTimestamp"])
    assert set(shown) == {
        "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp"}


@rule("AWSTraceHeader is a system attribute with a digest of its own", sqs_api("SendMessage"))
def test_the_trace_header_travels_beside_the_attributes(sqs, queue):
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    sent = sqs.send_message(
        QueueUrl=queue, MessageBody="test",
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": trace}})
    assert sent["MD5OfMessageSystemAttributes"] == "5ae4d5d7636402d80f4eb6d213245a88"
    message, = receive(sqs, queue, MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": trace}


@rule("A receive that finds nothing is no error", sqs_api("ReceiveMessage"))
def test_nothing_to_receive_has_no_member(sqs, queue):
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)


@rule("Each entry of SendMessageBatch succeeds or fails by itself", sqs_api("SendMessageBatch"))
@rule("Each entry of DeleteMessageBatch succeeds or fails by itself", sqs_api("DeleteMessageBatch"))
def test_a_batch_goes_and_fails_entry_by_entry(sqs, queue):
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(9)]
    answer = sqs.send_message_batch(QueueUrl=queue, Entries=[*entries, {"Id": "9", "MessageBody": "\x01"}])
    assert [entry["Id"] for entry in answer["Successful"]] == [entry["Id"] for entry in entries]
    failed, = answer["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == ("9", "InvalidMessageContents", True)
    messages = receive(sqs, queue)
    assert sorted(bodies(messages)) == [str(number) for number in range(9)]
    deleted = sqs.delete_message_batch(
        QueueUrl=queue,
        Entries=[{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        + [{"Id": "bad", "ReceiptHandle": "garbage"}])
    assert len(deleted["Successful"]) == 9
    assert deleted["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"
    assert attribute(sqs, queue, "ApproximateNumberOfMessagesNotVisible") == "0"


@rule("A batch holds 1 to 10 entries with distinct, well-formed ids, 1 MiB together", sqs_api("SendMessageBatch"))
@pytest.mark.parametrize("entries, code", [
    ([], "AWS.SimpleQueueService.EmptyBatchRequest"),
    ([{"Id": str(n), "MessageBody": "a"} for n in range(11)], "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"),
    ([{"Id": "a", "MessageBody": "a"}] * 2, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"),
    ([{"Id": "a b", "MessageBody": "a"}], "AWS.SimpleQueueService.InvalidBatchEntryId"),
    ([{"Id": str(n), "MessageBody": "a" * 600_000} for n in range(2)], "AWS.SimpleQueueService.BatchRequestTooLong"),
])
def test_a_batch_that_cannot_be_is_refused(sqs, queue, entries, code):
    assert refusal(sqs.send_message_batch, QueueUrl=queue, Entries=entries)[0] == code


@rule("A message has 1 MiB at most", sqs_guide("quotas-messages"))
def test_a_message_may_have_a_mebibyte(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="a" * 1_048_576)
    assert len(receive(sqs, queue)[0]["Body"]) == 1_048_576
    assert refusal(sqs.send_message, QueueUrl=queue, MessageBody="a" * 1_048_577) == (
        "InvalidParameterValue",
        "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.", 400)


@rule("A received message hides for the visibility timeout and then shows again", sqs_guide("sqs-visibility-timeout"))
@rule("A stale receipt handle does not delete what was received since", sqs_api("DeleteMessage"))
@rule("A long poll ends when a hidden message shows", sqs_guide("sqs-short-and-long-polling"))
def test_a_received_message_hides_and_shows_again(sqs, make_queue):
    url = make_queue(VisibilityTimeout=1)
    sqs.send_message(QueueUrl=url, MessageBody="a")
    first, = receive(sqs, url)
    assert receive(sqs, url) == []
    second, = receive(sqs, url, WaitTimeSeconds=5)
    assert first["ReceiptHandle"] != second["ReceiptHandle"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert attribute(sqs, url, "ApproximateNumberOfMessagesNotVisible") == "1"


def test_a_failed_entry_tells_the_reason_alone(sqs, make_queue):
    url = make_queue(MaximumMessageSize=1_024)
    answer = sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": "good", "MessageBody": "a"}, {"Id": "long", "MessageBody": "a" * 1_025},
        {"Id": "late", "MessageBody": "a", "DelaySeconds": 901},
        {"Id": "fifo", "MessageBody": "a", "MessageDeduplicationId": "d"}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert {entry["Id"]: (entry["Code"], entry["Message"], entry["SenderFault"]) for entry in answer["Failed"]} == {
        "long": ("InvalidParameterValue", "Message must be shorter than 1024 bytes.", True),
        "late": ("InvalidParameterValue", "DelaySeconds must be >= 0 and <= 900.", True),
        "fifo": ("InvalidParameterValue", "The request include parameter that is not valid for this queue type", True)}


def test_a_standard_queue_lets_a_receive_attempt_pass(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    assert bodies(receive(sqs, queue, ReceiveRequestAttemptId="one")) == ["a"]
    assert receive(sqs, queue, ReceiveRequestAttemptId="one") == []


def test_an_earlier_handle_deletes_what_nobody_holds(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    earlier, later = [receive(sqs, queue, VisibilityTimeout=0)[0]["ReceiptHandle"] for _ in range(2)]
    assert earlier != later
    for handle in (earlier, later):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)
    assert receive(sqs, queue) == []


@rule("ChangeMessageVisibility counts from now; zero shows the message at once", sqs_api("ChangeMessageVisibility"))
@rule("Each entry of ChangeMessageVisibilityBatch succeeds or fails by itself", sqs_api("ChangeMessageVisibilityBatch"))
def test_visibility_is_changed_one_by_one_and_in_batches(sqs, queue):
    for number in range(2):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
    held = receive(sqs, queue)
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=held[0]["ReceiptHandle"], VisibilityTimeout=0)
    assert bodies(receive(sqs, queue, VisibilityTimeout=0)) == [held[0]["Body"]]
    answer = sqs.change_message_visibility_batch(QueueUrl=queue, Entries=[
        {"Id": "good", "ReceiptHandle": held[1]["ReceiptHandle"], "VisibilityTimeout": 0},
        {"Id": "bad", "ReceiptHandle": held[1]["ReceiptHandle"], "VisibilityTimeout": 43201}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert answer["Failed"][0]["Code"] == "InvalidParameterValue"
    assert sorted(bodies(receive(sqs, queue))) == ["0", "1"]


@rule("Deleting twice is no error", sqs_api("DeleteMessage"))
@rule("A message that is gone has no visibility to change", sqs_api("ChangeMessageVisibility"))
def test_a_deleted_message_has_no_visibility(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    handle = receive(sqs, queue)[0]["ReceiptHandle"]
    for _ in range(2):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)
    code, message, _ = refusal(
        sqs.change_message_visibility, QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=42)
    assert (code, message) == (
        "InvalidParameterValue",
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available "
        "for visibility timeout change.")


@rule("DelaySeconds of a message hides it; it counts as delayed", sqs_guide("sqs-message-timers"))
def test_a_delay_hides_a_message_and_ends_a_long_poll(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="a", DelaySeconds=1)
    assert receive(sqs, queue) == []
    assert attribute(sqs, queue, "ApproximateNumberOfMessagesDelayed") == "1"
    assert bodies(receive(sqs, queue, WaitTimeSeconds=10)) == ["a"]


@rule("A long poll answers as soon as a message arrives", sqs_guide("sqs-short-and-long-polling"))
def test_an_arrival_wakes_a_long_poll(sqs, client, queue):
    other = client("sqs")
    sender = threading.Timer(0.3, lambda: other.send_message(QueueUrl=queue, MessageBody="a"))
    sender.start()
    begun = time.monotonic()
    assert bodies(receive(sqs, queue, WaitTimeSeconds=20)) == ["a"]
    assert time.monotonic() - begun < 5
    sender.join()


def test_a_queue_may_be_named_instead_of_its_url(sqs, queue):
    sqs.send_message(QueueUrl=queue.split("/")[-1], MessageBody="by name")
    assert bodies(receive(sqs, queue)) == ["by name"]

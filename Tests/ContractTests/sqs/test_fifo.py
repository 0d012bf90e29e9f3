"""FIFO queues as boto3 sees them: order, groups, deduplication."""

import time

import pytest

from conformance import rule, sqs_api, sqs_guide
from sqs.conftest import bodies, receive, refusal


@pytest.fixture
def fifo(make_queue):
    return make_queue(".fifo", ContentBasedDeduplication="true")


def send(sqs, url, *bodies_and_groups):
    for body, group in bodies_and_groups:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)


@rule(
    "A receive takes as many messages of one group as it can, in their order",
    sqs_guide("FIFO-queues-understanding-logic"))
def test_groups_come_whole_and_in_order(sqs, fifo):
    send(sqs, fifo, ("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a"))
    assert bodies(receive(sqs, fifo)) == ["a1", "a2", "a3", "b1"]


@rule(
    "No message of a group is handed out while another one of it is in flight",
    sqs_guide("FIFO-queues-understanding-logic"))
def test_a_group_waits_for_what_is_in_flight(sqs, fifo):
    send(sqs, fifo, ("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a"))
    held = receive(sqs, fifo, 2)
    assert bodies(held) == ["a1", "a2"]
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=held[0]["ReceiptHandle"])
    assert bodies(receive(sqs, fifo)) == ["b1"]
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=held[1]["ReceiptHandle"])
    assert bodies(receive(sqs, fifo)) == ["a3"]


@rule("With no visibility timeout a group's order holds", sqs_guide("FIFO-queues-understanding-logic"))
def test_with_no_visibility_timeout_order_holds(sqs, fifo):
    send(sqs, fifo, ("g1-m1", "1"), ("g2-m1", "2"), ("g2-m2", "2"))
    time.sleep(0.01)
    send(sqs, fifo, ("g3-m1", "3"), ("g1-m2", "1"))
    assert bodies(receive(sqs, fifo, 3, VisibilityTimeout=0)) == ["g1-m1", "g1-m2", "g2-m1"]
    time.sleep(0.01)
    assert bodies(receive(sqs, fifo, VisibilityTimeout=0)) == ["g3-m1", "g1-m1", "g1-m2", "g2-m1", "g2-m2"]


@rule("A message shown again comes before those behind it in its group", sqs_guide("FIFO-queues-understanding-logic"))
def test_a_message_shown_again_comes_before_one_in_flight_behind_it(sqs, fifo):
    send(sqs, fifo, ("g1-m1", "1"), ("g1-m2", "1"), ("g2-m1", "2"))
    held = receive(sqs, fifo, 2)
    time.sleep(0.01)
    sqs.change_message_visibility(QueueUrl=fifo, ReceiptHandle=held[0]["ReceiptHandle"], VisibilityTimeout=0)
    assert bodies(receive(sqs, fifo)) == ["g2-m1", "g1-m1"]


@rule(
    "With content-based deduplication the same body is taken once, deleted or not",
    sqs_guide("FIFO-queues-exactly-once-processing"))
def test_duplicates_are_taken_once(sqs, fifo):
    first = sqs.send_message(QueueUrl=fifo, MessageBody="a", MessageGroupId="1")
    message, = receive(sqs, fifo)
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"])
    again = sqs.send_message(QueueUrl=fifo, MessageBody="a", MessageGroupId="2")
    assert (again["MessageId"], again["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
    assert receive(sqs, fifo) == []


@rule("Sequence numbers have 20 digits and grow", sqs_api("SendMessage"))
def test_sequence_numbers_grow_and_are_shown(sqs, fifo):
    sent = [sqs.send_message(QueueUrl=fifo, MessageBody=str(n), MessageGroupId="1")["SequenceNumber"] for n in range(3)]
    assert sent == sorted(sent) and all(len(number) == 20 for number in sent)
    shown = receive(sqs, fifo, MessageSystemAttributeNames=["All"])
    assert [message["Attributes"]["SequenceNumber"] for message in shown] == sent
    assert {message["Attributes"]["MessageGroupId"] for message in shown} == {"1"}


@rule("In a FIFO queue a receipt handle dies with its visibility timeout", sqs_api("DeleteMessage"))
def test_a_handle_dies_with_its_timeout(sqs, make_queue):
    url = make_queue(".fifo", ContentBasedDeduplication="true", VisibilityTimeout=1)
    send(sqs, url, ("a", "1"))
    handle = receive(sqs, url)[0]["ReceiptHandle"]
    time.sleep(1.1)
    assert refusal(sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)[:2] == (
        "InvalidParameterValue",
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.")


@rule("A FIFO message has a group and a deduplication id or content to make one of", sqs_api("SendMessage"))
@rule("A FIFO message has no delay of its own", sqs_guide("sqs-message-timers"))
def test_what_a_fifo_message_must_have(sqs, make_queue):
    url = make_queue(".fifo")
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="a", MessageGroupId="1")[:2] == (
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="a", MessageDeduplicationId="1")[:2] == (
        "MissingParameter", "The request must contain the parameter MessageGroupId.")
    assert refusal(
        sqs.send_message, QueueUrl=url, MessageBody="a", MessageGroupId="1", MessageDeduplicationId="1", DelaySeconds=2
    )[1] == (
        "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for "
        "this queue type.")


@rule("The same ReceiveRequestAttemptId gives the same messages and handles again", sqs_api("ReceiveMessage"))
def test_a_receive_attempt_is_repeated(sqs, fifo):
    send(sqs, fifo, ("1", "g"), ("2", "g"), ("3", "g"))
    first = receive(sqs, fifo, 2, ReceiveRequestAttemptId="one")
    again = receive(sqs, fifo, 2, ReceiveRequestAttemptId="one")
    assert bodies(again) == ["1", "2"]
    assert [message["ReceiptHandle"] for message in again] == [message["ReceiptHandle"] for message in first]
    assert receive(sqs, fifo) == []


@rule("In high throughput mode ids are each group's own", sqs_guide("high-throughput-fifo"))
def test_deduplication_may_be_each_groups_own(sqs, make_queue):
    url = make_queue(".fifo", DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
    for group in ("a", "a", "b"):
        sqs.send_message(QueueUrl=url, MessageBody=group, MessageGroupId=group, MessageDeduplicationId="same")
    assert sorted(bodies(receive(sqs, url))) == ["a", "b"]


@rule("A throughput limit by group goes with deduplication by group", sqs_guide("high-throughput-fifo"))
def test_high_throughput_needs_both(sqs, make_queue):
    url = make_queue(".fifo")
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (shown["DeduplicationScope"], shown["FifoThroughputLimit"]) == ("queue", "perQueue")
    assert refusal(
        sqs.set_queue_attributes, QueueUrl=url, Attributes={"FifoThroughputLimit": "perMessageGroupId"})[0] == (
        "InvalidAttributeValue")


@rule("A message group in a standard queue is shown and blocks nothing", sqs_guide("sqs-fair-queues"))
def test_a_group_in_a_standard_queue(sqs, queue):
    for body in ("1", "2"):
        sqs.send_message(QueueUrl=queue, MessageBody=body, MessageGroupId="g")
    first, = receive(sqs, queue, 1, MessageSystemAttributeNames=["MessageGroupId"])
    assert first["Attributes"] == {"MessageGroupId": "g"}
    assert len(receive(sqs, queue, 1)) == 1


@rule("A long backlog of one group in a standard queue does not hold up the others", sqs_guide("sqs-fair-queues"))
def test_a_noisy_neighbour(sqs, queue):
    for number in range(60):
        sqs.send_message(QueueUrl=queue, MessageBody="noisy", MessageGroupId="noisy")
    for _ in range(2):
        receive(sqs, queue)
    sqs.send_message(QueueUrl=queue, MessageBody="quiet", MessageGroupId="quiet")
    seen = bodies(receive(sqs, queue) + receive(sqs, queue))
    assert "quiet" in seen

"""FIFO queues as boto3 sees them: order, groups, deduplication."""

import time

import pytest

from sqs.conftest import bodies, receive, refusal


@pytest.fixture
def fifo(make_queue):
    return make_queue(".fifo", ContentBasedDeduplication="true")


def send(sqs, url, *bodies_and_groups):
    for body, group in bodies_and_groups:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)


def test_groups_come_whole_and_in_order(sqs, fifo):
    send(sqs, fifo, ("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a"))
    assert bodies(receive(sqs, fifo)) == ["a1", "a2", "a3", "b1"]


def test_a_group_waits_for_what_is_in_flight(sqs, fifo):
    send(sqs, fifo, ("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a"))
    held = receive(sqs, fifo, 2)
    assert bodies(held) == ["a1", "a2"]
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=held[0]["ReceiptHandle"])
    assert bodies(receive(sqs, fifo)) == ["b1"]
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=held[1]["ReceiptHandle"])
    assert bodies(receive(sqs, fifo)) == ["a3"]


def test_with_no_visibility_timeout_order_holds(sqs, fifo):
    send(sqs, fifo, ("g1-m1", "1"), ("g2-m1", "2"), ("g2-m2", "2"))
    time.sleep(0.01)
    send(sqs, fifo, ("g3-m1", "3"), ("g1-m2", "1"))
    assert bodies(receive(sqs, fifo, 3, VisibilityTimeout=0)) == ["g1-m1", "g1-m2", "g2-m1"]
    time.sleep(0.01)
    assert bodies(receive(sqs, fifo, VisibilityTimeout=0)) == ["g3-m1", "g1-m1", "g1-m2", "g2-m1", "g2-m2"]


def test_a_message_shown_again_comes_before_one_in_flight_behind_it(sqs, fifo):
    send(sqs, fifo, ("g1-m1", "1"), ("g1-m2", "1"), ("g2-m1", "2"))
    held = receive(sqs, fifo, 2)
    time.sleep(0.01)
    sqs.change_message_visibility(QueueUrl=fifo, ReceiptHandle=held[0]["ReceiptHandle"], VisibilityTimeout=0)
    assert bodies(receive(sqs, fifo)) == ["g2-m1", "g1-m1"]


def test_duplicates_are_taken_once(sqs, fifo):
    first = sqs.send_message(QueueUrl=fifo, MessageBody="a", MessageGroupId="1")
    message, = receive(sqs, fifo)
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"])
    again = sqs.send_message(QueueUrl=fifo, MessageBody="a", MessageGroupId="2")
    assert (again["MessageId"], again["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
    assert receive(sqs, fifo) == []


def test_sequence_numbers_grow_and_are_shown(sqs, fifo):
    sent = [sqs.send_message(QueueUrl=fifo, MessageBody=str(n), MessageGroupId="1")["SequenceNumber"] for n in range(3)]
    assert sent == sorted(sent) and all(len(number) == 20 for number in sent)
    shown = receive(sqs, fifo, MessageSystemAttributeNames=["All"])
    assert [message["Attributes"]["SequenceNumber"] for message in shown] == sent
    assert {message["Attributes"]["MessageGroupId"] for message in shown} == {"1"}


def test_a_handle_dies_with_its_timeout(sqs, make_queue):
    url = make_queue(".fifo", ContentBasedDeduplication="true", VisibilityTimeout=1)
    send(sqs, url, ("a", "1"))
    handle = receive(sqs, url)[0]["ReceiptHandle"]
    time.sleep(1.1)
    assert refusal(sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)[:2] == (
        "InvalidParameterValue",
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.")


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

"""Dead letters as boto3 sees them: given up, listed, moved back."""

import json

from emulator import eventually
from sqs.conftest import attribute, bodies, receive, refusal


def test_a_message_is_given_up_after_so_many_receives(sqs, dead_letters, arn):
    url, dead = dead_letters(2)
    sent = sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        assert bodies(receive(sqs, url, VisibilityTimeout=0)) == ["poison"]
    assert receive(sqs, url, VisibilityTimeout=0) == []
    message, = receive(sqs, dead, MessageSystemAttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"]
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == arn(url)


def test_a_fifo_message_is_given_up_too(sqs, dead_letters):
    url, dead = dead_letters(1, ".fifo", ContentBasedDeduplication="true")
    for body in ("1", "2"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    assert bodies(receive(sqs, url, 1, VisibilityTimeout=0)) == ["1"]
    assert bodies(receive(sqs, url)) == ["2"]
    assert bodies(receive(sqs, dead)) == ["1"]


def test_sources_are_listed(sqs, dead_letters, make_queue, arn):
    url, dead = dead_letters(2)
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    assert sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"] == []


def test_a_policy_names_a_queue_that_is_there(sqs, queue):
    policy = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:none", "maxReceiveCount": 1})
    code, message, _ = refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"RedrivePolicy": policy})
    assert code == "InvalidParameterValue"
    assert message.endswith("Reason: Dead letter target does not exist.")


def test_dead_letters_are_moved_back(sqs, dead_letters, arn):
    url, dead = dead_letters(1)
    for body in ("a", "b"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    receive(sqs, url, VisibilityTimeout=0)
    eventually(lambda: receive(sqs, url) == [] and attribute(sqs, dead, "ApproximateNumberOfMessages") == "2", "given up")
    sqs.start_message_move_task(SourceArn=arn(dead))
    assert sorted(bodies(receive(sqs, url, WaitTimeSeconds=10) + receive(sqs, url))) == ["a", "b"]
    task = eventually(
        lambda: [t for t in sqs.list_message_move_tasks(SourceArn=arn(dead))["Results"] if t["Status"] == "COMPLETED"],
        "the move task ends")[0]
    assert (task["ApproximateNumberOfMessagesMoved"], task["ApproximateNumberOfMessagesToMove"]) == (2, 2)
    assert "TaskHandle" not in task


def test_a_slow_move_can_be_cancelled(sqs, dead_letters, make_queue, arn):
    url, dead = dead_letters(1)
    other = make_queue()
    for body in "abc":
        sqs.send_message(QueueUrl=dead, MessageBody=body)
    handle = sqs.start_message_move_task(
        SourceArn=arn(dead), DestinationArn=arn(other), MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    assert refusal(sqs.start_message_move_task, SourceArn=arn(dead))[1].startswith("There is already a task running.")
    assert "ApproximateNumberOfMessagesMoved" in sqs.cancel_message_move_task(TaskHandle=handle)
    assert sqs.list_message_move_tasks(SourceArn=arn(dead))["Results"][0]["Status"] == "CANCELLED"


def test_a_move_needs_a_dead_letter_queue(sqs, queue, arn):
    assert refusal(sqs.start_message_move_task, SourceArn=arn(queue)) == (
        "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.", 400)
    assert refusal(sqs.start_message_move_task, SourceArn=arn(queue) + "none") == (
        "ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.", 404)
    assert refusal(sqs.cancel_message_move_task, TaskHandle="foobared")[:2] == (
        "InvalidParameterValue", "Value for parameter TaskHandle is invalid.")

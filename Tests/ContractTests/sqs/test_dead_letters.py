"""Dead letters as boto3 sees them: given up, listed, moved back."""

import json

from conformance import rule, sqs_api, sqs_guide
from emulator import eventually
from sqs.conftest import attribute, bodies, receive, refusal


@rule(
    "A message received more than maxReceiveCount times goes to the dead-letter queue, and keeps its id",
    sqs_guide("sqs-dead-letter-queues"))
def test_a_message_is_given_up_after_so_many_receives(sqs, dead_letters, arn):
    url, dead = dead_letters(2)
    sent = sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        assert bodies(receive(sqs, url, VisibilityTimeout=0)) == ["poison"]
    assert receive(sqs, url, VisibilityTimeout=0) == []
    message, = receive(sqs, dead, MessageSystemAttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"]
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == arn(url)


@rule("A FIFO message goes to a FIFO dead-letter queue, and its group goes on", sqs_guide("sqs-dead-letter-queues"))
def test_a_fifo_message_is_given_up_too(sqs, dead_letters):
    url, dead = dead_letters(1, ".fifo", ContentBasedDeduplication="true")
    for body in ("1", "2"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    assert bodies(receive(sqs, url, 1, VisibilityTimeout=0)) == ["1"]
    assert bodies(receive(sqs, url)) == ["2"]
    message, = receive(sqs, dead, MessageSystemAttributeNames=["All"])
    assert (message["Body"], message["Attributes"]["MessageGroupId"]) == ("1", "g")
    assert message["Attributes"]["MessageDeduplicationId"] == message["MessageId"]


@rule("ListDeadLetterSourceQueues names the queues that give up into one", sqs_api("ListDeadLetterSourceQueues"))
def test_sources_are_listed(sqs, dead_letters, make_queue, arn):
    url, dead = dead_letters(2)
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    # In XML an empty list is not there at all.
    assert sqs.list_dead_letter_source_queues(QueueUrl=url).get("queueUrls", []) == []


@rule("A redrive policy names a queue that is there", sqs_api("SetQueueAttributes"))
def test_a_policy_names_a_queue_that_is_there(sqs, queue, arn):
    policy = json.dumps({"deadLetterTargetArn": arn(queue) + "-none", "maxReceiveCount": 1})
    code, message, _ = refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"RedrivePolicy": policy})
    assert code == "InvalidParameterValue"
    assert message.endswith("Reason: Dead letter target does not exist.")


@rule("A message move task brings dead letters back to the queue that they came from", sqs_api("StartMessageMoveTask"))
@rule(
    "ListMessageMoveTasks tells how many messages a task has moved, and its handle only while it runs",
    sqs_api("ListMessageMoveTasks"))
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


@rule("MaxNumberOfMessagesPerSecond holds a move task back", sqs_api("StartMessageMoveTask"))
@rule("One move task runs for a queue at a time", sqs_api("StartMessageMoveTask"))
@rule("CancelMessageMoveTask ends a task and tells how far it came", sqs_api("CancelMessageMoveTask"))
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


@rule("The source of a move task is a dead-letter queue that is there", sqs_api("StartMessageMoveTask"))
def test_a_move_needs_a_dead_letter_queue(sqs, queue, arn):
    assert sqs.list_message_move_tasks(SourceArn=arn(queue)).get("Results", []) == []
    assert refusal(sqs.start_message_move_task, SourceArn=arn(queue)) == (
        "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.", 400)
    assert refusal(sqs.start_message_move_task, SourceArn=arn(queue) + "none") == (
        "ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.", 404)
    assert refusal(sqs.cancel_message_move_task, TaskHandle="foobared")[:2] == (
        "InvalidParameterValue", "Value for parameter TaskHandle is invalid.")


@rule("RedriveAllowPolicy says which queues may give messages up into one", sqs_api("SetQueueAttributes"))
def test_a_dead_letter_queue_chooses_its_sources(sqs, queue, make_queue, arn):
    dead = make_queue(RedriveAllowPolicy=json.dumps({"redrivePermission": "denyAll"}))
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn(dead), "maxReceiveCount": 1})}
    assert refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes=policy)[0] == "InvalidParameterValue"
    allowed = {"redrivePermission": "byQueue", "sourceQueueArns": [arn(queue)]}
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": json.dumps(allowed)})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=policy)
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [queue]


@rule("A dead letter of a standard queue keeps the time at which it was sent", sqs_guide("sqs-dead-letter-queues"))
def test_a_dead_letter_keeps_its_age(sqs, dead_letters):
    url, dead = dead_letters(1)
    sqs.send_message(QueueUrl=url, MessageBody="a")
    first, = receive(sqs, url, VisibilityTimeout=0, MessageSystemAttributeNames=["SentTimestamp"])
    eventually(lambda: receive(sqs, url) == [] and attribute(sqs, dead, "ApproximateNumberOfMessages") == "1", "given up")
    message, = receive(sqs, dead, MessageSystemAttributeNames=["SentTimestamp"])
    assert message["Attributes"] == first["Attributes"]

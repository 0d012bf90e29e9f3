"""`rivulet-local queues`: looked into without receiving, mended, sent back."""

import json

import pytest

from sqs.conftest import attribute, bodies, receive


@pytest.fixture
def dead(still, verb):
    """A dead-letter queue that holds two messages, given up after two receives a second apart."""
    sqs = still.client("sqs")
    made = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": attribute(sqs, made, "QueueArn"), "maxReceiveCount": 2}
    queue = sqs.create_queue(
        QueueName="orders", Attributes={"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(policy)})["QueueUrl"]
    for body in ("a", "b"):
        sqs.send_message(
            QueueUrl=queue, MessageBody=body, MessageAttributes={"tier": {"DataType": "String", "StringValue": "gold"}})
    for _ in range(3):
        receive(sqs, queue)
        verb("clock", "advance", "1s")
    return sqs, queue, made


def test_the_table_of_queues(dead, verb):
    sqs, queue, _ = dead
    sqs.send_message(QueueUrl=queue, MessageBody="seen")
    sqs.send_message(QueueUrl=queue, MessageBody="late", DelaySeconds=60)
    receive(sqs, queue)
    rows = {row["name"]: row for row in verb("queues", "--json")["queues"]}
    assert (rows["orders"]["depth"], rows["orders"]["in_flight"], rows["orders"]["delayed"]) == (0, 1, 1)
    assert (rows["dead"]["depth"], rows["dead"]["oldest_age_ms"]) == (2, 3000)
    assert rows["dead"]["dead_letters_of"] == ["orders"]
    header, *lines = verb("queues").splitlines()
    assert header.split() == ["QUEUE", "DEPTH", "IN", "FLIGHT", "DELAYED", "OLDEST", "DEAD", "LETTERS", "OF"]
    assert [line.split() for line in lines] == [["dead", "2", "0", "0", "3s", "orders"], ["orders", "0", "1", "1", "0ms"]]


def test_peeking_receives_nothing(dead, verb):
    sqs, _, made = dead
    for _ in range(2):
        first, second = verb("queues", "peek", "dead", "--json")["messages"]
        assert [first["body"], second["body"]] == ["a", "b"]
        assert first["receives"] == ["2026-03-01T18:00:00.000Z", "2026-03-01T18:00:01.000Z"]
        assert first["came_from"].endswith(":orders")
        assert first["attributes"] == {"tier": {"type": "String", "string": "gold"}}
    assert attribute(sqs, made, "ApproximateNumberOfMessages") == "2"
    shown = verb("queues", "peek", made, "--limit", "1")
    assert "body        a" in shown and "tier = gold (String)" in shown and "body        b" not in shown


def test_a_message_is_edited_and_goes_back_alone(dead, verb):
    sqs, queue, _ = dead
    first, second = verb("queues", "peek", "dead", "--json")["messages"]
    verb("queues", "edit", "dead", first["message"], "--body", "mended")
    assert verb("queues", "redrive", "dead", "--message", first["message"]) == "moved 1 of 1\n"
    message, = receive(sqs, queue, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"])
    assert message["Body"] == "mended"
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["MessageAttributes"]["tier"]["StringValue"] == "gold"
    left, = verb("queues", "peek", "dead", "--json")["messages"]
    assert left["message"] == second["message"]


def test_some_or_all_go_back_or_elsewhere(dead, verb):
    sqs, queue, _ = dead
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    assert verb("queues", "redrive", "dead", "--max", "1", "--to", "other", "--json") == {"moved": 1}
    assert bodies(receive(sqs, other)) == ["a"]
    assert verb("queues", "redrive", "dead", "--all", "--json") == {"moved": 1}
    assert bodies(receive(sqs, queue)) == ["b"]


def test_what_is_not_there_is_named(dead, verb, tmp_path):
    assert "no queue 'nowhere'" in verb("queues", "peek", "nowhere", status=1)
    assert "no message nobody" in verb("queues", "edit", "dead", "nobody", "--body", "x", status=1)
    assert "--all" in verb("queues", "redrive", "dead", status=64)
    assert "--to" in verb("queues", "redrive", "dead", "--all", "--to", "dead", status=1)
    sqs, *_ = dead
    sqs.send_message(QueueUrl=sqs.create_queue(QueueName="plain")["QueueUrl"], MessageBody="from nowhere")
    assert "--to" in verb("queues", "redrive", "plain", "--all", status=1)


def test_a_dead_letter_shows_what_its_function_said_and_when_it_was_received(still, verb, function):
    sqs, functions, name = still.client("sqs"), still.client("lambda"), function("throw")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": attribute(sqs, dead, "QueueArn"), "maxReceiveCount": 2}
    queue = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]
    functions.create_event_source_mapping(EventSourceArn=attribute(sqs, queue, "QueueArn"), FunctionName=name)
    sqs.send_message(QueueUrl=queue, MessageBody="poison")
    verb("clock", "run-until-idle")
    letter, = verb("queues", "peek", "dead", "--json")["messages"]
    assert letter["last_error"] == "ValueError: as told"
    assert letter["receives"] == ["2026-03-01T18:00:00.000Z", "2026-03-01T18:00:30.000Z"]
    assert letter["came_from"].endswith(":orders")
    shown = verb("queues", "peek", "dead")
    assert "ValueError: as told" in shown and "18:00:30" in shown

"""What becomes of a batch is the function's answer: every row of the documented table, with real processes."""

import pytest

from conformance import lambda_guide, rule
from emulator import eventually
from sqs.conftest import bodies, depth, event_counts, receive, send_all

PAGE = lambda_guide("services-sqs-errorhandling", "services-sqs-batchfailurereporting")


def row(answer, is_done, text):
    outcome = "complete success" if is_done else "complete failure"
    return pytest.param(answer, is_done, id=text, marks=rule(f"Partial batch response: {text} is a {outcome}", PAGE))


@pytest.mark.parametrize("answer, is_done", [
    row('{"batchItemFailures": []}', True, "an empty `batchItemFailures` list"),
    row('{"batchItemFailures": null}', True, "a null `batchItemFailures` list"),
    row("{}", True, "an empty object"),
    row("null", True, "null"),
    row("", True, "an empty answer"),
    row("no json", False, "invalid JSON"),
    row('{"batchItemFailures": [{"itemIdentifier": ""}]}', False, "an empty `itemIdentifier`"),
    row('{"batchItemFailures": [{"itemIdentifier": null}]}', False, "a null `itemIdentifier`"),
    row('{"batchItemFailures": [{"badKey": "x"}]}', False, "an item with a bad key name"),
    row('{"batchItemFailures": [{"itemIdentifier": "unknown"}]}', False, "an `itemIdentifier` that is no message id of it"),
    row("throw", False, "an error that the function throws"),
    row("hang", False, "a function that runs into its timeout"),
])
def test_the_table_of_answers(sqs, function, dead_letters, mapping, answer, is_done):
    queue, dead = dead_letters(1, VisibilityTimeout=2)
    send_all(sqs, queue, ["a", "b"])
    mapping(queue, function(answer, timeout=1), FunctionResponseTypes=["ReportBatchItemFailures"])
    eventually(lambda: depth(sqs, queue) == 0, "the messages leave the queue")
    assert depth(sqs, dead) == (0 if is_done else 2)


@rule("Partial batch response: what the list names shows again, all others are deleted", PAGE)
def test_a_poison_message_fails_alone(sqs, function, dead_letters, mapping):
    queue, dead = dead_letters(2, VisibilityTimeout=2)
    name = function()
    send_all(sqs, queue, ["good", "poison", "better"])
    mapping(queue, name, FunctionResponseTypes=["ReportBatchItemFailures"])
    assert bodies(receive(sqs, dead, WaitTimeSeconds=20)) == ["poison"]
    eventually(
        lambda: sorted(name.bodies()) == ["better", "good", "poison", "poison"], "each is seen as often as it failed")


@rule("Without ReportBatchItemFailures any answer of the function is a success of the whole batch", PAGE)
def test_a_named_failure_is_nothing_unless_asked_for(sqs, function, dead_letters, mapping):
    queue, dead = dead_letters(1, VisibilityTimeout=2)
    name = function()
    send_all(sqs, queue, ["good", "poison"])
    mapping(queue, name)
    eventually(lambda: depth(sqs, queue) == 0 and len(name.bodies()) == 2, "both messages are done")
    assert depth(sqs, dead) == 0


@rule("Without ReportBatchItemFailures an error brings the whole batch back when its visibility timeout passes",
      lambda_guide("services-sqs-errorhandling"))
def test_an_error_brings_the_batch_back(sqs, function, dead_letters, mapping):
    queue, dead = dead_letters(2, VisibilityTimeout=2)
    name = function("throw")
    send_all(sqs, queue, ["a", "b"])
    mapping(queue, name)
    eventually(lambda: (depth(sqs, queue), depth(sqs, dead)) == (0, 2), "both are given up")
    eventually(lambda: sorted(name.bodies()) == ["a", "a", "b", "b"], "each was tried twice")


@rule("A throttled function's messages come back to their queue and are tried again",
      lambda_guide("services-sqs-errorhandling"))
def test_throttling_loses_nothing(sqs, client, functions, function, make_queue, mapping):
    queue, name = make_queue(VisibilityTimeout=2), function()
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    made = mapping(queue, name, MetricsConfig={"Metrics": ["EventCount"]})
    eventually(
        lambda: event_counts(client, made)["Polled"] >= 2, "the message was back in the queue and taken again", seconds=30)
    functions.delete_function_concurrency(FunctionName=name)
    eventually(lambda: depth(sqs, queue) == 0 and name.bodies() == ["a"], "the message is handled", seconds=30)


@rule("A message that is throttled too often goes to the dead-letter queue", lambda_guide("services-sqs-errorhandling"))
def test_throttling_counts_as_a_receive(sqs, functions, function, dead_letters, mapping):
    queue, dead = dead_letters(1, VisibilityTimeout=2)
    name = function()
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    mapping(queue, name)
    eventually(lambda: depth(sqs, dead) == 1, "the message is given up", seconds=30)
    assert name.events() == []

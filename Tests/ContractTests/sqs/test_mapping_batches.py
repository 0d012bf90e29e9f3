"""How a mapping gathers batches, how many at once, and in which order."""

import pytest

from conformance import lambda_api, lambda_guide, rule
from emulator import eventually
from sqs.conftest import bodies, depth, receive, send_all

PARAMETERS = lambda_guide("services-sqs-parameters")
CONCURRENCY = lambda_guide("services-sqs-scaling", "events-sqs-max-concurrency")


def counts(name):
    """How many records each event had."""
    return [records if isinstance(records, int) else len(records) for records in name.events()]


@rule("A batch holds BatchSize messages at most, 10 unless said otherwise", PARAMETERS)
@pytest.mark.parametrize("size", [None, 3])
def test_a_batch_has_its_size(sqs, functions, function, queue, mapping, size):
    name = function()
    made = mapping(queue, name, Enabled=False, **({"BatchSize": size} if size else {}))
    assert made["BatchSize"] == (size or 10)
    send_all(sqs, queue, map(str, range(25)))
    functions.update_event_source_mapping(UUID=made["UUID"], Enabled=True)
    eventually(lambda: depth(sqs, queue) == 0 and sum(counts(name)) == 25, "all messages are done")
    assert max(counts(name)) <= made["BatchSize"]


@rule("Over MaximumBatchingWindowInSeconds a batch grows beyond 10", PARAMETERS)
def test_a_window_gathers_more_than_ten(sqs, function, queue, mapping):
    name = function()
    send_all(sqs, queue, map(str, range(30)))
    mapping(queue, name, BatchSize=100, MaximumBatchingWindowInSeconds=2)
    eventually(lambda: depth(sqs, queue) == 0 and sum(counts(name)) == 30, "all messages are done")
    assert max(counts(name)) > 10


@rule("A window ends when its batch is full", PARAMETERS)
def test_a_full_batch_waits_for_no_window(sqs, function, queue, mapping):
    name = function()
    mapping(queue, name, BatchSize=20, MaximumBatchingWindowInSeconds=300)
    send_all(sqs, queue, map(str, range(20)))
    eventually(lambda: depth(sqs, queue) == 0 and sum(counts(name)) == 20, "the full batch is handled")


@rule("BatchSize may be 10,000", PARAMETERS)
@rule("A batch ends at 6 MB, the most that a function takes", PARAMETERS)
def test_a_batch_of_ten_thousand_ends_at_six_megabytes(sqs, function, queue, mapping):
    name = function(timeout=10)
    send_all(sqs, queue, ["x" * 100_000 for _ in range(70)])
    mapping(queue, name, BatchSize=10_000, MaximumBatchingWindowInSeconds=3)
    eventually(lambda: depth(sqs, queue) == 0 and sum(counts(name)) == 70, "all messages are done", seconds=40)
    assert 10 < max(counts(name)) <= 62


@rule("No more than MaximumConcurrency batches are handled at once", CONCURRENCY)
def test_no_more_at_once_than_the_maximum(sqs, function, queue, mapping):
    name = function(TAKES="0.2")
    send_all(sqs, queue, map(str, range(12)))
    mapping(queue, name, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    eventually(lambda: depth(sqs, queue) == 0 and len(name.lines()) == 24, "all messages are done", seconds=30)
    assert name.most_at_once() == 2


@rule("Batches are handled several at a time: pollers start at five", lambda_guide("services-sqs-scaling"))
def test_several_batches_at_once(sqs, function, queue, mapping):
    name = function(TAKES="0.5")
    send_all(sqs, queue, map(str, range(20)))
    mapping(queue, name, BatchSize=1)
    eventually(lambda: depth(sqs, queue) == 0 and len(name.lines()) == 40, "all messages are done", seconds=30)
    assert name.most_at_once() >= 5


@rule("Provisioned pollers are kept and shown, and an empty object takes them away", lambda_api("ProvisionedPollerConfig"))
def test_provisioned_pollers(sqs, functions, function, queue, mapping):
    name = function()
    made = mapping(queue, name, ProvisionedPollerConfig={"MinimumPollers": 3, "MaximumPollers": 4})
    assert made["ProvisionedPollerConfig"] == {"MinimumPollers": 3, "MaximumPollers": 4}
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    eventually(lambda: name.bodies() == ["a"], "the message is handled")
    ended = functions.update_event_source_mapping(UUID=made["UUID"], ProvisionedPollerConfig={})
    assert "ProvisionedPollerConfig" not in ended


@rule("A FIFO group's messages reach the function in their order, one batch at a time",
      lambda_guide("services-sqs-configure"))
def test_a_fifo_group_stays_in_order(sqs, function, make_queue, mapping):
    queue, name = make_queue(".fifo", ContentBasedDeduplication="true"), function()
    send_all(sqs, queue, map(str, range(25)), MessageGroupId="g")
    mapping(queue, name)
    eventually(lambda: depth(sqs, queue) == 0 and len(name.bodies()) == 25, "all messages are done")
    assert name.bodies() == [str(number) for number in range(25)]
    assert name.most_at_once() == 1


@rule("FIFO groups are handled side by side", lambda_guide("services-sqs-scaling"))
def test_fifo_groups_go_side_by_side(sqs, function, make_queue, mapping):
    queue, name = make_queue(".fifo", ContentBasedDeduplication="true"), function(TAKES="0.5")
    for group in "abcd":
        send_all(sqs, queue, [f"{group}{number}" for number in range(2)], MessageGroupId=group)
    mapping(queue, name, BatchSize=1)
    eventually(lambda: depth(sqs, queue) == 0 and len(name.lines()) == 16, "all messages are done", seconds=30)
    assert name.most_at_once() > 1
    assert [body for body in name.bodies() if body.startswith("a")] == ["a0", "a1"]


@rule("After a failure a FIFO group goes on from the failed message, and no later one overtakes it",
      lambda_guide("services-sqs-errorhandling"))
def test_a_fifo_group_keeps_its_order_over_a_failure(sqs, function, make_queue, mapping):
    queue = make_queue(".fifo", ContentBasedDeduplication="true", VisibilityTimeout=2)
    name = function(ORDERED="yes")
    send_all(sqs, queue, ["1", "heals", "3", "4"], MessageGroupId="g")
    mapping(queue, name, FunctionResponseTypes=["ReportBatchItemFailures"])
    eventually(lambda: depth(sqs, queue) == 0 and len(name.bodies()) == 7, "all messages are done")
    assert name.bodies() == ["1", "heals", "3", "4", "heals", "3", "4"]


@rule("A FIFO message that always fails goes to the dead-letter queue, and its group goes on",
      lambda_guide("services-sqs-errorhandling"))
def test_a_poisoned_fifo_group_goes_on(sqs, function, dead_letters, mapping):
    queue, dead = dead_letters(1, ".fifo", ContentBasedDeduplication="true", VisibilityTimeout=2)
    name = function()
    send_all(sqs, queue, ["poison", "2"], MessageGroupId="g")
    mapping(queue, name, BatchSize=1, FunctionResponseTypes=["ReportBatchItemFailures"])
    eventually(lambda: depth(sqs, queue) == 0 and name.bodies() == ["poison", "2"], "the group goes on")
    assert bodies(receive(sqs, dead)) == ["poison"]

"""The one clock, moved from outside: by the command, and by the routes that it uses."""

import json
import time

from conformance import lambda_guide, rule, sqs_guide
from control.conftest import START, START_MS, call, refused
from emulator import eventually
from sqs.conftest import attribute, bodies, receive, refusal

FOURTEEN_DAYS_MS = 14 * 86_400_000


@rule("A message is kept for MessageRetentionPeriod, 14 days at most", sqs_guide("quotas-messages"))
def test_fourteen_days_of_retention_pass_in_under_a_second(still, verb):
    sqs = still.client("sqs")
    queue = sqs.create_queue(QueueName="kept", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="old")
    begun = time.monotonic()
    verb("clock", "advance", "13d23h59m59s999ms")
    assert attribute(sqs, queue, "ApproximateNumberOfMessages") == "1"
    message, = receive(sqs, queue, VisibilityTimeout=0, MessageSystemAttributeNames=["All"])
    assert message["Attributes"]["SentTimestamp"] == str(START_MS)
    assert message["Attributes"]["ApproximateFirstReceiveTimestamp"] == str(START_MS + FOURTEEN_DAYS_MS - 1)
    assert verb("clock", "advance", "1ms", "--json")["now_ms"] == START_MS + FOURTEEN_DAYS_MS
    assert receive(sqs, queue) == []
    assert attribute(sqs, queue, "ApproximateNumberOfMessages") == "0"
    assert time.monotonic() - begun < 1


@rule("A queue's DelaySeconds, 15 minutes at most, holds for every message sent to it", sqs_guide("sqs-delay-queues"))
def test_a_long_poll_of_a_client_sees_the_delay_end(still, verb):
    sqs = still.client("sqs")
    queue = sqs.create_queue(QueueName="late", Attributes={"DelaySeconds": "900"})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    verb("clock", "advance", "899999ms")
    assert receive(sqs, queue) == []
    verb("clock", "advance", "1ms")
    assert bodies(receive(sqs, queue)) == ["a"]


def test_the_clock_stands_runs_and_survives_a_restart(still, verb):
    assert verb("clock", "--json")["now"] == START
    assert verb("clock").startswith(f"{START}  frozen")
    assert verb("clock", "freeze", "--at", "2027-01-01T00:00:00Z", "--json")["now"] == "2027-01-01T00:00:00.000Z"
    shown = verb("clock", "resume", "--json")
    assert not shown["frozen"] and shown["now"].startswith("2027-01-01T00:00:0")
    assert verb("clock", "advance", "1h", "--json")["now"].startswith("2027-01-01T01:00:0")
    assert not verb("clock", "--json")["frozen"]


def test_what_cannot_be_is_refused_with_the_next_step(still, verb):
    assert refused(still, "clock/advance", {"to": "2020-01-01T00:00:00Z"}) == (400, "ClockGoesBack")
    assert refused(still, "clock/advance", {"by": "two days"}) == (400, "ParameterInvalid")
    assert refused(still, "clock/freeze", {"at": "noon"}) == (400, "ParameterInvalid")
    assert "14d" in verb("clock", "advance", "fortnight", status=1)
    assert "rivulet-local up" in verb("clock", status=64, state="/nowhere")


def test_the_routes_ask_for_the_runs_token(still):
    assert call(still, "health", token="")["status"] == "ok"
    assert refused(still, "clock", token="") == (403, "TokenMissing")
    assert refused(still, "clock", token="0" * 64) == (403, "TokenMissing")
    assert refused(still, "clock", Origin=still.endpoint) == (403, "OriginRefused")
    assert refused(still, "clock/resume", {}, **{"Content-Type": "text/plain"}) == (415, "NotJSON")
    assert refused(still, "nowhere") == (404, "NoSuchRoute")
    assert (still.state / "control.json").stat().st_mode & 0o777 == 0o600


def test_a_clean_stop_takes_the_token_away(still):
    still.stop()
    assert not (still.state / "control.json").exists()


@rule("A deduplication id is held for five minutes", sqs_guide("FIFO-queues-exactly-once-processing"))
def test_a_deduplication_id_is_held_for_five_minutes(still, verb):
    sqs = still.client("sqs")
    queue = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]

    def send():
        return sqs.send_message(QueueUrl=queue, MessageBody="a", MessageGroupId="g", MessageDeduplicationId="d")["MessageId"]

    first = send()
    verb("clock", "advance", "299999ms")
    assert send() == first
    verb("clock", "advance", "1ms")
    assert send() != first


@rule("A message is hidden for 12 hours from its receive at the most", sqs_guide("sqs-visibility-timeout"))
def test_a_message_is_hidden_for_twelve_hours_at_most(still, verb):
    sqs = still.client("sqs")
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    handle = receive(sqs, queue, VisibilityTimeout=43_200)[0]["ReceiptHandle"]
    verb("clock", "advance", "1h")
    change = {"QueueUrl": queue, "ReceiptHandle": handle}
    assert refusal(sqs.change_message_visibility, VisibilityTimeout=39_601, **change)[0] == "InvalidParameterValue"
    sqs.change_message_visibility(VisibilityTimeout=39_600, **change)
    verb("clock", "advance", "39599999ms")
    assert receive(sqs, queue) == []
    verb("clock", "advance", "1ms")
    assert bodies(receive(sqs, queue)) == ["a"]


@rule("A batching window may last 300 seconds; a batch that is not full waits for its end",
      lambda_guide("services-sqs-parameters"))
def test_a_window_of_five_minutes(still, verb, function):
    sqs, functions, name = still.client("sqs"), still.client("lambda"), function()
    queue = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
    functions.create_event_source_mapping(
        EventSourceArn=attribute(sqs, queue, "QueueArn"), FunctionName=name, BatchSize=10_000,
        MaximumBatchingWindowInSeconds=300)
    for body in ("a", "b"):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
        verb("clock", "advance", "149500ms")
    assert name.events() == []
    verb("clock", "advance", "1s")
    assert sorted(eventually(name.bodies, "the batch is handed over")) == ["a", "b"]
    assert len(name.events()) == 1


def test_run_until_idle_lets_a_function_do_all_its_work(still, verb, function):
    """Three tries ten minutes apart, each by a process; and the command returns only when the last is over."""
    sqs, functions, name = still.client("sqs"), still.client("lambda"), function()
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": attribute(sqs, dead, "QueueArn"), "maxReceiveCount": 3}
    queue = sqs.create_queue(
        QueueName="orders", Attributes={"VisibilityTimeout": "600", "RedrivePolicy": json.dumps(policy)})["QueueUrl"]
    functions.create_event_source_mapping(
        EventSourceArn=attribute(sqs, queue, "QueueArn"), FunctionName=name,
        FunctionResponseTypes=["ReportBatchItemFailures"])
    sqs.send_message(QueueUrl=queue, MessageBody="poison")
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=900)
    answer = verb("clock", "run-until-idle", "--json")
    assert answer["now_ms"] == START_MS + 1_800_000
    assert attribute(sqs, dead, "ApproximateNumberOfMessages") == "1"
    assert [attribute(sqs, queue, f"ApproximateNumberOfMessages{kind}") for kind in ("", "NotVisible", "Delayed")] == ["0"] * 3
    assert sorted(name.bodies()) == ["later", "poison", "poison", "poison"]


def put_alarm(still, **changes):
    """An alarm on the visible messages of a queue, which is evaluated each minute; gives how to ask for its state."""
    cloudwatch = still.client("cloudwatch")
    cloudwatch.put_metric_alarm(**{
        "AlarmName": "letters", "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": "dead"}], "Statistic": "Maximum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching", **changes})
    return lambda: cloudwatch.describe_alarms(AlarmNames=["letters"])["MetricAlarms"][0]["StateValue"]


def test_an_alarm_keeps_no_clock_running(still, verb):
    sqs = still.client("sqs")
    queue = sqs.create_queue(QueueName="dead")["QueueUrl"]
    state = put_alarm(still)
    minute = 60_000
    assert verb("clock", "run-until-idle", "--json")["now_ms"] == START_MS + minute, "its first evaluation"
    assert state() == "OK"
    assert verb("clock", "run-until-idle", "--json")["now_ms"] == START_MS + minute
    sqs.send_message(QueueUrl=queue, MessageBody="a", DelaySeconds=630)
    verb("clock", "advance", "10m")
    assert state() == "OK"
    verb("clock", "advance", "1m")
    assert state() == "ALARM"
    sqs.purge_queue(QueueUrl=queue)
    verb("clock", "advance", "1m")
    assert state() == "OK"
    assert verb("clock", "run-until-idle", "--json")["steps"] == 0


def test_run_until_idle_waits_for_an_alarm_that_is_bound_to_change(still, verb):
    put_alarm(still, Namespace="Rivulet", MetricName="Rows", Dimensions=[], Statistic="Sum", Period=3600,
              ComparisonOperator="LessThanThreshold", TreatMissingData="breaching")
    verb("clock", "run-until-idle")
    still.client("cloudwatch").put_metric_data(
        Namespace="Rivulet", MetricData=[{"MetricName": "Rows", "Value": 300, "Timestamp": START}])
    answer = verb("clock", "run-until-idle", "--json")
    assert answer["now_ms"] == START_MS + 2 * 3_600_000, "the hour that has rows, and the one that has none"
    history = still.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert [alarm["StateValue"] for alarm in history] == ["ALARM"]


def test_a_move_measures_each_minute_and_takes_no_steps_for_it(still, verb):
    queue = still.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    put_alarm(still)
    still.client("sqs").send_message(QueueUrl=queue, MessageBody="a")
    began = time.monotonic()
    answer = verb("clock", "advance", "2d", "--json")
    assert answer["steps"] == 0 and answer["rang"] == {"the evaluation of alarms": 2880}
    assert time.monotonic() - began < 20
    points = still.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS", MetricName="ApproximateAgeOfOldestMessage", Statistics=["Maximum", "SampleCount"], Period=60,
        Dimensions=[{"Name": "QueueName", "Value": "dead"}], StartTime=START_MS / 1000, EndTime=START_MS / 1000 + 600)
    assert [point["Maximum"] for point in points["Datapoints"]] == [60.0 * number for number in range(1, 11)]
    assert {point["SampleCount"] for point in points["Datapoints"]} == {1}

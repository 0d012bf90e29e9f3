"""The one clock, moved from outside: by the command, and by the routes that it uses."""

import time

from control.conftest import START, START_MS, call, refused
from sqs.conftest import attribute, bodies, receive

FOURTEEN_DAYS_MS = 14 * 86_400_000


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

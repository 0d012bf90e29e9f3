"""The whole state saved, brought back, emptied and seeded: under a running emulator, and in a folder that none uses."""

import json
import random
import subprocess
import threading
import time

import pytest

from control.conftest import call, make_function, refused
from emulator import BUILD, Emulator, eventually

LARGE = 200_000


@pytest.fixture
def running(tmp_path):
    emulator = Emulator(tmp_path / "state")
    yield emulator
    emulator.stop()


def verb(state, *arguments, status=0):
    """Runs a verb on a state folder; what it printed."""
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), *map(str, arguments), "--state", str(state)], capture_output=True, text=True,
        timeout=60)
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


def fill(emulator, mark):
    """A queue with a message, a table with an item, a bucket with a small and a large object; all tell of `mark`."""
    sqs, dynamodb, s3 = (emulator.client(name) for name in ("sqs", "dynamodb", "s3"))
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    for old in sqs.receive_message(QueueUrl=queue).get("Messages", []):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=old["ReceiptHandle"])
    sqs.send_message(QueueUrl=queue, MessageBody=mark)
    if "marks" not in dynamodb.list_tables()["TableNames"]:
        dynamodb.create_table(
            TableName="marks", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
    dynamodb.put_item(TableName="marks", Item={"pk": {"S": "mark"}, "value": {"S": mark}})
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="small", Body=mark)
    s3.put_object(Bucket="bucket", Key="large", Body=mark * LARGE)


def marks(emulator):
    """What of `fill` is there, as the marks that it tells."""
    sqs, dynamodb, s3 = (emulator.client(name) for name in ("sqs", "dynamodb", "s3"))
    found = []
    for url in sqs.list_queues().get("QueueUrls", []):
        found += [message["Body"] for message in sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]]
    if "marks" in dynamodb.list_tables()["TableNames"]:
        found.append(dynamodb.get_item(TableName="marks", Key={"pk": {"S": "mark"}})["Item"]["value"]["S"])
    for bucket in s3.list_buckets()["Buckets"]:
        found.append(s3.get_object(Bucket=bucket["Name"], Key="small")["Body"].read().decode())
        large = s3.get_object(Bucket=bucket["Name"], Key="large")["Body"].read().decode()
        assert large == large[0] * LARGE
        found.append(large[0])
    return found


def test_a_running_emulator_goes_back_to_what_was_saved(running):
    fill(running, "a")
    assert verb(running.state, "snapshot", "save", "first") == "saved first\n"
    fill(running, "b")
    assert marks(running) == ["b"] * 4
    verb(running.state, "snapshot", "save", "second")
    verb(running.state, "snapshot", "load", "first")
    assert marks(running) == ["a"] * 4
    verb(running.state, "snapshot", "load", "second")
    assert marks(running) == ["b"] * 4
    listed = json.loads(verb(running.state, "snapshot", "list", "--json"))["snapshots"]
    assert [entry["name"] for entry in listed] == ["first", "second"]
    assert all(entry["size_bytes"] > LARGE for entry in listed)
    verb(running.state, "reset")
    assert marks(running) == []
    running.stop()
    again = Emulator(running.state)
    try:
        assert marks(again) == []
    finally:
        again.stop()


def test_a_stopped_folder_is_saved_loaded_and_emptied_too(tmp_path):
    state = tmp_path / "state"
    emulator = Emulator(state)
    fill(emulator, "a")
    emulator.kill()
    verb(state, "snapshot", "save", "killed")
    verb(state, "reset")
    emulator = Emulator(state)
    assert marks(emulator) == []
    emulator.stop()
    verb(state, "snapshot", "load", "killed")
    emulator = Emulator(state)
    try:
        assert marks(emulator) == ["a"] * 4
    finally:
        emulator.stop()


def test_clients_wait_for_the_pause_and_see_no_error(running):
    fill(running, "a")
    verb(running.state, "snapshot", "save", "base")
    stop, failures, rounds = threading.Event(), [], [0]

    def work():
        dynamodb = running.client("dynamodb")
        while not stop.is_set():
            try:
                dynamodb.put_item(TableName="marks", Item={"pk": {"S": "other"}})
                rounds[0] += 1
            except Exception as failure:
                failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        before = rounds[0]
        eventually(lambda: rounds[0] > before + 20, "calls go on")
        verb(running.state, "snapshot", "load", "base")
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_long_poll_ends_empty_rather_than_hold_the_pause_up(running):
    sqs = running.client("sqs")
    queue = sqs.create_queue(QueueName="quiet")["QueueUrl"]
    answers = []
    poll = threading.Thread(
        target=lambda: answers.append(sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20).get("Messages", [])))
    poll.start()
    time.sleep(0.3)
    begun = time.monotonic()
    verb(running.state, "snapshot", "save", "polled")
    poll.join(timeout=10)
    assert answers == [[]] and time.monotonic() - begun < 8


def test_a_function_that_runs_is_waited_for_or_the_call_refused(running, tmp_path):
    make_function(running, tmp_path / "code", (
        "import pathlib, time\n"
        "def handle(event, context):\n"
        "    pathlib.Path(event['began']).touch()\n"
        "    while not pathlib.Path(event['ends']).exists(): time.sleep(0.01)\n"
        "    return 'done'\n"))
    began, ends, answers = tmp_path / "began", tmp_path / "ends", []
    event = json.dumps({"began": str(began), "ends": str(ends)})
    lambdas = running.client("lambda", read_timeout=60)
    invoking = threading.Thread(
        target=lambda: answers.append(lambdas.invoke(FunctionName="f", Payload=event)["Payload"].read()))
    invoking.start()
    eventually(began.exists, "the function runs")
    assert refused(running, "snapshots/save", {"name": "busy", "wait": "100ms"}) == (409, "NotAtRest")
    assert refused(running, "reset", {"wait": "100ms"}) == (409, "NotAtRest")
    saving = threading.Thread(target=lambda: call(running, "snapshots/save", {"name": "rested", "wait": "30s"}))
    saving.start()
    ends.touch()
    invoking.join()
    saving.join()
    assert answers == [b'"done"']
    call(running, "reset", {})
    call(running, "snapshots/load", {"name": "rested"})
    assert running.client("lambda").invoke(FunctionName="f", Payload=event)["Payload"].read() == b'"done"'


def test_refusals_name_the_next_step(running):
    fill(running, "a")
    call(running, "snapshots/save", {"name": "one"})
    assert refused(running, "snapshots/save", {"name": "one"}) == (409, "SnapshotRefused")
    assert refused(running, "snapshots/load", {"name": "two"}) == (409, "SnapshotRefused")
    assert refused(running, "snapshots/save", {"name": "../up"}) == (409, "SnapshotRefused")
    assert refused(running, "snapshots/save", {"name": "x", "wait": "soon"}) == (400, "ParameterInvalid")
    assert refused(running, "reset", {}, token="0" * 64) == (403, "TokenMissing")
    assert "There are: one." in verb(running.state, "snapshot", "load", "two", status=1)
    assert "state folder" in verb("/nowhere/state", "snapshot", "list", status=64)
    assert marks(running) == ["a"] * 4


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_in_the_middle_of_a_load_leaves_one_of_the_two_states(tmp_path, seed):
    emulator = Emulator(tmp_path / "state")
    fill(emulator, "a")
    verb(emulator.state, "snapshot", "save", "a")
    fill(emulator, "b")
    client = threading.Thread(target=lambda: subprocess.run(
        [str(BUILD / "rivulet-local"), "snapshot", "load", "a", "--state", str(emulator.state)], capture_output=True,
        timeout=60))
    client.start()
    time.sleep(random.Random(seed).uniform(0.0, 0.25))
    emulator.kill()
    client.join()
    emulator = Emulator(emulator.state)
    try:
        assert marks(emulator) in (["a"] * 4, ["b"] * 4)
        assert not {"incoming", "incoming.draft", "outgoing"} & {entry.name for entry in emulator.state.iterdir()}
    finally:
        emulator.stop()


SEED = {
    "queues": [{"name": "orders", "attributes": {"VisibilityTimeout": "77"}, "messages": [
        {"MessageBody": "one"}, {"MessageBody": "two", "DelaySeconds": 900}]}],
    "tables": [{
        "TableName": "people", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
        "Items": [{"id": {"N": str(number)}, "tags": {"SS": ["a", "b"]}} for number in range(60)]}],
    "buckets": [{"name": "lake", "objects": [
        {"key": "a b/ü.txt", "text": "hello", "content_type": "text/plain", "metadata": {"by": "seed"}},
        {"key": "bytes", "base64": "AAEC"}, {"key": "file", "file": "beside.bin"}]}],
}


def seeded(emulator):
    sqs, dynamodb, s3 = (emulator.client(name) for name in ("sqs", "dynamodb", "s3"))
    queue = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "77"
    assert attributes["ApproximateNumberOfMessages"] == "1" and attributes["ApproximateNumberOfMessagesDelayed"] == "1"
    assert dynamodb.scan(TableName="people", Select="COUNT")["Count"] == 60
    text = s3.get_object(Bucket="lake", Key="a b/ü.txt")
    assert text["Body"].read() == b"hello" and text["Metadata"] == {"by": "seed"}
    assert s3.get_object(Bucket="lake", Key="bytes")["Body"].read() == b"\0\1\2"
    assert s3.get_object(Bucket="lake", Key="file")["Body"].read() == b"beside" * 50_000


@pytest.fixture
def seed_file(tmp_path):
    (tmp_path / "beside.bin").write_bytes(b"beside" * 50_000)
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(SEED))
    return file


def test_a_seed_makes_what_it_says_under_a_running_emulator(running, seed_file):
    assert verb(running.state, "seed", seed_file) == (
        "1 queues, 2 messages, 1 tables, 60 items, 1 buckets, 3 objects\n")
    seeded(running)
    assert "queue 'orders'" in verb(running.state, "seed", seed_file, status=1)
    verb(running.state, "reset")
    verb(running.state, "seed", seed_file)
    seeded(running)


def test_a_seed_fills_a_stopped_folder(tmp_path, seed_file):
    state = tmp_path / "state"
    Emulator(state).stop()
    verb(state, "seed", seed_file)
    emulator = Emulator(state)
    try:
        seeded(emulator)
    finally:
        emulator.stop()


@pytest.mark.parametrize("seed, complaint", [
    ({"ques": []}, "'ques'"),
    ({"queues": [{"name": "q", "messages": [{"Body": "x"}]}]}, "messages[0] has no MessageBody"),
    ({"buckets": [{"name": "b", "objects": [{"key": "k"}]}]}, "objects[0] wants one of"),
    ({"buckets": [{"name": "b", "objects": [{"key": "k", "file": "absent"}]}]}, "cannot be read"),
    ({"tables": [{"Items": []}]}, "tables[0] has no 'TableName'"),
    ({"account": "me"}, "account"),
])
def test_a_seed_with_a_slip_makes_nothing(running, tmp_path, seed, complaint):
    file = tmp_path / "slip.json"
    file.write_text(json.dumps(seed))
    assert complaint in verb(running.state, "seed", file, status=1)
    assert marks(running) == []

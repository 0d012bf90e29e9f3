"""Event source mappings with real processes: what becomes of a message is the function's answer."""

import json
import stat
import sys
import textwrap

import pytest

from emulator import ACCOUNT, eventually
from sqs.conftest import attribute, bodies, receive, refusal

#: A function in plain Python on the Runtime API. Its answer is in its configuration, or its messages say what to do.
BOOTSTRAP = """
import json, os, urllib.request
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as invocation:
        request, event = invocation.headers["Lambda-Runtime-Aws-Request-Id"], json.load(invocation)
    with open(os.environ["EVENTS"], "a") as events:
        events.write(json.dumps(event) + "\\n")
    failed = [record["messageId"] for record in event["Records"] if record["body"] == "poison"]
    answer, path = os.environ.get("ANSWER"), "/response"
    if answer is None:
        answer = json.dumps({"batchItemFailures": [{"itemIdentifier": failing} for failing in failed]})
    if answer == "throw":
        answer, path = json.dumps({"errorType": "ValueError", "errorMessage": "as told"}), "/error"
    urllib.request.urlopen(urllib.request.Request(api + request + path, answer.encode(), method="POST")).read()
"""


@pytest.fixture
def functions(client):
    return client("lambda")


@pytest.fixture
def function(functions, unique, tmp_path):
    """Makes the function; gives its name and a look at the events that it has got."""
    made = []

    def make(answer=None, timeout=2):
        code = tmp_path / f"code{len(made)}"
        code.mkdir()
        bootstrap = code / "bootstrap"
        bootstrap.write_text(f"#!{sys.executable}\n" + textwrap.dedent(BOOTSTRAP))
        bootstrap.chmod(bootstrap.stat().st_mode | stat.S_IXUSR)
        events = tmp_path / f"events{len(made)}"
        events.touch()
        name = f"{unique}-{len(made)}"
        variables = {"EVENTS": str(events), **({} if answer is None else {"ANSWER": answer})}
        functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler="any", Timeout=timeout,
            Role=f"arn:aws:iam::{ACCOUNT}:role/rivulet",
            Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(code)}, Environment={"Variables": variables})
        made.append(name)
        return name, lambda: [json.loads(line)["Records"] for line in events.read_text().splitlines()]

    return make


@pytest.fixture
def mapping(functions, arn):
    """Maps queues to functions; takes the mappings away afterwards."""
    made = []

    def make(queue, name, **arguments):
        made.append(functions.create_event_source_mapping(EventSourceArn=arn(queue), FunctionName=name, **arguments))
        return made[-1]

    yield make
    for one in made:
        functions.delete_event_source_mapping(UUID=one["UUID"])


def depth(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, shown.values()))


def test_a_mapping_lives(functions, function, make_queue, arn, client):
    queue = make_queue()
    name, _ = function()
    made = functions.create_event_source_mapping(EventSourceArn=arn(queue), FunctionName=name, BatchSize=5, Enabled=False)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (made["State"], made["BatchSize"], made["FunctionResponseTypes"]) == ("Disabled", 5, [])
    uuid = made["UUID"]
    assert functions.update_event_source_mapping(UUID=uuid, Enabled=True)["State"] == "Enabling"
    assert functions.get_event_source_mapping(UUID=uuid)["State"] == "Enabled"
    listed = functions.list_event_source_mappings(EventSourceArn=arn(queue), FunctionName=name)
    assert [one["UUID"] for one in listed["EventSourceMappings"]] == [uuid]
    assert functions.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    assert refusal(functions.get_event_source_mapping, UUID=uuid) == (
        "ResourceNotFoundException", "The resource you requested does not exist.", 404)


@pytest.mark.parametrize("arguments, message", [
    ({"BatchSize": 11}, "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"),
    ({"StartingPosition": "LATEST"}, "StartingPosition is not valid for SQS event sources."),
    ({"FilterCriteria": {"Filters": [{"Pattern": "simple string"}]}}, "Invalid filter pattern definition."),
])
def test_what_does_not_fit_is_refused(functions, function, queue, arn, arguments, message):
    name, _ = function()
    assert refusal(
        functions.create_event_source_mapping, EventSourceArn=arn(queue), FunctionName=name, **arguments)[:2] == (
        "InvalidParameterValueException", message)


def test_a_function_must_not_outlast_the_visibility_timeout(functions, function, queue, arn):
    name, _ = function(timeout=60)
    assert refusal(functions.create_event_source_mapping, EventSourceArn=arn(queue), FunctionName=name)[:2] == (
        "InvalidParameterValueException", "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds")


def test_a_queue_and_a_function_are_tied_once(functions, function, queue, arn, mapping):
    name, _ = function()
    made = mapping(queue, name)
    assert refusal(functions.create_event_source_mapping, EventSourceArn=arn(queue), FunctionName=name) == (
        "ResourceConflictException",
        f"An event source mapping with SQS arn (\" {arn(queue)} \") and function (\" {name} \") already exists. "
        f"Please update or delete the existing mapping with UUID {made['UUID']}", 409)


def test_the_event_is_lambdas(sqs, function, queue, mapping, arn):
    name, events = function()
    sent = sqs.send_message(
        QueueUrl=queue, MessageBody="hello",
        MessageAttributes={"Author": {"DataType": "String", "StringValue": "John Grisham"}})
    mapping(queue, name)
    record, = eventually(events, "the function is invoked")[0]
    assert record.pop("receiptHandle")
    attributes = record.pop("attributes")
    assert attributes["ApproximateReceiveCount"] == "1"
    assert set(attributes) == {
        "ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"}
    assert record == {
        "messageId": sent["MessageId"], "body": "hello", "md5OfBody": sent["MD5OfMessageBody"],
        "md5OfMessageAttributes": sent["MD5OfMessageAttributes"],
        "messageAttributes": {"Author": {
            "stringValue": "John Grisham", "stringListValues": [], "binaryListValues": [], "dataType": "String"}},
        "eventSource": "aws:sqs", "eventSourceARN": arn(queue), "awsRegion": "us-east-1"}
    eventually(lambda: depth(sqs, queue) == 0, "the message is deleted")


#: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
@pytest.mark.parametrize("answer, is_done", [
    ("", True), ("null", True), ("{}", True), ('{"batchItemFailures": []}', True), ('{"batchItemFailures": null}', True),
    ("no json", False), ('{"batchItemFailures": [{"itemIdentifier": ""}]}', False),
    ('{"batchItemFailures": [{"itemIdentifier": null}]}', False), ('{"batchItemFailures": [{"badKey": "x"}]}', False),
    ('{"batchItemFailures": [{"itemIdentifier": "unknown"}]}', False), ("throw", False),
])
def test_the_table_of_answers(sqs, function, dead_letters, mapping, answer, is_done):
    queue, dead = dead_letters(1, VisibilityTimeout=2)
    name, _ = function(answer)
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    mapping(queue, name, FunctionResponseTypes=["ReportBatchItemFailures"])
    eventually(lambda: depth(sqs, queue) == 0, "the message leaves the queue")
    assert depth(sqs, dead) == (0 if is_done else 1)


def test_a_poison_message_fails_alone(sqs, function, dead_letters, mapping):
    queue, dead = dead_letters(2, VisibilityTimeout=2)
    name, events = function()
    sqs.send_message_batch(
        QueueUrl=queue, Entries=[{"Id": body, "MessageBody": body} for body in ("good", "poison", "better")])
    mapping(queue, name, FunctionResponseTypes=["ReportBatchItemFailures"])
    assert bodies(receive(sqs, dead, WaitTimeSeconds=10)) == ["poison"]
    seen = [record["body"] for records in events() for record in records]
    assert sorted(seen) == ["better", "good", "poison", "poison"]


def test_what_a_filter_keeps_out_is_deleted(sqs, function, queue, mapping):
    name, events = function()
    for tier in ("gold", "tin"):
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"tier": tier}))
    mapping(queue, name, FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"tier": ["gold"]}})}]})
    eventually(lambda: depth(sqs, queue) == 0, "both messages are gone")
    assert [json.loads(record["body"]) for records in events() for record in records] == [{"tier": "gold"}]


def test_a_window_gathers_more_than_ten(sqs, function, queue, mapping):
    name, events = function()
    for batch in range(3):
        sqs.send_message_batch(
            QueueUrl=queue, Entries=[{"Id": str(n), "MessageBody": f"{batch}-{n}"} for n in range(10)])
    mapping(queue, name, BatchSize=100, MaximumBatchingWindowInSeconds=1)
    eventually(lambda: depth(sqs, queue) == 0, "all messages are done")
    assert [len(records) for records in events()] == [30]


def test_a_fifo_group_stays_in_order(sqs, function, make_queue, mapping):
    queue = make_queue(".fifo", ContentBasedDeduplication="true")
    name, events = function()
    for number in range(25):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number), MessageGroupId="g")
    mapping(queue, name)
    eventually(lambda: depth(sqs, queue) == 0, "all messages are done")
    assert [int(record["body"]) for records in events() for record in records] == list(range(25))
    assert attribute(sqs, queue, "ApproximateNumberOfMessages") == "0"

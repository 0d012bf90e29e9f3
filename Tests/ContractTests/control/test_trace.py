"""One trace from a tick down to a write, told by `trace`; and events that are run again by `replay`."""

import json
import subprocess
import sys

import pytest

from control.conftest import START, call, refused
from emulator import ACCOUNT, Emulator
from lambda_.conftest import FOLDER, script

ROLE = f"arn:aws:iam::{ACCOUNT}:role/rivulet"

#: Two functions on AWS's own runtime client and SDK, which carries the trace by itself.
APP = """
import boto3, os

def sender(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody="ada")

def store(event, context):
    for record in event["Records"]:
        boto3.client("dynamodb").put_item(TableName="people", Item={"id": {"S": record["body"]}})
        boto3.client("s3").put_object(Bucket="lake", Key="people/1", Body=b"ada")
    if os.environ.get("FAILS"):
        raise ValueError("no such tier")
"""


def arn(kind, name):
    return f"arn:aws:{kind}:us-east-1:{ACCOUNT}:{name}"


def shape(spans):
    return [(span["depth"], f"{span['service']} {span['operation']} {span['resource']}") for span in spans]


def create(emulator, name, folder, handler=None, **settings):
    emulator.client("lambda").create_function(
        FunctionName=name, Runtime="provided.al2023", Handler=handler or name, Role=ROLE,
        Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(folder)}, **{"Timeout": 30, **settings})


@pytest.fixture
def pipeline(still, tmp_path):
    """sender → orders → store → people and lake."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    script(folder / "bootstrap", f'#!/bin/sh\nexec {sys.executable} -m awslambdaric "app.$_HANDLER"\n')
    queue = still.client("sqs").create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "300"})["QueueUrl"]
    still.client("dynamodb").create_table(
        TableName="people", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    still.client("s3").create_bucket(Bucket="lake")
    create(still, "sender", folder, Environment={"Variables": {"QUEUE": queue}})
    create(still, "store", folder)
    still.client("lambda").create_event_source_mapping(
        FunctionName="store", EventSourceArn=arn("sqs", "orders"), BatchSize=10)
    return still


#: What a message brings about, with the depth of its send.
AFTER_SEND = [
    (1, "SQS ReceiveMessage orders"), (1, "Lambda Invoke store"), (2, "DynamoDB PutItem people"),
    (2, "S3 PutObject lake/people/1")]


def below(depth, spans=AFTER_SEND):
    return [(depth + own, text) for own, text in spans]


def test_a_tick_is_one_trace_down_to_the_writes(pipeline, verb):
    pipeline.client("scheduler").create_schedule(
        Name="once", ScheduleExpression="at(2026-03-01T18:01:00)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn("lambda", "function:sender"), "RoleArn": ROLE})
    verb("clock", "advance", "1m")
    first, = [trace for trace in verb("trace", "--json")["traces"] if trace["first"]["service"] == "Scheduler"]
    assert first["errors"] == 0 and first["spans"] == 7
    trace = verb("trace", first["trace_id"], "--json")
    assert shape(trace["spans"]) == [
        (0, "Scheduler Tick default/once"), (1, "Lambda Invoke sender"), (2, "SQS SendMessage orders"), *below(2)]
    assert {span["trace_id"] for span in trace["spans"]} == {first["trace_id"]}
    assert {span["began"] for span in trace["spans"]} == {"2026-03-01T18:01:00.000Z"}
    lines = verb("trace", first["trace_id"]).splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == ["2026-03-01T18:01:00.000Z"] * 7
    assert "         └─ DynamoDB PutItem people" in lines[6].replace("├", "└") and lines[6].endswith(" ms")
    assert first["trace_id"] in verb("trace").splitlines()[0]
    pipeline.stop()
    again = Emulator(pipeline.state)
    try:
        assert call(again, f"trace?id={first['trace_id']}") == trace
    finally:
        again.stop()


def test_an_invocation_answers_with_its_trace_and_errors_show_in_it(pipeline, verb):
    functions = pipeline.client("lambda")
    functions.update_function_configuration(FunctionName="store", Environment={"Variables": {"FAILS": "1"}})
    root = "1-69a47ea0-0123456789abcdef01234567"
    functions.meta.events.register(
        "request-created.lambda.Invoke",
        lambda request, **_: request.headers.add_header("X-Amzn-Trace-Id", f"Root={root}"))
    answer = functions.invoke(FunctionName="sender")
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-trace-id"].startswith(f"Root={root};Parent=")
    verb("clock", "advance", "1s")
    spans = verb("trace", root, "--json")["spans"]
    assert shape(spans) == [(0, "Lambda Invoke sender"), (1, "SQS SendMessage orders"), *below(1)]
    assert [span.get("error") for span in spans] == [None] * 3 + ["ValueError: no such tier"] + [None] * 2
    assert "! ValueError: no such tier" in verb("trace", answer["ResponseMetadata"]["RequestId"])


def test_an_execution_is_the_parent_of_its_tasks(pipeline, verb):
    states = pipeline.client("stepfunctions")
    queue = pipeline.client("sqs").get_queue_url(QueueName="orders")["QueueUrl"]
    machine = states.create_state_machine(name="m", roleArn=ROLE, definition=json.dumps({
        "StartAt": "Wait", "States": {
            "Wait": {"Type": "Wait", "Seconds": 5, "Next": "Send"},
            "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True,
                     "Parameters": {"QueueUrl": queue, "MessageBody": "ada"}}}}))["stateMachineArn"]
    states.start_execution(stateMachineArn=machine, name="e")
    verb("clock", "advance", "6s")
    trace, = [trace for trace in verb("trace", "--json")["traces"] if trace["first"]["service"] == "StepFunctions"]
    spans = verb("trace", trace["trace_id"], "--json")["spans"]
    assert shape(spans) == [(0, "StepFunctions Execution m:e"), (1, "SQS SendMessage orders"), *below(1)]
    assert spans[0]["duration_ms"] == 5000 and spans[1]["began"] == "2026-03-01T18:00:05.000Z"


def test_requests_of_no_trace_are_not_recorded(still, verb):
    sqs = still.client("sqs")
    queue = sqs.create_queue(QueueName="plain")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    message, = sqs.receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"])["Messages"]
    assert "AWSTraceHeader" not in message["Attributes"]
    assert verb("trace", "--json") == {"traces": []} and "No trace" in verb("trace")
    assert refused(still, "trace?id=1-2-3") == (404, "NoSuchTrace")
    assert "rivulet-local trace" in verb("trace", "1-2-3", status=1)


@pytest.fixture
def functions(still, tmp_path):
    """`echo` and `error`, on a bootstrap in C."""
    subprocess.run(["cc", "-O1", "-o", tmp_path / "bootstrap", FOLDER / "bootstrap.c"], check=True)
    for name in "echo", "error":
        create(still, name, tmp_path)
    return still.client("lambda")


def request_id(answer):
    return answer["ResponseMetadata"]["RequestId"]


def test_an_event_runs_again(still, verb, functions):
    first = request_id(functions.invoke(FunctionName="echo", Payload='{"id": 7}'))
    later = request_id(functions.invoke(FunctionName="echo", Payload='{"id": 8}', InvocationType="Event"))
    assert verb("replay", first) == '{"id": 7}\n'
    again = verb("replay", first, "--json")
    assert again["replayed"] == first != again["request_id"] and again["began"] == START
    assert f"START RequestId: {again['request_id']}" in again["log"]
    assert shape(verb("trace", again["trace_id"], "--json")["spans"]) == [
        (0, f"Rivulet Replay {first}"), (1, "Lambda Invoke echo")]
    verb("clock", "advance", "1s")
    assert verb("replay", later) == '{"id": 8}\n'
    assert verb("replay", again["request_id"]) == '{"id": 7}\n', "what was run again is an invocation, too"
    assert "ValueError" in call(still, "replay", {"request_id": first, "to": "error"})["payload"]
    assert verb("replay", first, "--to", "error", status=1).startswith("START RequestId: ")


def test_events_outlive_the_emulator_but_not_their_bounds(still, verb, functions):
    first = request_id(functions.invoke(FunctionName="echo", Payload='{"id": 7}'))
    assert verb("replay", first) == '{"id": 7}\n'
    still.kill()
    again = Emulator(still.state)
    try:
        assert call(again, "replay", {"request_id": first})["payload"] == '{"id": 7}'
        big = '"' + "x" * (5 << 20) + '"'
        for _ in range(7):
            again.client("lambda").invoke(FunctionName="echo", Payload=big)
            call(again, "trace")  # has been written by then
        assert refused(again, "replay", {"request_id": first}) == (410, "EventNotKept")
        assert refused(again, "replay", {"request_id": "nothing"}) == (404, "NoSuchInvocation")
    finally:
        again.stop()


def test_a_function_that_is_gone_is_named(still, verb, functions):
    first = request_id(functions.invoke(FunctionName="echo", Payload='{"id": 7}'))
    functions.delete_function(FunctionName="echo")
    assert refused(still, "replay", {"request_id": first}) == (404, "FunctionGone")
    assert "--to FUNCTION" in verb("replay", first, status=1)
    assert refused(still, "replay", {"request_id": "nothing"}) == (404, "NoSuchInvocation")

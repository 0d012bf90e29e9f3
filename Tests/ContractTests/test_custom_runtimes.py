"""Our bootstraps under AWS's runtime interface emulator, and AWS's own Python client under ours."""

import base64
import json
import socket
import sys

import pytest

from emulator import ACCOUNT, ROOT
from rie import RuntimeInterfaceEmulator


def test_our_bootstrap_runs_under_awss_runtime_interface_emulator(client, endpoint, realtime_table, tmp_path):
    event = json.loads((ROOT / "events" / "sqsToStore-batch.json").read_text())
    with open(tmp_path / "rie.log", "wb") as log:
        emulator = RuntimeInterfaceEmulator("sqsToStore", endpoint, log, {"REALTIME_TABLE": realtime_table})
        try:
            status, answer = emulator.invoke(event)
            again = emulator.invoke(event)
        finally:
            emulator.stop()
    assert status == 200, answer
    failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    assert len(failed) == 1, "the event holds one poison message"
    assert again == (status, answer), "a redelivery of the batch answers the same"
    items = client("dynamodb").scan(TableName=realtime_table)["Items"]
    good = {record["body"] for record in event["Records"] if record["messageId"] not in failed}
    assert len(items) == len({json.loads(body)["id"] for body in good})


def test_an_init_error_reaches_awss_runtime_interface_emulator(endpoint, tmp_path):
    with open(tmp_path / "rie.log", "wb") as log:
        emulator = RuntimeInterfaceEmulator("sqsToStore", endpoint, log, {})
        try:
            _, answer = emulator.invoke({})
        finally:
            emulator.stop()
    assert "REALTIME_TABLE" in answer["errorMessage"], answer


@pytest.fixture
def pipeline_function(endpoint, tmp_path):
    """A function of the pipeline's own `bootstrap`, under AWS's emulator."""
    running = []

    def start(handler, **variables):
        log = open(tmp_path / f"rie-{handler}.log", "wb")
        running.append((RuntimeInterfaceEmulator(handler, endpoint, log, variables), log))
        return running[-1][0]

    yield start
    for emulator, log in running:
        emulator.stop()
        log.close()


def test_an_error_of_our_bootstraps_handler_reaches_awss_emulator(pipeline_function, realtime_table):
    function = pipeline_function("sqsToStore", REALTIME_TABLE=realtime_table)
    for _ in range(2):
        _, answer = function.invoke({"Records": "none"})
        assert set(answer) == {"errorType", "errorMessage", "stackTrace"}, answer
        assert "Records" in answer["errorMessage"], answer


def test_our_bootstrap_takes_events_as_large_as_lambda_gives(pipeline_function, realtime_table):
    event = json.loads((ROOT / "events" / "sqsToStore-batch.json").read_text())
    event["Records"] = event["Records"][:1]
    event["Records"][0]["body"] = "poison " * 800_000
    status, answer = pipeline_function("sqsToStore", REALTIME_TABLE=realtime_table).invoke(event)
    assert status == 200, answer
    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


def test_our_bootstrap_gives_up_before_its_time_is_up(client, pipeline_function, unique):
    """Twitch takes the connection and never answers; the function still says so itself."""
    client("dynamodb").create_table(
        TableName=unique, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}])
    client("s3").create_bucket(Bucket=unique)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        twitch = f"http://127.0.0.1:{silent.getsockname()[1]}"
        function = pipeline_function(
            "extract", LAKE_BUCKET=unique, PULLS_TABLE=unique, TWITCH_API_URL=twitch, TWITCH_TOKEN_URL=twitch,
            TWITCH_CLIENT_ID="id", TWITCH_CLIENT_SECRET="secret", AWS_LAMBDA_FUNCTION_TIMEOUT="2")
        _, answer = function.invoke({"time": "2026-03-01T18:00:00Z", "id": "1"})
    assert answer["errorType"] == "Twitch.NoAnswer", answer


@pytest.fixture
def contract_function(endpoint, tmp_path):
    """The contract's function on our runtime client, under AWS's emulator."""
    running = []

    def start(handler, **variables):
        log = open(tmp_path / f"rie-{handler}.log", "wb")
        running.append((RuntimeInterfaceEmulator(handler, endpoint, log, variables, "contract-function"), log))
        return running[-1][0]

    yield start
    for emulator, log in running:
        emulator.stop()
        log.close()


def test_events_and_answers_of_any_size_pass_awss_emulator(contract_function):
    echo = contract_function("echo")
    for size in (0, 1, 262_144, 5_000_000):
        event = "é" + "x" * size
        assert echo.invoke(event) == (200, event)


def test_an_answer_past_the_limit_does_not_end_our_client(contract_function):
    large = contract_function("large")
    status, body = large.send(b"6291557")
    assert b"ResponseSizeTooLarge" in body or status == 413, (status, body[:200])
    assert large.send(b"4") == (200, b'"aa"')


def test_a_handlers_error_reaches_awss_emulator(contract_function):
    error = contract_function("error")
    for _ in range(2):
        _, answer = error.invoke({})
        assert answer == {"errorType": "ValueError", "errorMessage": 'no "good"\nat all', "stackTrace": []}


def test_an_error_of_the_init_reaches_awss_emulator(contract_function):
    _, answer = contract_function("init_error").invoke({})
    assert (answer["errorType"], answer["errorMessage"]) == ("ValueError", "TABLE is not set")


def test_a_timeout_is_awss_to_call(contract_function):
    _, body = contract_function("hang", AWS_LAMBDA_FUNCTION_TIMEOUT="1").send(b"{}")
    assert b"Task timed out after 1.00 seconds" in body


PYTHON_FUNCTION = """
import os

def handler(event, context):
    if event.get("fail"):
        raise ValueError("asked to fail")
    return {
        "echo": event, "request_id": context.aws_request_id, "function": context.function_name,
        "arn": context.invoked_function_arn, "left_ms": context.get_remaining_time_in_millis(),
        "memory": context.memory_limit_in_mb, "trace": os.environ.get("_X_AMZN_TRACE_ID"),
        "keys": sorted(name for name in os.environ if name.startswith("AWS_")),
    }
"""


@pytest.fixture
def python_function(client, unique, tmp_path):
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text(PYTHON_FUNCTION)
    bootstrap = code / "bootstrap"
    bootstrap.write_text(f"#!/bin/sh\nexec {sys.executable} -m awslambdaric app.handler\n")
    bootstrap.chmod(0o755)
    client("lambda").create_function(
        FunctionName=unique, Runtime="provided.al2023", Handler="app.handler", Timeout=10, MemorySize=256,
        Role=f"arn:aws:iam::{ACCOUNT}:role/rivulet", Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(code)})
    return unique


def test_awss_own_python_client_runs_under_our_emulator(client, python_function):
    functions = client("lambda")
    answer = functions.invoke(
        FunctionName=python_function, Payload=json.dumps({"olá": "mundo 🚀"}), LogType="Tail")
    assert "FunctionError" not in answer
    body = json.loads(answer["Payload"].read())
    assert body["echo"] == {"olá": "mundo 🚀"}
    assert body["request_id"] == answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
    assert body["function"] == python_function
    assert body["arn"] == f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{python_function}"
    assert 0 < body["left_ms"] <= 10_000
    assert body["memory"] == "256"
    assert body["trace"].startswith("Root=1-")
    assert "AWS_LAMBDA_RUNTIME_API" in body["keys"]
    log = base64.b64decode(answer["LogResult"]).decode()
    assert f"START RequestId: {body['request_id']}" in log
    assert f"REPORT RequestId: {body['request_id']}" in log


def test_its_exception_is_a_function_error(client, python_function):
    answer = client("lambda").invoke(FunctionName=python_function, Payload=b'{"fail": true}')
    assert answer["FunctionError"] == "Unhandled"
    error = json.loads(answer["Payload"].read())
    assert error["errorType"] == "ValueError"
    assert error["errorMessage"] == "asked to fail"

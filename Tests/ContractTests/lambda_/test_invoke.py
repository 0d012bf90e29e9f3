"""Invoke's own parameters and limits, and streamed answers."""

import base64
import json
import pathlib
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator import Emulator

from .conftest import ROLE, refusal, tail


def test_a_dry_run_runs_nothing(functions, make):
    name = make("leave")
    answer = functions.invoke(FunctionName=name, InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    assert refusal(functions.invoke, FunctionName=name, InvocationType="DryRun", Qualifier="7")[2] == 404


def test_payloads_have_awss_limits(functions, make):
    name = make()
    for kind, limit in [("RequestResponse", 6_291_556), ("Event", 1_048_576)]:
        inside = b'"' + b"x" * (limit - 2) + b'"'
        assert functions.invoke(FunctionName=name, InvocationType=kind, Payload=inside)["StatusCode"] in (200, 202)
        code, message, status = refusal(
            functions.invoke, FunctionName=name, InvocationType=kind, Payload=inside + b" ")
        assert (code, status) == ("RequestTooLargeException", 413)
        assert message == f"{limit + 1} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"


VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


@pytest.mark.parametrize("payload, reason, column", [
    (b"not json", f"Unrecognized token 'not': was expecting {VALUES}", 4),
    (b"t\x9cx", "Invalid UTF-8 start byte 0x9c", 3),
    (b"\x8a{}", f"Unexpected character ((CTRL-CHAR, code 138)): expected a valid value {VALUES}", 1),
    (b'{"a": ?}', f"Unexpected character ('?' (code 63)): expected a valid value {VALUES}", 7),
])
def test_a_payload_must_be_json(functions, make, payload, reason, column):
    code, message, status = refusal(functions.invoke, FunctionName=make(), Payload=payload)
    assert (code, status) == ("InvalidRequestContentException", 400)
    assert message == (
        f"Could not parse request body into json: Could not parse payload into json: {reason}\n at [Source: REDACTED "
        f"(`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: {column}]")


def test_a_qualifier_must_be_there(functions, make):
    name = make()
    for qualifier in ("1", "nobody"):
        assert refusal(functions.invoke, FunctionName=name, Qualifier=qualifier)[::2] == (
            "ResourceNotFoundException", 404)
    assert refusal(functions.invoke, FunctionName=f"{name}:1", Qualifier="2")[:2] == (
        "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.")


def test_the_log_comes_back_with_its_last_4_kib(functions, make, invoke):
    _, answer = invoke(make("say"), {}, LogType="Tail")
    assert tail(answer).startswith("START RequestId: ")
    assert len(base64.b64decode(answer["LogResult"])) <= 4096
    assert "LogResult" not in invoke(make("say", suffix="-quiet"), {})[1]


def test_a_streamed_answer_comes_in_pieces_and_ends(functions, make):
    event = json.dumps("x" * 200_000)
    answer = functions.invoke_with_response_stream(FunctionName=make(), Payload=event, LogType="Tail")
    events = list(answer["EventStream"])
    pieces = [event["PayloadChunk"]["Payload"] for event in events if "PayloadChunk" in event]
    assert len(pieces) > 1 and b"".join(pieces).decode() == event
    complete = events[-1]["InvokeComplete"]
    assert "ErrorCode" not in complete
    assert "START RequestId" in base64.b64decode(complete["LogResult"]).decode()


def test_a_streamed_failure_is_told_at_the_end(functions, make):
    events = list(functions.invoke_with_response_stream(FunctionName=make("error"))["EventStream"])
    complete = events[-1]["InvokeComplete"]
    assert complete["ErrorCode"] == "Unhandled"
    assert json.loads(complete["ErrorDetails"])["errorType"] == "ValueError"


def test_one_that_holds_more_memory_than_it_may_is_killed_and_named(functions, make, invoke):
    name = make("hoard", MemorySize=128, Timeout=30)
    payload, answer = invoke(name, 200, LogType="Tail")
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.OutOfMemory"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert "Error Type: Runtime.OutOfMemory" in tail(answer)


@pytest.fixture
def code_outside_tmp(code):
    """Code that lies in /tmp keeps the machine's: its own would hide it."""
    with tempfile.TemporaryDirectory(prefix="rivulet-", dir="/var/tmp") as folder:
        shutil.copytree(code("c"), folder, dirs_exist_ok=True)
        yield folder


def test_the_tmp_of_an_environment_is_its_own_and_full_at_its_size(functions, invoke, unique, code_outside_tmp):
    before = pathlib.Path("/tmp/fill").exists()
    functions.create_function(
        FunctionName=unique, Runtime="provided.al2023", Handler="fill", Role=ROLE, Timeout=60, MemorySize=1024,
        EphemeralStorage={"Size": 512}, Code={"S3Bucket": "_rivulet-local-folder", "S3Key": code_outside_tmp})
    written, _ = invoke(unique, 600)
    if pathlib.Path("/tmp/fill").exists() != before:
        pathlib.Path("/tmp/fill").unlink()
        pytest.skip("the kernel lets nobody here have a /tmp of one's own")
    assert written == 512 << 20


@pytest.fixture
def short_of_files(tmp_path):
    """An emulator whose shell lets it open few files, unless it asks for more."""
    emulator = Emulator(tmp_path / "state", started_by=["sh", "-c", 'ulimit -S -n 64 && exec "$@"', "sh"])
    yield emulator
    emulator.stop()


def test_many_environments_need_no_limit_raised_by_hand(short_of_files, code):
    functions = short_of_files.client("lambda", max_pool_connections=40)
    functions.create_function(
        FunctionName="many", Runtime="provided.al2023", Handler="process", Role=ROLE, Timeout=60,
        Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(code("swift"))})

    def process(_):
        return json.load(functions.invoke(FunctionName="many", Payload=b"1")["Payload"])

    with ThreadPoolExecutor(40) as callers:
        assert len(set(callers.map(process, range(40)))) > 20

"""Invoke's own parameters and limits, and streamed answers."""

import base64
import json

from .conftest import refusal, tail


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


def test_a_payload_must_be_json(functions, make):
    code, message, status = refusal(functions.invoke, FunctionName=make(), Payload=b"not json")
    assert (code, status) == ("InvalidRequestContentException", 400)
    assert message.startswith("Could not parse request body into json: ")


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

"""One contract of invocations, held against four kinds of bootstraps: our runtime client, AWS's for Python, a shell script
on curl, and bare C."""

import concurrent.futures
import json
import re
import time

import pytest

from .conftest import tail

KINDS = ["swift", "python", "shell", "c"]
pytestmark = pytest.mark.parametrize("kind", KINDS)

#: Of a synchronous invocation, event and answer, in bytes.
LIMIT = 6_291_556


def test_an_event_comes_back(make, invoke, kind):
    event = {"olá": "mundo 🚀", "list": [1, 2.5, None, True], "quote": '"\\\n'}
    payload, answer = invoke(make(kind=kind), event, LogType="Tail")
    assert payload == event
    assert "FunctionError" not in answer
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"


def test_a_second_event_finds_it_warm(make, invoke, kind):
    name = make("process", kind)
    process, cold = invoke(name, 0, LogType="Tail")
    assert "Init Duration" in tail(cold)
    processes = set()
    # One that has not asked for its next event yet is not waited for: a new one takes it.
    while process not in processes:
        assert len(processes) < 20, "none of them is used again"
        processes.add(process)
        process, warm = invoke(name, 0, LogType="Tail")
    assert "Init Duration" not in tail(warm)


def test_an_error_of_the_handler_is_passed_on(make, invoke, kind):
    name = make("error", kind)
    payload, answer = invoke(name, {})
    assert answer["FunctionError"] == "Unhandled"
    assert answer["StatusCode"] == 200
    assert payload["errorType"] == "ValueError"
    assert payload["errorMessage"] == 'no "good"\nat all'
    # One that has not asked for its next event yet is not waited for: a new one takes it.
    tails = (tail(invoke(name, {}, LogType="Tail")[1]) for _ in range(20))
    assert any("Init Duration" not in text for text in tails), "an error does not cost the environment"


def test_an_error_of_the_init_is_passed_on(make, invoke, kind):
    payload, answer = invoke(make("init_error", kind), {})
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"].split(".")[-1] == "ValueError", payload
    assert "TABLE is not set" in payload["errorMessage"]


def test_a_timeout_answers_in_awss_words(make, invoke, kind):
    name = make("hang", kind, Timeout=1)
    payload, answer = invoke(name, {}, LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled"
    assert payload == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds"}
    assert "Status: timeout" in tail(answer)


def test_a_crash_names_its_signal(make, invoke, kind):
    payload, answer = invoke(make("crash", kind), {})
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: signal: segmentation fault")


def test_an_exit_names_its_status(make, invoke, kind):
    payload, _ = invoke(make("leave", kind), {})
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")


@pytest.mark.parametrize("size", [2, 262_144, 4_000_000])
def test_large_events_arrive_whole(make, invoke, kind, size):
    event = "é" + "x" * size
    payload, _ = invoke(make(kind=kind), Payload=json.dumps(event, ensure_ascii=False).encode())
    assert payload == event


def test_the_largest_answer_is_taken_and_a_larger_one_refused(make, invoke, kind):
    name = make("large", kind, Timeout=30, MemorySize=512)
    payload, answer = invoke(name, LIMIT)
    assert "FunctionError" not in answer
    assert len(payload) == LIMIT - 2
    payload, answer = invoke(name, LIMIT + 1)
    assert answer["FunctionError"] == "Unhandled"
    assert payload == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": f"Response payload size exceeded maximum allowed payload size ({LIMIT} bytes)."}
    assert "FunctionError" not in invoke(name, 1024)[1], "the function lives on"


def test_the_log_is_told(make, invoke, kind):
    _, answer = invoke(make("say", kind, MemorySize=256), {}, LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    lines = [line for line in tail(answer).splitlines() if line.strip()]
    start = lines.index(f"START RequestId: {request_id} Version: $LATEST")
    end = lines.index(f"END RequestId: {request_id}")
    assert start < lines.index("to stdout") < end
    assert start < lines.index("to stderr") < end
    report = next(line for line in lines if line.startswith("REPORT"))
    assert re.fullmatch(
        rf"REPORT RequestId: {request_id}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\t"
        r"Max Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t", report), report


#: What AWS sets, and AWS_ENDPOINT_URL, by which functions find the emulator.
LAMBDAS = {
    "_HANDLER", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG", "LD_LIBRARY_PATH",
    "PATH", "TZ",
}

#: What the bootstraps, or the shells that start them, add themselves.
OWN = {"_X_AMZN_TRACE_ID", "PWD", "SHLVL", "_", "OLDPWD", "LC_CTYPE"}


def test_its_variables_are_lambdas_and_its_own(make, invoke, kind, code):
    name = make("variables", kind, Environment={"Variables": {"TABLE": "streams \"quoted\""}}, MemorySize=192)
    seen, _ = invoke(name, {})
    assert set(seen) - OWN == LAMBDAS | {"TABLE"}
    assert seen["TABLE"] == 'streams "quoted"'
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "192"
    assert seen["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{name}"
    assert seen["LAMBDA_TASK_ROOT"] == str(code(kind))


def test_events_at_once_get_environments_of_their_own(make, invoke, kind):
    name = make("process", kind)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        processes = [payload for payload, _ in pool.map(lambda _: invoke(name, 0.8), range(6))]
    assert len(set(processes)) == 6
    deadline = time.monotonic() + 5
    while invoke(name, 0)[0] not in processes:
        assert time.monotonic() < deadline, "none of them is used again"


def test_reserved_concurrency_throttles(make, invoke, functions, kind):
    name = make("process", kind)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    invoke(name, 0)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        def once(_):
            try:
                return invoke(name, 0.5)[1]["StatusCode"]
            except functions.exceptions.TooManyRequestsException as error:
                return error.response["Reason"]
        answers = list(pool.map(once, range(4)))
    assert 200 in answers
    assert "ReservedFunctionConcurrentInvocationLimitExceeded" in answers

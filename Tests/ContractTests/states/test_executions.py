"""Executions: started, described, listed, stopped, read event by event, and carried over a kill."""

import datetime
import json

import pytest

from control.conftest import START, call
from emulator import ACCOUNT, Emulator, eventually
from states.conftest import World, prepare_code, refusal

UTC = datetime.timezone.utc
WAIT = {"Pause": {"Type": "Wait", "Seconds": 60, "Next": "Done"}, "Done": {"Type": "Succeed"}}


def test_an_execution_is_told_while_it_runs_and_after(world, unique):
    machine = world.machine(unique, WAIT)
    started = world.states.start_execution(
        stateMachineArn=machine, name="first", input='{"a": 1.0}', traceHeader="Root=1-69a4d8c0-0123456789abcdef01234567")
    execution = started["executionArn"]
    assert execution == f"arn:aws:states:us-east-1:{ACCOUNT}:execution:{unique}:first"
    world.advance()
    running = world.describe(execution)
    assert running["status"] == "RUNNING" and "output" not in running and "stopDate" not in running
    assert (running["name"], running["input"], running["stateMachineArn"]) == ("first", '{"a": 1.0}', machine)
    assert running["startDate"] == started["startDate"]
    assert running["traceHeader"] == "Root=1-69a4d8c0-0123456789abcdef01234567"
    world.advance("60s")
    done = world.describe(execution)
    assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", {"a": 1.0})
    assert done["stopDate"] - done["startDate"] == datetime.timedelta(seconds=60)
    of_machine = world.states.describe_state_machine_for_execution(executionArn=execution)
    assert of_machine["stateMachineArn"] == machine
    bare = world.states.describe_execution(executionArn=execution, includedData="METADATA_ONLY")
    assert "input" not in bare and bare["status"] == "SUCCEEDED"


def test_an_execution_keeps_the_definition_it_was_started_with(world, unique):
    machine = world.machine(unique, WAIT)
    execution = world.start(machine)
    world.states.update_state_machine(
        stateMachineArn=machine, definition='{"StartAt":"A","States":{"A":{"Type":"Fail"}}}')
    found = world.states.describe_state_machine_for_execution(executionArn=execution)
    assert json.loads(found["definition"])["States"] == WAIT
    world.states.delete_state_machine(stateMachineArn=machine)
    world.advance("60s")
    assert world.describe(execution)["status"] == "SUCCEEDED"


def test_a_name_is_used_once(world, unique):
    machine = world.machine(unique, WAIT)
    execution = world.start(machine, {"a": 1}, name="n")
    assert world.start(machine, {"a": 1}, name="n") == execution, "the same start again"
    expected = ("ExecutionAlreadyExists", f"Execution Already Exists: '{execution}'", 400)
    arguments = {"stateMachineArn": machine, "name": "n"}
    assert refusal(world.states.start_execution, **arguments, input='{"a":2}') == expected
    world.advance("60s")
    assert refusal(world.states.start_execution, **arguments, input='{"a": 1}') == expected


@pytest.mark.parametrize("text, reason", [
    ("no JSON", "Unrecognized token 'no': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
     "'false')"),
    ("{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
    ('{"a": 1', None), ("", "Invalid execution input."),
])
def test_an_input_that_is_not_json_is_refused_in_awss_words(world, unique, text, reason):
    code, message, status = refusal(
        world.states.start_execution, stateMachineArn=world.machine(unique, WAIT), input=text)
    assert (code, status) == ("InvalidExecutionInput", 400)
    assert reason is None or message == f"Invalid State Machine Execution Input: '{reason}'"


def test_a_stopped_execution_is_aborted(world, unique):
    execution = world.start(world.machine(unique, WAIT))
    world.advance("1s")
    stopped = world.states.stop_execution(executionArn=execution, error="Enough", cause="by hand")
    done = world.describe(execution)
    assert (done["status"], done["error"], done["cause"]) == ("ABORTED", "Enough", "by hand")
    assert done["stopDate"] == stopped["stopDate"]
    assert world.types(execution) == ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]
    aborted = world.events(execution)[-1]
    assert aborted["executionAbortedEventDetails"] == {"error": "Enough", "cause": "by hand"}
    assert aborted["previousEventId"] == 0, "no event led to it"
    again = world.states.stop_execution(executionArn=execution)
    assert again["stopDate"] == stopped["stopDate"], "what has ended stays as it is"


def test_executions_are_listed_newest_first_page_by_page(world, unique):
    machine = world.machine(unique, WAIT)
    started = [world.start(machine, name=f"n{number}") for number in range(5)]
    world.states.stop_execution(executionArn=started[1])
    found, token = [], {}
    while token is not None:
        page = world.states.list_executions(stateMachineArn=machine, maxResults=2, **token)
        found += page["executions"]
        token = {"nextToken": page["nextToken"]} if "nextToken" in page else None
    assert [one["executionArn"] for one in found] == started[::-1]
    assert {one["status"] for one in found} == {"RUNNING", "ABORTED"}
    aborted = world.states.list_executions(stateMachineArn=machine, statusFilter="ABORTED")["executions"]
    assert [one["name"] for one in aborted] == ["n1"]


def test_a_history_is_read_from_either_end(world, unique):
    execution = world.start(world.machine(unique, WAIT), {"a": 1})
    world.advance("60s")
    types = [
        "ExecutionStarted", "WaitStateEntered", "WaitStateExited", "SucceedStateEntered", "SucceedStateExited",
        "ExecutionSucceeded"]
    for reverse in (False, True):
        found, token = [], {}
        while token is not None:
            page = world.states.get_execution_history(
                executionArn=execution, maxResults=4, reverseOrder=reverse, **token)
            found += page["events"]
            token = {"nextToken": page["nextToken"]} if "nextToken" in page else None
        assert [event["type"] for event in found] == (types[::-1] if reverse else types)
    events = world.events(execution)
    assert [event["id"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event["previousEventId"] for event in events] == [0, 0, 2, 3, 4, 5]
    assert events[2]["timestamp"] - events[1]["timestamp"] == datetime.timedelta(seconds=60)
    assert json.loads(events[0]["executionStartedEventDetails"]["input"]) == {"a": 1}
    assert events[1]["stateEnteredEventDetails"]["name"] == "Pause"
    assert json.loads(events[-1]["executionSucceededEventDetails"]["output"]) == {"a": 1}
    bare = world.states.get_execution_history(executionArn=execution, includeExecutionData=False)["events"]
    assert "input" not in bare[1]["stateEnteredEventDetails"]


@pytest.mark.parametrize("operation, arguments, expected", [
    ("start_execution", {"stateMachineArn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:none"},
     ("StateMachineDoesNotExist",
      f"State Machine Does Not Exist: 'arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:none'", 400)),
    ("describe_execution", {"executionArn": f"arn:aws:states:us-east-1:{ACCOUNT}:execution:none:e"},
     ("ExecutionDoesNotExist",
      f"Execution Does Not Exist: 'arn:aws:states:us-east-1:{ACCOUNT}:execution:none:e'", 400)),
    ("stop_execution", {"executionArn": "nonsense"},
     ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nonsense'", 400)),
    ("get_execution_history", {"executionArn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m"},
     ("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: stateMachine'", 400)),
    ("send_task_success", {"taskToken": "nonsense", "output": "{}"},
     ("InvalidToken", "Invalid Token: 'Invalid token'", 400)),
])
def test_refusals_are_in_the_words_of_aws(world, operation, arguments, expected):
    assert refusal(getattr(world.states, operation), **arguments) == expected


def test_input_that_is_no_json_is_refused(world, unique):
    machine = world.machine(unique, WAIT)
    code, message, _ = refusal(world.states.start_execution, stateMachineArn=machine, input="{")
    assert code == "InvalidExecutionInput" and message.startswith("Invalid State Machine Execution Input: '")


def test_an_execution_is_forgotten_after_ninety_days(world, unique):
    machine = world.machine(unique, WAIT)
    execution = world.start(machine, name="n")
    world.advance("60s")
    world.advance("89d")
    assert world.describe(execution)["status"] == "SUCCEEDED"
    world.advance("25h")
    assert refusal(world.states.describe_execution, executionArn=execution)[0] == "ExecutionDoesNotExist"
    assert world.states.list_executions(stateMachineArn=machine)["executions"] == []
    assert world.start(machine, name="n") == execution, "the name is free again"


def test_a_token_is_answered_from_outside(world, unique):
    queue = world.emulator.client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    machine = world.machine(unique, {"Ask": {
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "HeartbeatSeconds": 100,
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token", "input.$": "$"}}, "End": True}})
    tokens = {}
    for name in ("answered", "refused", "forgotten"):
        execution = world.start(machine, {"name": name}, name=name)
        world.advance()
        message, = world.emulator.client("sqs").receive_message(QueueUrl=queue)["Messages"]
        body = json.loads(message["Body"])
        assert body["input"] == {"name": name}
        tokens[name] = body["token"], execution
    world.advance("60s")
    world.states.send_task_heartbeat(taskToken=tokens["answered"][0])
    world.states.send_task_failure(taskToken=tokens["refused"][0], error="No", cause="because")
    world.advance("60s")
    world.states.send_task_success(taskToken=tokens["answered"][0], output='{"yes": true}')
    answered, refused, forgotten = (world.describe(tokens[name][1]) for name in ("answered", "refused", "forgotten"))
    assert (answered["status"], json.loads(answered["output"])) == ("SUCCEEDED", {"yes": True})
    assert (refused["status"], refused["error"], refused["cause"]) == ("FAILED", "No", "because")
    assert (forgotten["status"], forgotten["error"]) == ("FAILED", "States.HeartbeatTimeout")
    assert refusal(world.states.send_task_success, taskToken=tokens["answered"][0], output="{}")[0] == "TaskTimedOut"


def test_executions_survive_a_kill(tmp_path, unique):
    """Killed within a wait, a back-off, a task and before a token's answer; each goes on where it was."""
    emulator = Emulator(tmp_path / "state")
    call(emulator, "clock/freeze", {"at": START})
    world = World(emulator, prepare_code(tmp_path / "code"))
    slow = world.function("slow", handler="hang", Timeout=3)
    flaky = world.function("flaky", flaky=1)
    queue = emulator.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    definitions = {
        "wait": WAIT,
        "retry": {"T": {"Type": "Task", "Resource": flaky, "End": True, "Retry": [
            {"ErrorEquals": ["Silver.NotYet"], "IntervalSeconds": 30}]}},
        "token": {"T": {
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True,
            "Parameters": {"QueueUrl": queue, "MessageBody.$": "$$.Task.Token"}}},
    }
    executions = {name: world.start(world.machine(name, states), name=name) for name, states in definitions.items()}
    world.advance("10s")
    executions["task"] = world.start(world.machine("task", {
        "T": {"Type": "Task", "Resource": slow, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}],
              "Next": "Done"}, "Done": {"Type": "Succeed"}}), name="task")
    before = {name: world.types(execution) for name, execution in executions.items()}
    emulator.kill()

    emulator = Emulator(tmp_path / "state")
    try:
        world = World(emulator, tmp_path / "code")
        assert {name: world.describe(one)["status"] for name, one in executions.items()} == dict.fromkeys(
            executions, "RUNNING")
        for name, execution in executions.items():
            assert world.types(execution)[:len(before[name])] == before[name]
        message, = emulator.client("sqs").receive_message(QueueUrl=queue)["Messages"]
        world.states.send_task_success(taskToken=message["Body"], output="1")
        world.advance("20s")
        assert world.describe(executions["retry"])["status"] == "SUCCEEDED"
        assert world.describe(executions["wait"])["status"] == "RUNNING"
        world.advance("30s")
        for name, execution in executions.items():
            eventually(lambda: world.describe(execution)["status"] == "SUCCEEDED", name)
            ids = [event["id"] for event in world.events(execution)]
            assert ids == list(range(1, len(ids) + 1)), name
        assert "LambdaFunctionFailed" in world.types(executions["task"])
        assert world.types(executions["retry"]).count("LambdaFunctionScheduled") == 2
    finally:
        emulator.stop()

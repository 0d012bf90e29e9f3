"""The Amazon States Language, as executions show it."""

import datetime
import base64
import json

import pytest


def test_data_flows_through_the_paths(world, unique):
    event = {"keep": "me", "order": {"id": 7, "lines": [{"n": 2}, {"n": 3}]}}
    assert world.output(unique, {
        "Pick": {
            "Type": "Pass", "InputPath": "$.order", "ResultPath": "$.picked", "Next": "Shape",
            "Parameters": {"id.$": "$.id", "all.$": "$.lines[*].n", "last.$": "$.lines[-1].n", "fixed": "$.id"}},
        "Shape": {
            "Type": "Pass", "OutputPath": "$.picked", "End": True},
    }, event) == {"id": 7, "all": [2, 3], "last": 3, "fixed": "$.id"}


def test_a_choice_leads_on(world, unique):
    machine = world.machine(unique, {
        "Which": {"Type": "Choice", "Default": "Other", "Choices": [
            {"And": [{"Variable": "$.n", "IsPresent": True}, {"Variable": "$.n", "NumericGreaterThan": 5}],
             "Next": "Big"},
            {"Not": {"Variable": "$.s", "StringMatches": "log-*.txt"}, "Next": "Other"},
            {"Variable": "$.at", "TimestampLessThan": "2026-03-01T00:00:00Z", "Next": "Old"}]},
        "Big": {"Type": "Pass", "Result": "big", "End": True},
        "Old": {"Type": "Pass", "Result": "old", "End": True},
        "Other": {"Type": "Pass", "Result": "other", "End": True}})
    for event, expected in [
        ({"n": 6}, "big"), ({"n": 5, "s": "a", "at": "2026-01-01T00:00:00Z"}, "other"),
        ({"s": "log-1.txt", "at": "2026-02-28T23:59:59Z"}, "old"),
        ({"s": "log-1.txt", "at": "2026-03-01T00:00:00Z"}, "other"),
    ]:
        execution = world.start(machine, event)
        world.advance()
        assert json.loads(world.describe(execution)["output"]) == expected, event
        assert world.types(execution)[1:3] == ["ChoiceStateEntered", "ChoiceStateExited"]


def test_a_wait_ends_on_the_one_clock(world, unique):
    for name, length, seconds in [
        ("seconds", {"Seconds": 90}, 90), ("path", {"SecondsPath": "$.s"}, 45),
        ("past", {"Timestamp": "2020-01-01T00:00:00Z"}, 0),
    ]:
        execution = world.start(
            world.machine(f"{unique}-{name}", {"W": {"Type": "Wait", **length, "End": True}}), {"s": 45})
        if seconds:
            world.advance(f"{seconds * 1000 - 1}ms")
            assert world.describe(execution)["status"] == "RUNNING", name
            world.advance("1ms")
        else:
            world.advance()
        done = world.describe(execution)
        assert done["status"] == "SUCCEEDED"
        assert done["stopDate"] - done["startDate"] == datetime.timedelta(seconds=seconds)


def test_a_map_keeps_the_order_and_bounds_what_runs_at_once(world, unique):
    function = world.function(unique)
    definition = {"Each": {
        "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "End": True,
        "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "k.$": "$.k"},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Echo", "States": {
            "Echo": {"Type": "Task", "Resource": function, "Next": "Pause"},
            "Pause": {"Type": "Wait", "Seconds": 10, "End": True}}}}}
    execution = world.start(world.machine(unique, definition), {"items": ["a", "b", "c"], "k": 9})
    world.advance("10s")
    assert world.types(execution).count("MapIterationStarted") == 3
    assert world.types(execution).count("MapIterationSucceeded") == 2
    world.advance("10s")
    assert json.loads(world.describe(execution)["output"]) == [
        {"i": index, "v": value, "k": 9} for index, value in enumerate("abc")]
    types = world.types(execution)
    assert types.count("MapIterationSucceeded") == 3
    started, = [event for event in world.events(execution) if event["type"] == "MapStateStarted"]
    assert started["mapStateStartedEventDetails"] == {"length": 3}


def test_branches_run_side_by_side(world, unique):
    def branch(seconds):
        return {"StartAt": f"W{seconds}", "States": {
            f"W{seconds}": {"Type": "Wait", "Seconds": seconds, "Next": f"P{seconds}"},
            f"P{seconds}": {"Type": "Pass", "Result": seconds, "End": True}}}

    done = world.run(
        unique, {"Both": {"Type": "Parallel", "Branches": [branch(30), branch(20)], "End": True}}, by="30s")
    assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", [30, 20])
    assert done["stopDate"] - done["startDate"] == datetime.timedelta(seconds=30)


def test_a_failing_branch_ends_the_others(world, unique):
    done = world.run(unique, {
        "Both": {
            "Type": "Parallel", "Next": "Unseen",
            "Branches": [
                {"StartAt": "Long", "States": {"Long": {"Type": "Wait", "Seconds": 999, "End": True}}},
                {"StartAt": "Soon", "States": {
                    "Soon": {"Type": "Wait", "Seconds": 5, "Next": "Bad"},
                    "Bad": {"Type": "Fail", "Error": "Bad.Luck", "Cause": "thirteen"}}}],
            "Catch": [{"ErrorEquals": ["Bad.Luck"], "ResultPath": "$.why", "Next": "Caught"}]},
        "Unseen": {"Type": "Pass", "End": True},
        "Caught": {"Type": "Succeed"}}, {"a": 1}, by="5s")
    assert done["status"] == "SUCCEEDED"
    assert json.loads(done["output"]) == {"a": 1, "why": {"Error": "Bad.Luck", "Cause": "thirteen"}}
    types = world.types(done["executionArn"])
    assert "ParallelStateFailed" in types and "PassStateEntered" not in types


def test_retries_back_off_on_the_virtual_clock(world, unique):
    function = world.function(unique, flaky=3)
    execution = world.start(world.machine(unique, {"Try": {
        "Type": "Task", "Resource": function, "End": True, "Retry": [
            {"ErrorEquals": ["Silver.NotYet"], "IntervalSeconds": 10, "BackoffRate": 2, "MaxAttempts": 3,
             "MaxDelaySeconds": 30}]}}), {"a": 1})
    world.advance("9999ms")
    assert world.types(execution).count("LambdaFunctionScheduled") == 1
    world.advance("100s")
    assert world.describe(execution)["status"] == "SUCCEEDED"
    scheduled = [
        event["timestamp"] for event in world.events(execution) if event["type"] == "LambdaFunctionScheduled"]
    delays = [(after - before).total_seconds() for before, after in zip(scheduled, scheduled[1:])]
    assert delays == [10, 20, 30]
    failed = [event for event in world.events(execution) if event["type"] == "LambdaFunctionFailed"]
    assert failed[0]["lambdaFunctionFailedEventDetails"]["error"] == "Silver.NotYet"
    assert json.loads(failed[0]["lambdaFunctionFailedEventDetails"]["cause"])["errorMessage"] == "later"


def test_a_catch_takes_the_errors_it_names(world, unique):
    function = world.function(unique, handler="error")
    state = {"Type": "Task", "Resource": function, "End": True}
    done = world.run(f"{unique}-caught", {
        "Try": {**state, "Catch": [
            {"ErrorEquals": ["KeyError"], "Next": "Wrong"},
            {"ErrorEquals": ["ValueError"], "ResultPath": "$.why", "Next": "Right"}]},
        "Wrong": {"Type": "Pass", "Result": "wrong", "End": True},
        "Right": {"Type": "Succeed"}}, {"a": 1})
    output = json.loads(done["output"])
    assert (output["a"], output["why"]["Error"]) == (1, "ValueError")
    assert json.loads(output["why"]["Cause"])["errorMessage"] == 'no "good"\nat all'
    done = world.run(f"{unique}-uncaught", {"Try": {**state, "Catch": [
        {"ErrorEquals": ["KeyError"], "Next": "Wrong"}]}, "Wrong": {"Type": "Succeed"}})
    assert (done["status"], done["error"]) == ("FAILED", "ValueError")


def test_a_task_times_out_on_the_clock(world, unique):
    queue = world.emulator.client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    done = world.run(unique, {"Ask": {
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 120,
        "Parameters": {"QueueUrl": queue, "MessageBody.$": "$$.Task.Token"}, "End": True}}, by="120s")
    assert (done["status"], done["error"]) == ("FAILED", "States.Timeout")
    assert world.types(done["executionArn"])[-2:] == ["TaskTimedOut", "ExecutionFailed"]


def test_an_execution_times_out_on_the_clock(world, unique):
    done = world.run(unique, json.dumps({
        "StartAt": "W", "TimeoutSeconds": 30, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}), by="30s")
    assert done["status"] == "TIMED_OUT"
    assert world.types(done["executionArn"])[-1] == "ExecutionTimedOut"


@pytest.mark.parametrize("call, expected", [
    ("States.Format('{} of {}', $.n, 'x')", "3 of x"), ("States.StringToJson($.text)", {"b": [1]}),
    ("States.Format('{} in {}', $.object, $.list)", "{b=2} in [1, 2, 3]"), ("States.StringToJson(' ')", None),
    ("States.JsonToString($.object)", '{"b":2}'), ("States.Array(1, $.n, 'a')", [1, 3, "a"]),
    ("States.ArrayPartition($.list, 2)", [[1, 2], [3]]), ("States.ArrayContains($.list, 2)", True),
    ("States.ArrayRange(1, 9, 3)", [1, 4, 7]), ("States.ArrayGetItem($.list, 1)", 2),
    ("States.ArrayLength($.list)", 3), ("States.ArrayUnique(States.Array(1, 1, 2))", [1, 2]),
    ("States.Base64Encode('rio')", "cmlv"), ("States.Base64Decode('cmlv')", "rio"),
    ("States.Hash('rio', 'SHA-256')", "682f158037ed29e3b1718ce7060f73e69cfa2673d9bcd898ad4ecdfd4fe7f320"),
    ("States.MathAdd($.n, 4)", 7), ("States.MathAdd(2.5, -1.5)", 2), ("States.StringSplit('a,b', ',')", ["a", "b"]),
    ("States.JsonMerge($.object, States.StringToJson('{\"c\":3}'), false)", {"b": 2, "c": 3}),
])
def test_intrinsic_functions(world, unique, call, expected):
    event = {"n": 3, "list": [1, 2, 3], "object": {"b": 2}, "text": '{"b":[1]}'}
    assert world.output(
        unique, {"P": {"Type": "Pass", "Parameters": {"v.$": call}, "End": True}}, event) == {"v": expected}


def test_a_uuid_is_random_and_a_failing_function_has_its_own_error(world, unique):
    found = {world.output(f"{unique}-{number}", {
        "P": {"Type": "Pass", "Parameters": {"v.$": "States.UUID()"}, "End": True}})["v"] for number in range(3)}
    assert len(found) == 3 and all(len(text) == 36 for text in found)
    done = world.run(unique, {
        "P": {"Type": "Pass", "Parameters": {"v.$": "States.StringToJson('{')"}, "End": True}})
    assert (done["status"], done["error"]) == ("FAILED", "States.IntrinsicFailure")


def test_services_are_reached_by_their_integrations(world, unique):
    dynamodb, sqs = world.emulator.client("dynamodb"), world.emulator.client("sqs")
    dynamodb.create_table(
        TableName=unique, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    queue = sqs.create_queue(QueueName=unique)["QueueUrl"]
    inner = world.machine(f"{unique}-inner", {"P": {"Type": "Pass", "End": True}})

    def task(action, parameters, **further):
        return {"Type": "Task", "Resource": f"arn:aws:states:::{action}", "Parameters": parameters, **further}

    output = world.output(unique, {
        "Put": task("dynamodb:putItem", {
            "TableName": unique, "Item": {"id": {"S.$": "$.id"}, "n": {"N": "1"}}}, ResultPath=None, Next="Count"),
        "Count": task("dynamodb:updateItem", {
            "TableName": unique, "Key": {"id": {"S.$": "$.id"}}, "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}}}, ResultPath=None, Next="Get"),
        "Get": task("dynamodb:getItem", {"TableName": unique, "Key": {"id": {"S.$": "$.id"}}},
                    ResultSelector={"n.$": "$.Item.n.N"}, ResultPath="$.row", Next="Send"),
        "Send": task("sqs:sendMessage", {"QueueUrl": queue, "MessageBody.$": "$.row"},
                     ResultSelector={"id.$": "$.MessageId"}, ResultPath="$.sent", Next="Start"),
        "Start": task("states:startExecution", {"StateMachineArn": inner, "Name": "inner", "Input.$": "$.row"},
                      ResultSelector={"arn.$": "$.ExecutionArn"}, ResultPath="$.inner", Next="Delete"),
        "Delete": task("dynamodb:deleteItem", {"TableName": unique, "Key": {"id": {"S.$": "$.id"}}},
                       ResultPath=None, End=True),
    }, {"id": "a"})
    assert output["row"] == {"n": "2"}
    message, = sqs.receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"])["Messages"]
    assert (json.loads(message["Body"]), message["MessageId"]) == ({"n": "2"}, output["sent"]["id"])
    assert message["Attributes"]["AWSTraceHeader"].startswith("Root=1-")
    assert json.loads(world.describe(output["inner"]["arn"])["output"]) == {"n": "2"}
    assert "Item" not in dynamodb.get_item(TableName=unique, Key={"id": {"S": "a"}})


def test_a_service_that_refuses_fails_the_task_in_its_own_words(world, unique):
    done = world.run(unique, {"Get": {
        "Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": True,
        "Parameters": {"TableName": unique, "Key": {"id": {"S": "a"}}}}})
    assert (done["status"], done["error"]) == ("FAILED", "DynamoDB.ResourceNotFoundException")
    assert "(Service: DynamoDB, Status Code: 400, Request ID: " in done["cause"]
    failed, = [event for event in world.events(done["executionArn"]) if event["type"] == "TaskFailed"]
    assert failed["taskFailedEventDetails"]["resourceType"] == "dynamodb"


@pytest.mark.parametrize("action, parameters, error", [
    ("dynamodb:getItem", {"TableName": "/none", "Key": {"id": {"S": "a"}}}, "DynamoDB.AmazonDynamoDBException"),
    ("sqs:sendMessage", {"QueueUrl": None, "MessageBody.$": "$.body"}, "SQS.AmazonSQSException"),
    ("lambda:invoke", {"FunctionName": "none"}, "Lambda.ResourceNotFoundException"),
])
def test_what_has_no_name_of_its_own_comes_as_the_services_exception(world, unique, action, parameters, error):
    if action == "sqs:sendMessage":
        queue = world.emulator.client("sqs").create_queue(QueueName=unique)["QueueUrl"]
        parameters = {**parameters, "QueueUrl": queue}
    done = world.run(unique, {"Call": {
        "Type": "Task", "Resource": f"arn:aws:states:::{action}", "Parameters": parameters, "End": True}}, {"body": None})
    assert (done["status"], done["error"]) == ("FAILED", error), done


def test_a_result_that_is_too_large_is_caught_as_any_error(world, unique):
    function = world.function(unique, handler="large")
    for name, resource, producer in [("whole", "arn:aws:states:::lambda:invoke", "lambda"), ("bare", function, function)]:
        task = {"Type": "Task", "Resource": resource, "Next": "Done", "Catch": [
            {"ErrorEquals": ["States.ALL"], "Next": "Done"}]}
        if name == "whole":
            task["Parameters"] = {"FunctionName": function, "Payload.$": "$"}
        output = world.output(f"{unique}-{name}", {"Call": task, "Done": {"Type": "Succeed"}}, 300_000)
        assert output == {
            "Error": "States.DataLimitExceeded",
            "Cause": f"The state/task '{producer}' returned a result with a size exceeding the maximum number of bytes "
            "service limit."}


def test_a_failed_iteration_ends_the_others_beside_the_chain(world, unique):
    function = world.function(unique, handler="error")
    execution = world.start(world.machine(unique, {"Each": {"Type": "Map", "End": True, "ItemProcessor": {
        "StartAt": "Which", "States": {
            "Which": {"Type": "Choice", "Default": "Fail", "Choices": [
                {"Variable": "$", "NumericEquals": 2, "Next": "Wait"}]},
            "Wait": {"Type": "Wait", "Seconds": 60, "End": True},
            "Fail": {"Type": "Task", "Resource": function, "End": True}}}}}), [1, 2])
    world.advance()
    events = world.events(execution)
    failed = next(event["id"] for event in events if event["type"] == "LambdaFunctionFailed")
    last = [(event["type"], event["previousEventId"]) for event in events if event["id"] > failed]
    assert last == [
        ("MapIterationFailed", failed), ("TaskStateAborted", failed), ("MapIterationAborted", failed),
        ("WaitStateAborted", failed), ("MapStateFailed", failed), ("ExecutionFailed", failed + 5)]


def test_only_states_that_can_retry_count_retries(world, unique):
    function = world.function(unique)
    seen = world.output(unique, {
        "Pass": {"Type": "Pass", "Parameters": {"pass.$": "$$.State"}, "Next": "Task"},
        "Task": {"Type": "Task", "Resource": function, "Parameters": {"pass.$": "$.pass", "task.$": "$$.State"},
                 "End": True}})
    assert set(seen["pass"]) == {"Name", "EnteredTime"} and seen["task"]["RetryCount"] == 0


@pytest.mark.parametrize("payload, seen", [
    (None, {}), ('"a"', "a"), ("1.5", 1.5), ({"a": None}, {"a": None}), (7, 7),
    ("no JSON", "Lambda.InvalidRequestContentException"),
])
def test_a_payload_that_is_text_is_passed_as_it_stands(world, unique, payload, seen):
    function = world.function(unique)
    done = world.run(unique, {"T": {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True,
        "Parameters": {"FunctionName": function, "Payload.$": "$.payload", "LogType": "Tail"}}}, {"payload": payload})
    if done["status"] == "FAILED":
        assert done["error"] == seen
        return
    output = json.loads(done["output"])
    headers = output["SdkHttpMetadata"]["HttpHeaders"]
    assert output["Payload"] == seen
    assert headers["Content-Length"] == str(len(json.dumps(seen, separators=(",", ":"))))
    assert "START RequestId" in base64.b64decode(output["LogResult"]).decode()


def test_a_null_parameter_is_none(world, unique):
    inner = world.machine(f"{unique}-inner", {"P": {"Type": "Pass", "End": True}})
    output = world.output(unique, {"T": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": True,
        "Parameters": {"StateMachineArn": inner, "Input.$": "$.none"}}}, {"none": None})
    assert world.describe(output["ExecutionArn"])["input"] == "{}"


def test_the_trace_goes_on_to_the_function(world, unique):
    function = world.function(unique)
    machine = world.machine(unique, {"T": {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload": {}}, "End": True}})
    root = "Root=1-69a4d8c0-0123456789abcdef01234567"
    execution = world.start(machine, traceHeader=root)
    world.advance()
    output = json.loads(world.describe(execution)["output"])
    assert (output["StatusCode"], output["Payload"], output["ExecutedVersion"]) == (200, {}, "$LATEST")
    assert root in output["SdkHttpMetadata"]["HttpHeaders"]["X-Amzn-Trace-Id"]

"""Filter criteria: each documented operator, with a message that it lets through and one that it keeps out."""

import json

import pytest

from conformance import lambda_guide, rule
from emulator import eventually
from sqs.conftest import depth

PAGE = lambda_guide("invocation-eventfiltering", "filtering-syntax")
OPERATORS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"
WITH_QUEUES = lambda_guide("with-sqs-filtering")


def operator(name, rules, hit, miss, page=PAGE):
    return pytest.param(rules, hit, miss, id=name, marks=rule(f"Filter operator: {name}", page))


@pytest.fixture
def admitted(sqs, function, queue, mapping):
    """The bodies that reach the function through a filter."""

    def through(*patterns, messages):
        name = function()
        filters = [{"Pattern": json.dumps(pattern)} for pattern in patterns]
        made = mapping(queue, name, FilterCriteria={"Filters": filters})
        assert made["FilterCriteria"]["Filters"] == filters
        for message in messages:
            sqs.send_message(QueueUrl=queue, **message)
        eventually(lambda: depth(sqs, queue) == 0, "all messages are gone")
        return eventually(name.bodies, "one reaches the function")

    return through


@pytest.mark.parametrize("rules, hit, miss", [
    operator("null", {"a": [None]}, {"a": None}, {"a": "x"}),
    operator("empty", {"a": [""]}, {"a": ""}, {"a": "x"}),
    operator("equals", {"a": ["x"]}, {"a": "x"}, {"a": "X"}),
    operator("equals, ignoring case", {"a": [{"equals-ignore-case": "x"}]}, {"a": "X"}, {"a": "y"}),
    operator("and", {"a": ["x"], "b": ["y"]}, {"a": "x", "b": "y"}, {"a": "x", "b": "z"}),
    operator("or", {"a": ["x", "y"]}, {"a": "y"}, {"a": "z"}),
    operator("or over several fields", {"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "z", "b": "y"}, {"a": "z", "b": "z"}),
    operator("not", {"a": [{"anything-but": ["x"]}]}, {"a": "y"}, {"a": "x"}),
    operator("numeric equals", {"a": [{"numeric": ["=", 100]}]}, {"a": 100.0}, {"a": 101}),
    operator("numeric range", {"a": [{"numeric": [">", 10, "<=", 20]}]}, {"a": 20}, {"a": 10}),
    operator("exists", {"a": [{"exists": True}]}, {"a": 0}, {"b": 0}),
    operator("does not exist", {"a": [{"exists": False}]}, {"b": 0}, {"a": 0}),
    operator("begins with", {"a": [{"prefix": "us-"}]}, {"a": "us-east-1"}, {"a": "eu-west-1"}),
    operator("ends with", {"a": [{"suffix": ".png"}]}, {"a": "x.png"}, {"a": "x.jpg"}),
    operator("wildcard", {"a": [{"wildcard": "x*z"}]}, {"a": "xyz"}, {"a": "xy"}, OPERATORS),
    operator("IP address", {"a": [{"cidr": "10.1.0.0/16"}]}, {"a": "10.1.2.3"}, {"a": "10.2.0.1"}, OPERATORS),
])
def test_an_operator_tells_a_match_from_a_miss(admitted, rules, hit, miss):
    messages = [{"MessageBody": json.dumps(body)} for body in (miss, hit)]
    assert admitted({"body": rules}, messages=messages) == [json.dumps(hit)]


@rule("What a filter keeps out is deleted from the queue", WITH_QUEUES)
@rule("A message that matches one of several filters comes through", lambda_guide("invocation-eventfiltering"))
def test_one_filter_of_several_is_enough(admitted):
    messages = [{"MessageBody": json.dumps({"tier": tier})} for tier in ("tin", "gold")]
    assert admitted({"body": {"tier": ["silver"]}}, {"body": {"tier": ["gold"]}}, messages=messages) == [
        json.dumps({"tier": "gold"})]


@rule("A filter of text looks at a body of plain text", WITH_QUEUES)
def test_plain_text_meets_a_plain_pattern(admitted):
    assert admitted({"body": ["go"]}, messages=[{"MessageBody": "stay"}, {"MessageBody": "go"}]) == ["go"]


@rule("A plain-text body is kept out by a filter of JSON", WITH_QUEUES)
def test_plain_text_meets_a_json_pattern(admitted):
    messages = [{"MessageBody": "plain"}, {"MessageBody": '{"a":1}'}]
    assert admitted({"body": {"a": [1]}}, messages=messages) == ['{"a":1}']


@rule("A filter looks at message attributes and system attributes, too", WITH_QUEUES)
def test_attributes_are_filtered(admitted):
    def message(tier):
        return {"MessageBody": tier, "MessageAttributes": {"tier": {"DataType": "String", "StringValue": tier}}}

    pattern = {
        "messageAttributes": {"tier": {"stringValue": ["gold"]}}, "attributes": {"ApproximateReceiveCount": ["1"]}}
    assert admitted(pattern, messages=[message("tin"), message("gold")]) == ["gold"]

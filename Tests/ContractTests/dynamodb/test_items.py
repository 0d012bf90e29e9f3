"""Items as boto3 puts, gets, updates and deletes them."""

import uuid
from decimal import Decimal

import pytest
from boto3.dynamodb.conditions import Attr
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError

from dynamodb.conftest import invalid, refusal


@pytest.fixture
def key():
    return {"pk": f"p-{uuid.uuid4().hex}", "sk": "s"}


@pytest.fixture
def wire(key):
    return {name: {"S": value} for name, value in key.items()}


def test_every_type_comes_back_as_it_went(table, key):
    item = {
        **key, "text": "naïve 漢字 \U0001f600", "empty": "", "number": Decimal("-12.50"), "yes": True,
        "nothing": None, "bytes": Binary(b"\x00\xff"), "list": [1, "two", [3], {}], "map": {"deep": {"deeper": [{"x": Decimal(1)}]}},
        "strings": {"b", "a"}, "numbers": {Decimal(3), Decimal("0.1")}, "binaries": {Binary(b"1"), Binary(b"2")}}
    table.put_item(Item=item)
    assert table.get_item(Key=key, ConsistentRead=True)["Item"] == item


def test_every_answer_bears_its_headers(dynamodb, name, wire):
    found = dynamodb.get_item(TableName=name, Key=wire)
    with pytest.raises(ClientError) as refused:
        dynamodb.get_item(TableName=name, Key={})
    for answer in (found, refused.value.response):
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        assert {"date", "server", "content-type", "x-amzn-requestid", "x-amz-crc32"} <= set(headers)


@pytest.mark.parametrize("written, read", [
    ("1.0", "1"), ("-0", "0"), ("1e3", "1000"), ("00012", "12"), ("0.0000001", "0.0000001"),
    ("9.9999999999999999999999999999999999999E+125",) * 2, ("1E-130",) * 2,
    ("12345678901234567890123456789012345678",) * 2])
def test_numbers_are_kept_to_the_38th_digit(dynamodb, name, wire, written, read):
    dynamodb.put_item(TableName=name, Item={**wire, "n": {"N": written}})
    kept = dynamodb.get_item(TableName=name, Key=wire)["Item"]["n"]["N"]
    assert Decimal(kept) == Decimal(read)


def test_what_is_absent_has_no_item(table, key):
    assert "Item" not in table.get_item(Key=key)
    assert table.delete_item(Key=key, ReturnValues="ALL_OLD").get("Attributes") is None


def test_a_projection_takes_parts(table, key):
    table.put_item(Item={**key, "a": {"b": [10, 20, 30], "c": 1}, "size": 5})
    answer = table.get_item(
        Key=key, ProjectionExpression="a.b[2], a.b[0], #size", ExpressionAttributeNames={"#size": "size"})
    assert answer["Item"] == {"a": {"b": [10, 30]}, "size": 5}


def test_an_update_does_all_four_clauses(table, key):
    table.put_item(Item={**key, "n": 5, "list": [1, 2, 3], "set": {"a", "b"}, "former": "x", "m": {"x": 1}})
    answer = table.update_item(
        Key=key,
        UpdateExpression="SET n = n + :one, #l[1] = :two, m.y = if_not_exists(m.y, :one), "
        "l2 = list_append(#l, :list) REMOVE former, m.x ADD tally :two DELETE #s :a",
        ExpressionAttributeNames={"#l": "list", "#s": "set"},
        ExpressionAttributeValues={":one": 1, ":two": 22, ":list": ["z"], ":a": {"a"}},
        ReturnValues="ALL_NEW")
    assert answer["Attributes"] == {
        **key, "n": 6, "list": [1, 22, 3], "l2": [1, 2, 3, "z"], "m": {"y": 1}, "tally": 22, "set": {"b"}}


@pytest.mark.parametrize("asked, given", [
    ("NONE", None), ("ALL_OLD", {"a": 1, "b": {"c": 1, "d": 2}}), ("UPDATED_OLD", {"a": 1, "b": {"c": 1}}),
    ("UPDATED_NEW", {"a": 2, "b": {"c": 9}}), ("ALL_NEW", {"a": 2, "b": {"c": 9, "d": 2}})])
def test_an_update_returns_what_is_asked_for(table, key, asked, given):
    table.put_item(Item={**key, "a": 1, "b": {"c": 1, "d": 2}})
    answer = table.update_item(
        Key=key, UpdateExpression="SET a = :two, b.c = :nine", ReturnValues=asked,
        ExpressionAttributeValues={":two": 2, ":nine": 9})
    if given and asked.startswith("ALL"):
        given = {**given, **key}
    assert answer.get("Attributes") == given


def test_a_counter_counts_from_nothing(table, key):
    for expected in range(1, 6):
        answer = table.update_item(
            Key=key, UpdateExpression="ADD hits :one", ExpressionAttributeValues={":one": 1},
            ReturnValues="UPDATED_NEW")
        assert answer["Attributes"] == {"hits": expected}


@pytest.mark.parametrize("condition, holds", [
    (Attr("n").eq(5), True), (Attr("n").lt(5), False), (Attr("n").between(5, 6), True),
    (Attr("n").is_in([1, 5]), True), (Attr("s").begins_with("he"), True), (Attr("s").contains("lo"), True),
    (Attr("l").contains(2), True), (Attr("set").contains("x"), True), (Attr("s").size().gt(4), True),
    (Attr("s").attribute_type("S"), True), (Attr("gone").exists(), False), (Attr("gone").not_exists(), True),
    (Attr("m.deep[1]").eq("y"), True), (~Attr("n").eq(5), False), (Attr("n").ne("5"), True),
    (Attr("n").eq(5) & Attr("s").eq("hello"), True), (Attr("n").eq(6) | Attr("s").eq("hello"), True),
    (Attr("gone").ne(1), True), (Attr("gone").lt(1), False)])
def test_a_condition_decides(table, key, condition, holds):
    item = {**key, "n": 5, "s": "hello", "l": [1, 2], "set": {"x"}, "m": {"deep": ["x", "y"]}}
    table.put_item(Item=item)
    if holds:
        table.delete_item(Key=key, ConditionExpression=condition)
        assert "Item" not in table.get_item(Key=key)
    else:
        assert refusal(table.delete_item, Key=key, ConditionExpression=condition) == (
            "ConditionalCheckFailedException", "The conditional request failed")
        assert table.get_item(Key=key)["Item"] == item


def test_a_failed_condition_can_show_the_item(dynamodb, name, wire):
    dynamodb.put_item(TableName=name, Item={**wire, "v": {"N": "7"}})
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as raised:
        dynamodb.put_item(
            TableName=name, Item=wire, ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert raised.value.response["Item"] == {**wire, "v": {"N": "7"}}


def test_capacity_is_counted_by_size(dynamodb, name, wire):
    answer = dynamodb.put_item(
        TableName=name, Item={**wire, "x": {"S": "x" * 3000}}, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == {"TableName": name, "CapacityUnits": 3.0}
    read = dynamodb.get_item(TableName=name, Key=wire, ReturnConsumedCapacity="INDEXES")
    assert read["ConsumedCapacity"] == {
        "TableName": name, "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}


def test_the_parameters_of_old_still_work(dynamodb, name, wire):
    dynamodb.update_item(
        TableName=name, Key=wire,
        AttributeUpdates={"a": {"Action": "PUT", "Value": {"N": "1"}}, "b": {"Action": "ADD", "Value": {"N": "2"}}})
    dynamodb.put_item(
        TableName=name, Item={**wire, "a": {"N": "5"}},
        Expected={"a": {"ComparisonOperator": "LE", "AttributeValueList": [{"N": "1"}]}})
    answer = dynamodb.get_item(TableName=name, Key=wire, AttributesToGet=["a"])
    assert answer["Item"] == {"a": {"N": "5"}}


@pytest.mark.parametrize("parameters, message", [
    ({"UpdateExpression": "SET a = :a"},
     "Invalid UpdateExpression: An expression attribute value used in expression is not defined; "
     "attribute value: :a"),
    ({"UpdateExpression": "SET size = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}},
     "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: size"),
    ({"UpdateExpression": "SET a = :a, a.b = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}},
     "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these "
     "paths; path one: [a], path two: [a, b]"),
    ({"UpdateExpression": "SET a :a", "ExpressionAttributeValues": {":a": {"N": "1"}}},
     'Invalid UpdateExpression: Syntax error; token: ":a", near: "a :a"'),
    ({"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"N": "1"}, ":b": {"N": "1"}}},
     "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}"),
    ({"UpdateExpression": "SET #a = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}},
     "Invalid UpdateExpression: An expression attribute name used in the document path is not defined; "
     "attribute name: #a"),
    ({"UpdateExpression": "SET sk = :a", "ExpressionAttributeValues": {":a": {"S": "1"}}},
     "One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key"),
    ({"UpdateExpression": "SET a = b"},
     "The provided expression refers to an attribute that does not exist in the item"),
    ({"UpdateExpression": ""}, "Invalid UpdateExpression: The expression can not be empty;"),
])
def test_an_update_that_makes_no_sense_is_refused_in_awss_words(dynamodb, name, wire, parameters, message):
    # What is wrong without a look at the table is counted.
    late = message.startswith(("One or more", "The provided"))
    assert invalid(dynamodb.update_item, TableName=name, Key=wire, **parameters) == (
        message if late else "1 validation error detected: " + message)


@pytest.mark.parametrize("condition", [None, "attribute_exists(absent)"])
def test_an_update_weighs_what_it_would_write_before_it_looks(table, key, condition):
    table.put_item(Item={**key, "c": "x"})
    message = invalid(
        table.update_item, Key=key, UpdateExpression="SET c = if_not_exists(c, :huge)",
        ExpressionAttributeValues={":huge": "h" * 409_700}, **({"ConditionExpression": condition} if condition else {}))
    assert message == "Item size to update has exceeded the maximum allowed size"


def test_an_item_is_at_most_400_kilobytes(table, key):
    room = 400 * 1024 - sum(len(k) + len(v) for k, v in key.items()) - 1
    table.put_item(Item={**key, "x": "x" * room})
    assert invalid(table.put_item, Item={**key, "x": "x" * (room + 1)}) == (
        "1 validation error detected: Item size has exceeded the maximum allowed size")
    assert invalid(table.update_item, Key=key, UpdateExpression="SET y = :y", ExpressionAttributeValues={":y": 1}) == (
        "Item size to update has exceeded the maximum allowed size")

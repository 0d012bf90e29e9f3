"""Batches, transactions and expiry as boto3 sees them."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from dynamodb.conftest import invalid, refusal


@pytest.fixture
def wire():
    partition = f"p-{uuid.uuid4().hex}"
    return lambda sk, **more: {"pk": {"S": partition}, "sk": {"S": sk}, **more}


def test_a_batch_writes_and_reads(dynamodb, name, make_table, wire):
    other = make_table(None)
    dynamodb.put_item(TableName=name, Item=wire("old"))
    answer = dynamodb.batch_write_item(RequestItems={
        name: [{"PutRequest": {"Item": wire("a", n={"N": "1"})}}, {"DeleteRequest": {"Key": wire("old")}}],
        other: [{"PutRequest": {"Item": {"pk": {"S": "x"}}}}]})
    assert answer["UnprocessedItems"] == {}
    answer = dynamodb.batch_get_item(RequestItems={
        name: {"Keys": [wire("a"), wire("old")], "ConsistentRead": True}, other: {"Keys": [{"pk": {"S": "x"}}]}})
    assert answer["Responses"] == {name: [wire("a", n={"N": "1"})], other: [{"pk": {"S": "x"}}]}
    assert answer["UnprocessedKeys"] == {}


def test_a_batch_read_stops_at_16_megabytes(dynamodb, name, wire):
    big = {"S": "x" * 390_000}
    for index in range(50):
        dynamodb.put_item(TableName=name, Item=wire(f"{index:02}", x=big))
    wanted = {name: {"Keys": [wire(f"{index:02}") for index in range(50)]}}
    rounds, seen = 0, set()
    while wanted:
        answer = dynamodb.batch_get_item(RequestItems=wanted)
        seen |= {item["sk"]["S"] for item in answer["Responses"][name]}
        wanted, rounds = answer["UnprocessedKeys"], rounds + 1
    assert len(seen) == 50 and rounds == 2


@pytest.mark.parametrize("requests, message", [
    (lambda wire: [{"PutRequest": {"Item": wire("a")}}] * 2, "Provided list of item keys contains duplicates"),
    (lambda wire: [{"PutRequest": {"Item": {"pk": {"S": "x"}}}}],
     "The provided key element does not match the schema"),
    (lambda wire: [{"DeleteRequest": {"Key": {"pk": {"S": "x"}}}}],
     "The provided key element does not match the schema"),
])
def test_a_batch_that_makes_no_sense_is_refused(dynamodb, name, wire, requests, message):
    assert invalid(dynamodb.batch_write_item, RequestItems={name: requests(wire)}) == message


def test_a_transaction_is_all(dynamodb, name, wire):
    dynamodb.put_item(TableName=name, Item=wire("from", n={"N": "10"}))
    dynamodb.put_item(TableName=name, Item=wire("gone"))
    five = {":five": {"N": "5"}}
    dynamodb.transact_write_items(TransactItems=[
        {"Update": {
            "TableName": name, "Key": wire("from"), "UpdateExpression": "SET n = n - :five",
            "ConditionExpression": "n >= :five", "ExpressionAttributeValues": five}},
        {"Update": {
            "TableName": name, "Key": wire("to"), "UpdateExpression": "ADD n :five",
            "ExpressionAttributeValues": five}},
        {"Put": {"TableName": name, "Item": wire("log")}}, {"Delete": {"TableName": name, "Key": wire("gone")}},
        {"ConditionCheck": {
            "TableName": name, "Key": wire("block"), "ConditionExpression": "attribute_not_exists(pk)"}}])
    answer = dynamodb.transact_get_items(TransactItems=[
        {"Get": {"TableName": name, "Key": wire(sk)}} for sk in ["from", "to", "log", "gone"]])
    assert answer["Responses"] == [
        {"Item": wire("from", n={"N": "5"})}, {"Item": wire("to", n={"N": "5"})}, {"Item": wire("log")}, {}]


def test_a_transaction_is_nothing_and_says_why(dynamodb, name, wire):
    dynamodb.put_item(TableName=name, Item=wire("b", v={"N": "1"}))
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as raised:
        dynamodb.transact_write_items(TransactItems=[
            {"Put": {"TableName": name, "Item": wire("a")}},
            {"Put": {
                "TableName": name, "Item": wire("b"), "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}])
    response = raised.value.response
    assert response["Error"]["Message"] == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, ConditionalCheckFailed]")
    assert response["CancellationReasons"] == [{"Code": "None"}, {
        "Code": "ConditionalCheckFailed", "Message": "The conditional request failed",
        "Item": wire("b", v={"N": "1"})}]
    assert "Item" not in dynamodb.get_item(TableName=name, Key=wire("a"))


def test_a_token_makes_a_transaction_once(dynamodb, name, wire):
    def add(amount, token):
        dynamodb.transact_write_items(ClientRequestToken=token, TransactItems=[{"Update": {
            "TableName": name, "Key": wire("n"), "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": amount}}}}])

    token = uuid.uuid4().hex
    add("1", token)
    add("1", token)
    assert dynamodb.get_item(TableName=name, Key=wire("n"))["Item"]["n"] == {"N": "1"}
    assert refusal(add, amount="2", token=token)[0] == "IdempotentParameterMismatchException"


def test_one_item_is_in_a_transaction_once(dynamodb, name, wire):
    put = {"Put": {"TableName": name, "Item": wire("a")}}
    assert invalid(dynamodb.transact_write_items, TransactItems=[put, put]) == (
        "Transaction request cannot include multiple operations on one item")


def test_no_update_is_lost_among_many_clients(emulator, dynamodb, name, wire):
    def worker(_):
        client = emulator.client("dynamodb")
        for _ in range(50):
            client.update_item(
                TableName=name, Key=wire("n"), UpdateExpression="ADD n :one",
                ExpressionAttributeValues={":one": {"N": "1"}})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(worker, range(8)))
    assert dynamodb.get_item(TableName=name, Key=wire("n"))["Item"]["n"] == {"N": "400"}


def test_expired_items_go_by_themselves(dynamodb, make_table):
    name = make_table(None)
    specification = {"Enabled": True, "AttributeName": "expires"}
    answer = dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
    assert answer["TimeToLiveSpecification"] == specification
    described = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    assert invalid(
        dynamodb.update_time_to_live, TableName=name, TimeToLiveSpecification=specification,
    ) == "TimeToLive is already enabled"
    now = int(time.time())
    for key, expires in [("past", now - 60), ("soon", now + 1), ("later", now + 3600)]:
        dynamodb.put_item(TableName=name, Item={"pk": {"S": key}, "expires": {"N": str(expires)}})
    dynamodb.put_item(TableName=name, Item={"pk": {"S": "text"}, "expires": {"S": "soon"}})
    deadline = time.monotonic() + 20
    left = set()
    while time.monotonic() < deadline and left != {"later", "text"}:
        left = {item["pk"]["S"] for item in dynamodb.scan(TableName=name)["Items"]}
        time.sleep(0.05)
    assert left == {"later", "text"}


def test_the_aws_command_speaks_to_it(aws, name):
    aws("dynamodb", "put-item", "--table-name", name, "--item", '{"pk":{"S":"cli"},"sk":{"S":"a"},"n":{"N":"1"}}')
    found = aws(
        "dynamodb", "query", "--table-name", name, "--key-condition-expression", "pk = :p",
        "--expression-attribute-values", '{":p":{"S":"cli"}}')
    assert found["Items"] == [{"pk": {"S": "cli"}, "sk": {"S": "a"}, "n": {"N": "1"}}]
    assert name in aws("dynamodb", "list-tables")["TableNames"]

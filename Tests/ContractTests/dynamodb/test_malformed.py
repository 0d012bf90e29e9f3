"""Malformed calls, and what AWS answers to each, letter for letter.

The answers are those that the service gives: from its documentation, from recorded answers in the issues of its clients,
and from the suites that others have written against it.
"""

import json
import urllib.error
import urllib.request

import pytest

from dynamodb.malformed_calls import CASES, INVALID, item, KEY, N1, ONE, query, update


@pytest.fixture(scope="module")
def simple(make_table, dynamodb):
    """Key pk (S) and sk (N); an index by kind (S)."""
    name = make_table(
        sort_key="N", attributes=[{"AttributeName": "kind", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "kinds", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}]}])
    dynamodb.put_item(TableName=name, Item={
        "pk": {"S": "there"}, "sk": {"N": "1"}, "n": {"N": "5"}, "s": {"S": "text"}, "l": {"L": [{"N": "1"}]},
        "m": {"M": {"x": {"N": "1"}}}, "ss": {"SS": ["a"]}, "kind": {"S": "k"}})
    return name


@pytest.fixture(scope="module")
def raw(endpoint):
    """Sends members as they stand: no client of AWS's checks them first."""

    def call(operation, members):
        request = urllib.request.Request(
            endpoint, data=json.dumps(members).encode(), headers={
                "X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0",
                "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
                                 "SignedHeaders=host, Signature=0"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)

    return call


@pytest.mark.parametrize("what", CASES)
def test_the_answer_is_awss(raw, simple, what):
    (operation, members), message = CASES[what]
    status, answer = raw(operation, {"TableName": simple, **members})
    assert (status, answer.get("__type", "").split("#")[-1], answer.get("message")) == (400, INVALID, message)


def test_a_table_that_is_not_there(raw):
    for operation, members in (
            ("GetItem", {"Key": KEY}), ("PutItem", {"Item": KEY}), ("Scan", {}), ("DeleteItem", {"Key": KEY}),
            query("pk = :v", {":v": {"S": "a"}}), update("SET x = :v", {":v": N1})):
        status, answer = raw(operation, {"TableName": "absent-table", **members})
        assert (status, answer["__type"].split("#")[-1], answer["message"]) == (
            400, "ResourceNotFoundException", "Requested resource not found"), operation
    status, answer = raw("DescribeTable", {"TableName": "absent-table"})
    assert answer["message"] == "Requested resource not found: Table: absent-table not found"


def test_batches(raw, simple):
    def refused(operation, members):
        status, answer = raw(operation, members)
        assert status == 400 and answer["__type"].split("#")[-1] == INVALID
        return answer["message"]

    one = {"PutRequest": {"Item": item()}}
    assert refused("BatchWriteItem", {"RequestItems": {simple: [one, one]}}) == (
        "Provided list of item keys contains duplicates")
    assert refused("BatchGetItem", {"RequestItems": {simple: {"Keys": [KEY, KEY]}}}) == (
        "Provided list of item keys contains duplicates")
    many = [{"PutRequest": {"Item": {"pk": {"S": str(number)}, "sk": N1}}} for number in range(26)]
    assert refused("BatchWriteItem", {"RequestItems": {simple: many}}).endswith(
        "failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to "
        "25, Member must have length greater than or equal to 1]")
    assert refused("BatchWriteItem", {"RequestItems": {}}) == (
        "The requestItems parameter is required for BatchWriteItem")


MAP_KEYS = (
    "at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than "
    "or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: "
    "[a-zA-Z0-9_.-]+]")


@pytest.mark.parametrize("operation, members, message", [
    ("BatchGetItem", {"RequestItems": {"no!name": {"Keys": [KEY]}}}, MAP_KEYS),
    ("BatchWriteItem", {"RequestItems": {"no": [{"PutRequest": {"Item": KEY}}]}}, MAP_KEYS),
    ("BatchGetItem", {"RequestItems": {}},
     "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: Member must have length greater "
     "than or equal to 1"),
    ("TransactWriteItems",
     {"TransactItems": [{"Put": {"TableName": "t", "Item": KEY}}], "ClientRequestToken": "x" * 37,
      "ReturnConsumedCapacity": "ALL"},
     "Member must have length less than or equal to 36; Value 'ALL' at 'returnConsumedCapacity' failed to satisfy "
     "constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"),
    ("UpdateItem",
     {"TableName": "absent-table", "AttributeUpdates": {"x": {"Value": N1}}, "ConditionalOperator": "XOR",
      "Expected": {"a": {"Exists": False}, "b": {"Exists": False}}},
     "2 validation errors detected: Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: Member must satisfy "
     "enum value set: [OR, AND]; Value null at 'key' failed to satisfy constraint: Member must not be null"),
])
def test_members_are_checked_in_awss_order(raw, operation, members, message):
    status, answer = raw(operation, members)
    assert (status, answer["__type"].split("#")[-1]) == (400, INVALID)
    assert answer["message"].endswith(message)


def nested(levels):
    value = {"S": "leaf"}
    for _ in range(levels):
        value = {"M": {"n": value}}
    return value


@pytest.mark.parametrize("actions, message", [
    ([{"Put": {"Item": {**KEY, "d": nested(40)}}}, {"Put": {"Item": {**KEY, "": N1}}}], "Nesting Levels have exceeded"),
    ([{"Put": {"Item": {**KEY, "": N1}}}, {"Put": {"Item": {**KEY, "d": nested(100)}}}], "Empty attribute name"),
    ([{"Delete": {"Key": {"pk": nested(40)}}}, {"Put": {"Item": KEY, "ConditionExpression": "a = = b"}}],
     "Nesting Levels have exceeded"),
    ([{"Delete": {"Key": {"pk": nested(100)}, "ConditionExpression": "a = = b"}}],
     'Invalid ConditionExpression: Syntax error; token: "=", near: "= = b"'),
])
def test_the_first_action_that_is_wrong_is_told_of(raw, actions, message):
    status, answer = raw("TransactWriteItems", {"TransactItems": [
        {kind: {"TableName": "absent-table", **members} for kind, members in action.items()} for action in actions]})
    assert (status, answer["__type"].split("#")[-1]) == (400, INVALID)
    assert answer["message"].startswith(message)


def test_sets_may_hold_what_is_empty(raw, simple):
    def stored():
        return raw("GetItem", {"TableName": simple, "Key": key})[1]["Item"]

    key = {"pk": {"S": "sets"}, "sk": N1}
    assert raw("PutItem", {"TableName": simple, "Item": {**key, "s": {"SS": ["a"]}, "b": {"BS": [""]}}})[0] == 200
    for clause, values, left in (("ADD", [""], ["", "a"]), ("DELETE", ["a"], [""]), ("DELETE", [""], None)):
        status, _ = raw("UpdateItem", {
            "TableName": simple, "Key": key, "UpdateExpression": clause + " s :v",
            "ExpressionAttributeValues": {":v": {"SS": values}}})
        assert status == 200
        assert stored().get("s") == (left and {"SS": left})
    assert stored()["b"] == {"BS": [""]}


def test_transactions(raw, simple):
    twice = [{"Put": {"TableName": simple, "Item": item()}}, {"Delete": {"TableName": simple, "Key": KEY}}]
    status, answer = raw("TransactWriteItems", {"TransactItems": twice})
    assert (status, answer["message"]) == (
        400, "Transaction request cannot include multiple operations on one item")
    status, answer = raw("TransactWriteItems", {"TransactItems": [
        {"ConditionCheck": {"TableName": simple, "Key": KEY, "ConditionExpression": "attribute_not_exists(pk)"}},
        {"Put": {"TableName": simple, "Item": {"pk": {"S": "new"}, "sk": N1}}}]})
    assert answer["__type"].endswith("#TransactionCanceledException")
    assert answer.get("Message", answer.get("message")) == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]")
    assert answer["CancellationReasons"] == [
        {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}, {"Code": "None"}]
    status, answer = raw("GetItem", {"TableName": simple, "Key": {"pk": {"S": "new"}, "sk": N1}})
    assert answer == {}


def test_nothing_behind_the_first_invalid_action_is_looked_at(raw, simple):
    wrong = {"Put": {"TableName": simple, "Item": {"pk": N1, "sk": N1}}}
    failing = {"Put": {"TableName": simple, "Item": item(), "ConditionExpression": "attribute_not_exists(pk)"}}
    status, answer = raw("TransactWriteItems", {"TransactItems": [wrong, wrong, failing]})
    assert [reason["Code"] for reason in answer["CancellationReasons"]] == ["ValidationError", "None", "None"]


def test_idle_names_are_let_through_in_transactions_only(raw, simple):
    idle = {"TableName": simple, "ExpressionAttributeNames": {"#n": "n"}}
    assert raw("TransactGetItems", {"TransactItems": [{"Get": {**idle, "Key": KEY}}]})[0] == 200
    put = {**idle, "Item": item(), "ExpressionAttributeValues": {":v": N1}}
    assert raw("TransactWriteItems", {"TransactItems": [{"Put": put}]})[0] == 200
    status, answer = raw("TransactWriteItems", {"TransactItems": [
        {"Put": {**idle, "Item": item(), "ConditionExpression": "attribute_exists(pk)"}}]})
    assert answer["message"] == "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}"
    status, answer = raw("GetItem", {**idle, "Key": KEY})
    assert answer["message"] == "ExpressionAttributeNames can only be specified when using expressions"


def test_a_transaction_brings_four_megabytes_and_finds_more(raw, simple):
    items = [{"pk": {"S": "heavy"}, "sk": {"N": str(number)}, "x": {"S": "x" * 400_000}} for number in range(11)]

    def transact(actions):
        return raw("TransactWriteItems", {"TransactItems": actions})

    puts = [{"Put": {"TableName": simple, "Item": one}} for one in items]
    status, answer = transact(puts)
    assert (status, answer["__type"].split("#")[-1]) == (400, INVALID)
    assert answer["message"].startswith("Transaction payload size cannot exceed 4MB.")
    assert [transact(part)[0] for part in (puts[:6], puts[6:])] == [200, 200]
    status, _ = transact([
        {"Delete": {"TableName": simple, "Key": {key: one[key] for key in ("pk", "sk")}}} for one in items])
    assert status == 200


def test_a_condition_that_fails(raw, simple):
    status, answer = raw("PutItem", {
        "TableName": simple, "Item": item(), "ConditionExpression": "attribute_not_exists(pk)"})
    assert (status, answer["__type"], answer["message"]) == (
        400, "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "The conditional request failed")


TABLES = {
    "a name that is too short": (
        {"TableName": "ab"},
        "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length "
        "greater than or equal to 3"),
    "a key without its attribute": (
        {"AttributeDefinitions": [{"AttributeName": "other", "AttributeType": "S"}]},
        ONE + "Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], AttributeDefinitions: "
        "[other]"),
    "an attribute too many": (
        {"AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}]},
        ONE + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions"),
    "two partition keys": (
        {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "pk", "KeyType": "HASH"}],
         "AttributeDefinitions": [
             {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}]},
        "Both the Hash Key and the Range Key element in the KeySchema have the same name"),
    "no throughput": (
        {"BillingMode": "PROVISIONED"},
        ONE + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"),
    "a class of table that there is not": (
        {"TableClass": "standard"},
        "Invalid table-class parameter provided. Please try again with a valid table-class value: "
        "[STANDARD, STANDARD_INFREQUENT_ACCESS]."),
    "throughput on demand": (
        {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
        ONE + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"),
}


@pytest.mark.parametrize("what", TABLES)
def test_a_table_that_cannot_be(raw, what):
    changes, message = TABLES[what]
    status, answer = raw("CreateTable", {
        "TableName": "cannot-be", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], **changes})
    assert (status, answer["__type"].split("#")[-1], answer["message"]) == (400, INVALID, message)

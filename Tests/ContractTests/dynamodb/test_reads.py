"""Query and Scan as boto3 asks for them, indexes included."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from boto3.dynamodb.conditions import Attr, Key

from dynamodb.conftest import invalid


@pytest.fixture
def partition(table):
    """Twenty items of one partition, from 00 to 19."""
    partition = f"p-{uuid.uuid4().hex}"
    with table.batch_writer() as batch:
        for index in range(20):
            batch.put_item(Item={"pk": partition, "sk": f"{index:02}", "n": index, "even": index % 2 == 0})
    return partition


@pytest.mark.parametrize("condition, indexes", [
    (Key("sk").eq("07"), [7]), (Key("sk").lt("03"), [0, 1, 2]), (Key("sk").lte("02"), [0, 1, 2]),
    (Key("sk").gt("17"), [18, 19]), (Key("sk").gte("18"), [18, 19]), (Key("sk").between("04", "06"), [4, 5, 6]),
    (Key("sk").begins_with("1"), list(range(10, 20))), (None, list(range(20)))])
def test_a_query_takes_its_range_in_order(table, partition, condition, indexes):
    asked = Key("pk").eq(partition)
    asked = asked & condition if condition else asked
    items = table.query(KeyConditionExpression=asked)["Items"]
    assert [item["n"] for item in items] == indexes
    backwards = table.query(KeyConditionExpression=asked, ScanIndexForward=False)["Items"]
    assert [item["n"] for item in backwards] == indexes[::-1]


def test_pages_join_without_gap_or_repeat(dynamodb, name, partition):
    pages = list(dynamodb.get_paginator("query").paginate(
        TableName=name, KeyConditionExpression="pk = :p", FilterExpression="even = :t",
        ExpressionAttributeValues={":p": {"S": partition}, ":t": {"BOOL": True}}, PaginationConfig={"PageSize": 3}))
    assert [page["ScannedCount"] for page in pages] == [3] * 6 + [2]
    assert [int(item["n"]["N"]) for page in pages for item in page["Items"]] == list(range(0, 20, 2))


def test_a_count_carries_no_items(table, partition):
    answer = table.query(
        KeyConditionExpression=Key("pk").eq(partition), Select="COUNT", FilterExpression=Attr("n").gte(15))
    assert (answer["Count"], answer["ScannedCount"]) == (5, 20)
    assert "Items" not in answer


def test_a_page_ends_at_a_megabyte(dynamodb, make_table):
    name = make_table()
    for index in range(12):
        dynamodb.put_item(
            TableName=name, Item={"pk": {"S": "p"}, "sk": {"S": f"{index:02}"}, "x": {"S": "x" * 100_000}})
    query = {
        "TableName": name, "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}}
    first = dynamodb.query(**query)
    assert first["Count"] == 11
    second = dynamodb.query(**query, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert second["Count"] == 1 and "LastEvaluatedKey" not in second


def test_numbers_sort_by_value(dynamodb, resource, make_table):
    table = resource.Table(make_table("N"))
    numbers = [Decimal(text) for text in ["-1E+30", "-10", "-9", "-0.5", "0", "1E-100", "9", "10", "1E+37"]]
    for number in reversed(numbers):
        table.put_item(Item={"pk": "p", "sk": number})
    assert [item["sk"] for item in table.query(KeyConditionExpression=Key("pk").eq("p"))["Items"]] == numbers


def test_segments_share_a_scan(dynamodb, resource, make_table):
    name = make_table(None)
    with resource.Table(name).batch_writer() as batch:
        for index in range(500):
            batch.put_item(Item={"pk": f"{index}"})

    def segment(number):
        pages = dynamodb.get_paginator("scan").paginate(
            TableName=name, Segment=number, TotalSegments=4, PaginationConfig={"PageSize": 50})
        return [item["pk"]["S"] for page in pages for item in page["Items"]]

    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(segment, range(4)))
    assert all(parts)
    assert sorted(pk for part in parts for pk in part) == sorted(str(index) for index in range(500))


@pytest.fixture(scope="module")
def indexed(make_table):
    return make_table(
        attributes=[{"AttributeName": "gpk", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
        GlobalSecondaryIndexes=[
            {"IndexName": "global", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
                {"AttributeName": "gpk", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]},
            {"IndexName": "keys", "Projection": {"ProjectionType": "KEYS_ONLY"}, "KeySchema": [
                {"AttributeName": "gpk", "KeyType": "HASH"}]}],
        LocalSecondaryIndexes=[
            {"IndexName": "local", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
             "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]}])


def test_a_global_index_follows_its_table(resource, indexed, unique):
    table = resource.Table(indexed)

    def found(index="global"):
        items = table.query(IndexName=index, KeyConditionExpression=Key("gpk").eq(unique))["Items"]
        return [item["sk"] for item in items]

    for index, sk in enumerate(["c", "a", "b"]):
        table.put_item(Item={"pk": unique, "sk": sk, "gpk": unique, "n": index})
    table.put_item(Item={"pk": unique, "sk": "sparse", "gpk": unique})
    assert found() == ["c", "a", "b"]
    assert sorted(found("keys")) == ["a", "b", "c", "sparse"]
    table.update_item(Key={"pk": unique, "sk": "c"}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": 9})
    assert found() == ["a", "b", "c"]
    table.update_item(Key={"pk": unique, "sk": "a"}, UpdateExpression="REMOVE n")
    table.delete_item(Key={"pk": unique, "sk": "b"})
    assert found() == ["c"]


def test_an_index_shows_what_it_projects(resource, indexed, unique):
    table = resource.Table(indexed)
    table.put_item(Item={"pk": unique, "sk": "a", "gpk": unique, "n": 1, "x": 2, "y": 3})
    keys = table.query(IndexName="keys", KeyConditionExpression=Key("gpk").eq(unique))["Items"]
    assert keys == [{"pk": unique, "sk": "a", "gpk": unique}]
    local = table.query(IndexName="local", KeyConditionExpression=Key("pk").eq(unique))["Items"]
    assert local == [{"pk": unique, "sk": "a", "n": 1, "x": 2}]
    fetched = table.query(
        IndexName="local", KeyConditionExpression=Key("pk").eq(unique), Select="ALL_ATTRIBUTES")["Items"]
    assert fetched[0]["y"] == 3


def test_an_index_is_read_page_by_page(dynamodb, resource, indexed, unique):
    with resource.Table(indexed).batch_writer() as batch:
        for index in range(25):
            batch.put_item(Item={"pk": unique, "sk": f"{index:02}", "gpk": unique, "n": index % 3})
    pages = dynamodb.get_paginator("query").paginate(
        TableName=indexed, IndexName="global", KeyConditionExpression="gpk = :g",
        ExpressionAttributeValues={":g": {"S": unique}}, PaginationConfig={"PageSize": 4})
    seen = [item["sk"]["S"] for page in pages for item in page["Items"]]
    assert sorted(seen) == [f"{index:02}" for index in range(25)]


def test_a_new_index_holds_what_was_there(dynamodb, resource, make_table):
    name = make_table()
    table = resource.Table(name)
    table.put_item(Item={"pk": "p", "sk": "a", "color": "red"})
    dynamodb.update_table(
        TableName=name, AttributeDefinitions=[{"AttributeName": "color", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": {
            "IndexName": "colors", "KeySchema": [{"AttributeName": "color", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}}}])
    described = dynamodb.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"]
    assert [(index["IndexName"], index["IndexStatus"]) for index in described] == [("colors", "ACTIVE")]
    found = table.query(IndexName="colors", KeyConditionExpression=Key("color").eq("red"))["Items"]
    assert [item["sk"] for item in found] == ["a"]
    dynamodb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "colors"}}])
    assert invalid(
        table.query, IndexName="colors", KeyConditionExpression=Key("color").eq("red"),
    ) == "The table does not have the specified index: colors"


def test_an_index_key_is_checked_on_every_write(resource, indexed, unique):
    table = resource.Table(indexed)
    message = invalid(table.put_item, Item={"pk": unique, "sk": "a", "gpk": 5})
    assert message.startswith(
        "One or more parameter values were invalid: Type mismatch for Index Key gpk Expected: S Actual: N IndexName: ")


@pytest.mark.parametrize("parameters, message", [
    ({"KeyConditionExpression": "sk = :p"}, "Query condition missed key schema element: pk"),
    ({"KeyConditionExpression": "pk > :p"}, "Query key condition not supported"),
    ({"KeyConditionExpression": "pk = :p AND sk = :p AND n = :p"},
     "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"),
    ({"KeyConditionExpression": "pk = :p", "FilterExpression": "sk = :p"},
     "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"),
    ({"KeyConditionExpression": "pk = :p", "Select": "SPECIFIC_ATTRIBUTES"},
     "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"),
    ({"KeyConditionExpression": "pk = :p", "IndexName": "gone"},
     "The table does not have the specified index: gone"),
    ({"KeyConditionExpression": "pk = :p", "ExclusiveStartKey": {"pk": {"S": "x"}}},
     "The provided starting key is invalid: The provided key element does not match the schema"),
])
def test_a_query_that_makes_no_sense_is_refused_in_awss_words(dynamodb, name, parameters, message):
    assert invalid(
        dynamodb.query, TableName=name, ExpressionAttributeValues={":p": {"S": "p"}}, **parameters) == message

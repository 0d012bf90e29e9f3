"""Global indexes whose keys are of several attributes, and indexes over items that were there before them."""

import uuid

import pytest

from dynamodb.conftest import invalid

ALL = {"ProjectionType": "ALL"}


def schema(hashes, ranges=""):
    return [{"AttributeName": key, "KeyType": "HASH"} for key in hashes.split()] + [
        {"AttributeName": key, "KeyType": "RANGE"} for key in ranges.split()]


def definitions(**types):
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


@pytest.fixture(scope="module")
def matches(resource, make_table):
    """Matches by tournament and place, in the order of round, bracket and game."""
    table = resource.Table(make_table(
        None, attributes=definitions(tournament="S", place="S", round="N", bracket="S", game="S"),
        GlobalSecondaryIndexes=[{
            "IndexName": "by-place", "Projection": ALL,
            "KeySchema": schema("tournament place", "round bracket game")}]))
    for place in ("east", "west"):
        for number in (2, 10, 1):
            for bracket in ("lower", "upper"):
                for game in ("a", "b"):
                    table.put_item(Item={
                        "pk": uuid.uuid4().hex, "tournament": "cup", "place": place, "round": number,
                        "bracket": bracket, "game": game, "won": game == "a"})
    table.put_item(Item={"pk": "no match", "tournament": "cup", "place": "east", "round": 1, "bracket": "lower"})
    return table


def found(matches, condition, values, **more):
    values = {f":{name}": value for name, value in {"t": "cup", "r": "east", **values}.items()}
    answer = matches.query(
        IndexName="by-place", KeyConditionExpression=f"tournament = :t AND place = :r{condition}",
        ExpressionAttributeValues=values, **more)
    return [f"{item['round']} {item['bracket']} {item['game']}" for item in answer["Items"]]


def test_an_index_is_described_with_all_of_its_keys(dynamodb, matches):
    index = dynamodb.describe_table(TableName=matches.name)["Table"]["GlobalSecondaryIndexes"][0]
    assert index["KeySchema"] == schema("tournament place", "round bracket game")


@pytest.mark.parametrize("condition, values, expected", [
    ("", {}, [f"{number} {bracket} {game}" for number in (1, 2, 10) for bracket in ("lower", "upper") for game in "ab"]),
    (" AND round = :n", {"n": 10}, ["10 lower a", "10 lower b", "10 upper a", "10 upper b"]),
    (" AND round > :n", {"n": 2}, ["10 lower a", "10 lower b", "10 upper a", "10 upper b"]),
    (" AND round = :n AND bracket < :b", {"n": 2, "b": "upper"}, ["2 lower a", "2 lower b"]),
    (" AND begins_with(bracket, :b) AND round = :n", {"n": 2, "b": "up"}, ["2 upper a", "2 upper b"]),
    (" AND round = :n AND bracket = :b AND game BETWEEN :m AND :o", {"n": 1, "b": "lower", "m": "b", "o": "z"},
     ["1 lower b"]),
])
def test_conditions_go_from_left_to_right(matches, condition, values, expected):
    assert found(matches, condition, values) == expected
    assert found(matches, condition, values, ScanIndexForward=False) == expected[::-1]


GAP = (
    "RANGE key attributes {} must have equality conditions specified in the query because a condition is present on key "
    "attribute {}")


@pytest.mark.parametrize("condition, values, message", [
    (" AND bracket = :b", {"b": "upper"}, GAP.format("round", "bracket")),
    (" AND round = :n AND game = :m", {"n": 1, "m": "a"}, GAP.format("bracket", "game")),
    (" AND round > :n AND bracket = :b", {"n": 1, "b": "upper"}, GAP.format("round", "bracket")),
    (" AND round = :n", {"n": "one"},
     "One or more parameter values were invalid: Condition parameter type does not match schema type"),
])
def test_conditions_out_of_order_are_refused(matches, condition, values, message):
    assert invalid(found, matches=matches, condition=condition, values=values) == message


def test_every_attribute_of_the_partition_key_is_named(dynamodb, matches):
    def query(condition, **values):
        dynamodb.query(
            TableName=matches.name, IndexName="by-place", KeyConditionExpression=condition,
            ExpressionAttributeValues={f":{name}": {"S": value} for name, value in values.items()})

    assert invalid(query, condition="tournament = :t", t="cup") == "Query condition missed key schema element: place"
    assert invalid(query, condition="tournament = :t AND place > :r", t="cup", r="e") == (
        "Query key condition not supported")
    assert invalid(
        dynamodb.query, TableName=matches.name, IndexName="by-place", FilterExpression="game = :m",
        KeyConditionExpression="tournament = :t AND place = :r", ExpressionAttributeValues={
            ":t": {"S": "cup"}, ":r": {"S": "east"}, ":m": {"S": "a"}}) == (
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: game")


def test_an_index_of_several_attributes_is_read_page_by_page(matches):
    pages, start = [], {}
    while True:
        answer = matches.scan(IndexName="by-place", Limit=5, **start)
        pages.append(answer["Items"])
        if "LastEvaluatedKey" not in answer:
            break
        assert set(answer["LastEvaluatedKey"]) == {"pk", "tournament", "place", "round", "bracket", "game"}
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    items = [item["pk"] for page in pages for item in page]
    assert len(items) == len(set(items)) == 24


@pytest.mark.parametrize("keys, message", [
    (schema("a a"), "Invalid KeySchema: Duplicate attribute name: a"),
    (schema("", "a b"), "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
    (schema("a", "b")[::-1], "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
    (schema("a", "b") + schema("c"), "Invalid KeySchema: All HASH key types must come before the RANGE key types"),
    (schema("a b c d e"), "Invalid KeySchema: The number of HASH key types exceeds the limit of 4"),
    (schema("a", "b c d e f"), "Invalid KeySchema: The number of RANGE key types exceeds the limit of 4"),
])
def test_keys_that_cannot_be_are_refused(dynamodb, keys, message):
    assert invalid(
        dynamodb.create_table, TableName="refused-table", BillingMode="PAY_PER_REQUEST", KeySchema=schema("pk"),
        AttributeDefinitions=definitions(pk="S", a="S", b="S", c="S", d="S", e="S", f="S"),
        GlobalSecondaryIndexes=[{"IndexName": "several", "KeySchema": keys, "Projection": ALL}]) == message


def test_an_index_leaves_out_what_was_there_and_cannot_be_a_key(dynamodb, make_table):
    name = make_table(None)
    items = {"fits": {"S": "x"}, "number": {"N": "1"}, "empty": {"S": ""}, "long": {"S": "x" * 2049}, "absent": None}
    for key, value in items.items():
        dynamodb.put_item(TableName=name, Item={"pk": {"S": key}, **({"by": value} if value else {})})
    dynamodb.update_table(TableName=name, AttributeDefinitions=definitions(by="S"), GlobalSecondaryIndexUpdates=[
        {"Create": {"IndexName": "late", "KeySchema": schema("by"), "Projection": ALL}}])
    assert [item["pk"]["S"] for item in dynamodb.scan(TableName=name, IndexName="late")["Items"]] == ["fits"]
    # What was there stays as it is, and can be changed elsewhere.
    for key in items:
        dynamodb.update_item(
            TableName=name, Key={"pk": {"S": key}}, UpdateExpression="SET extra = :o",
            ExpressionAttributeValues={":o": {"S": "o"}})
    assert invalid(
        dynamodb.update_item, TableName=name, Key={"pk": {"S": "fits"}}, UpdateExpression="SET #by = :o",
        ExpressionAttributeNames={"#by": "by"}, ExpressionAttributeValues={":o": {"N": "1"}}) == (
        "One or more parameter values were invalid: Type mismatch for Index Key by Expected: S Actual: N IndexName: late")


def test_what_is_warm_does_not_cool_down(dynamodb, make_table):
    name = make_table(
        None, attributes=definitions(by="S"), WarmThroughput={"ReadUnitsPerSecond": 13_000},
        GlobalSecondaryIndexes=[{"IndexName": "warm", "KeySchema": schema("by"), "Projection": ALL}])

    def warm():
        table = dynamodb.describe_table(TableName=name)["Table"]
        return [
            (part["WarmThroughput"]["ReadUnitsPerSecond"], part["WarmThroughput"]["WriteUnitsPerSecond"])
            for part in (table, table["GlobalSecondaryIndexes"][0])]

    assert warm() == [(13_000, 4000), (12_000, 4000)]
    dynamodb.update_table(TableName=name, WarmThroughput={"WriteUnitsPerSecond": 5000})
    assert warm() == [(13_000, 5000), (12_000, 4000)]
    for units in ({"ReadUnitsPerSecond": 12_999}, {"WriteUnitsPerSecond": 4999}):
        assert "is lower than current WarmThroughput" in invalid(
            dynamodb.update_table, TableName=name, WarmThroughput=units)

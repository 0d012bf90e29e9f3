"""Streams as boto3 reads them: from the table's description to the records."""

import pytest

from dynamodb.conftest import invalid, refusal

STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.fixture(scope="module")
def streams(client):
    return client("dynamodbstreams")


@pytest.fixture
def streamed(make_table):
    return make_table(None, StreamSpecification=STREAM)


def latest_arn(dynamodb, name):
    return dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]


def read(streams, arn, kind="TRIM_HORIZON", **start):
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **start)["ShardIterator"]
    return streams.get_records(ShardIterator=iterator)


def test_a_table_is_followed_change_by_change(dynamodb, resource, streams, streamed):
    table, arn = resource.Table(streamed), latest_arn(dynamodb, streamed)
    table.put_item(Item={"pk": "a", "n": 1})
    table.put_item(Item={"pk": "a", "n": 1})
    table.update_item(Key={"pk": "a"}, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": 1})
    with table.batch_writer() as batch:
        batch.put_item(Item={"pk": "b"})
        batch.delete_item(Key={"pk": "a"})
    records = read(streams, arn)["Records"]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "INSERT", "REMOVE"]
    changes = [record["dynamodb"] for record in records]
    assert changes[1]["OldImage"] == {"pk": {"S": "a"}, "n": {"N": "1"}}
    assert changes[1]["NewImage"] == {"pk": {"S": "a"}, "n": {"N": "2"}}
    assert [change["Keys"]["pk"]["S"] for change in changes] == ["a", "a", "b", "a"]
    assert "NewImage" not in changes[3] and "OldImage" not in changes[0]
    numbers = [change["SequenceNumber"] for change in changes]
    assert numbers == sorted(numbers) and len(set(numbers)) == 4
    rest = read(streams, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[1])["Records"]
    assert [record["dynamodb"]["SequenceNumber"] for record in rest] == numbers[2:]


def test_a_stream_is_described_and_listed(dynamodb, streams, streamed):
    table = dynamodb.describe_table(TableName=streamed)["Table"]
    assert table["StreamSpecification"] == STREAM
    described = streams.describe_stream(StreamArn=table["LatestStreamArn"])["StreamDescription"]
    assert described["StreamStatus"] == "ENABLED" and described["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert described["TableName"] == streamed and described["StreamLabel"] == table["LatestStreamLabel"]
    assert described["KeySchema"] == table["KeySchema"]
    assert streams.list_streams(TableName=streamed)["Streams"] == [{
        "StreamArn": table["LatestStreamArn"], "TableName": streamed, "StreamLabel": table["LatestStreamLabel"]}]


def test_a_stream_is_switched_off_and_on(dynamodb, resource, streams, streamed):
    arn = latest_arn(dynamodb, streamed)
    resource.Table(streamed).put_item(Item={"pk": "a"})
    code, message = refusal(dynamodb.update_table, TableName=streamed, StreamSpecification=STREAM)
    assert (code, message) == ("ValidationException", f"Table already has an enabled stream: TableName: {streamed}")
    dynamodb.update_table(TableName=streamed, StreamSpecification={"StreamEnabled": False})
    assert "StreamSpecification" not in dynamodb.describe_table(TableName=streamed)["Table"]
    page = read(streams, arn)
    assert len(page["Records"]) == 1 and "NextShardIterator" not in page
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"
    dynamodb.update_table(
        TableName=streamed, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    assert latest_arn(dynamodb, streamed) != arn


def test_a_place_is_named_once(dynamodb, streams, streamed):
    arn = latest_arn(dynamodb, streamed)
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = shard["SequenceNumberRange"]["StartingSequenceNumber"]
    for kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
        assert "must be provided" in invalid(
            streams.get_shard_iterator, StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind)
        assert read(streams, arn, kind, SequenceNumber=start)["Records"] == []
    for kind in ("TRIM_HORIZON", "LATEST"):
        assert "must not be provided" in invalid(read, streams=streams, arn=arn, kind=kind, SequenceNumber=start)


def test_a_shard_has_no_children(dynamodb, streams, streamed):
    arn = latest_arn(dynamodb, streamed)
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    children = {"Type": "CHILD_SHARDS", "ShardId": shard["ShardId"]}
    assert streams.describe_stream(StreamArn=arn, ShardFilter=children)["StreamDescription"]["Shards"] == []


def test_what_is_not_there_is_told_so(streams, dynamodb, streamed):
    arn = latest_arn(dynamodb, streamed)
    code, _ = refusal(streams.describe_stream, StreamArn=arn[:-1] + ("1" if arn[-1] == "0" else "0"))
    assert code == "ResourceNotFoundException"
    code, _ = refusal(
        streams.get_shard_iterator, StreamArn=arn, ShardId="shardId-00000000000000000000-00000000",
        ShardIteratorType="LATEST")
    assert code == "ResourceNotFoundException"
    code, _ = refusal(streams.get_records, ShardIterator="nothing")
    assert code == "ValidationException"

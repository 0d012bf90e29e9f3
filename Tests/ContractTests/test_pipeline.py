"""Queue to function to table, driven by boto3 and the aws command: what a user of the pipeline does first."""

import functools
import json
import os
import urllib.request

import pytest

from emulator import ACCOUNT, BUILD, ROOT, eventually

COLLECTED_AT = "2026-03-06T21:30:00.000Z"


def stream(number, **changes):
    """A message as publishToQueue sends it: Helix's fields and the run's."""
    return {
        "id": str(40_000_000_000 + number), "user_id": str(1000 + number), "user_login": f"streamer{number}",
        "user_name": f"Streamer{number}", "game_id": "509000", "game_name": "Just Chatting", "type": "live",
        "title": "olá, mundo 🚀", "viewer_count": 100 + number, "started_at": "2026-03-06T20:00:00Z", "language": "pt",
        "thumbnail_url": "", "tag_ids": [], "tags": ["Português"], "is_mature": False,
        "collected_at": COLLECTED_AT, "run_id": "contract", "row_no": number, **changes,
    }


@pytest.fixture
def consumer(make_consumer):
    return make_consumer()


@pytest.fixture
def make_consumer(client, unique, tmp_path):
    """Makes a queue with a dead-letter queue, a table, and sqsToStore between them, by a mapping with these arguments."""
    return functools.partial(a_consumer, client, unique, tmp_path)


def a_consumer(client, unique, tmp_path, **mapping):
    sqs, dynamodb, functions = client("sqs"), client("dynamodb"), client("lambda")
    dead = sqs.create_queue(QueueName=f"{unique}-dlq")["QueueUrl"]
    redrive = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{unique}-dlq", "maxReceiveCount": 2}
    queue = sqs.create_queue(
        QueueName=unique, Attributes={"VisibilityTimeout": "2", "RedrivePolicy": json.dumps(redrive)})["QueueUrl"]
    dynamodb.create_table(
        TableName=unique, BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "nome_streamer", "KeyType": "HASH"}, {"AttributeName": "timestamp", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "nome_streamer", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": "S"}])
    code = tmp_path / "code"
    code.mkdir()
    os.link(BUILD / "bootstrap", code / "bootstrap")
    functions.create_function(
        FunctionName=unique, Runtime="provided.al2023", Handler="sqsToStore", Timeout=2,
        Role=f"arn:aws:iam::{ACCOUNT}:role/rivulet",
        Code={"S3Bucket": "_rivulet-local-folder", "S3Key": str(code)},
        Environment={"Variables": {"REALTIME_TABLE": unique}})
    functions.create_event_source_mapping(
        EventSourceArn=f"arn:aws:sqs:us-east-1:{ACCOUNT}:{unique}", FunctionName=unique, BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"], **mapping)
    return {"queue": queue, "dead": dead, "table": unique, "function": unique}


def test_a_poison_message_fails_alone_and_its_neighbours_are_stored_once(client, consumer):
    sqs, dynamodb = client("sqs"), client("dynamodb")
    bodies = [json.dumps(stream(number)) for number in range(4)]
    bodies += ['{"poison": true}', bodies[0], json.dumps(stream(4, viewer_count=-1))]
    answer = sqs.send_message_batch(
        QueueUrl=consumer["queue"],
        Entries=[{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)])
    assert len(answer["Successful"]) == 7

    def dead_letters():
        found = sqs.receive_message(
            QueueUrl=consumer["dead"], MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
        return found if len(found) == 2 else None

    dead = eventually(dead_letters, "two messages in the dead-letter queue", seconds=30)
    assert sorted(message["Body"] for message in dead) == sorted([bodies[4], bodies[6]])

    items = dynamodb.scan(TableName=consumer["table"])["Items"]
    assert sorted(item["nome_streamer"]["S"] for item in items) == [f"Streamer{number}" for number in range(4)]
    first = next(item for item in items if item["nome_streamer"]["S"] == "Streamer0")
    assert first["timestamp"]["S"] == COLLECTED_AT
    assert first["user_id"]["S"] == "1000"
    assert first["espectadores"]["N"] == "100"
    assert first["tipo_conteudo"]["S"] == "Non-Game"
    assert first["periodo_dia"]["S"] == "Night"
    attributes = sqs.get_queue_attributes(QueueUrl=consumer["queue"], AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "0"
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_a_mapping_subscribes_to_one_tier(client, make_consumer):
    """The messages of events/ as publishToQueue sends them, and the filter that stands beside them."""
    sqs, dynamodb = client("sqs"), client("dynamodb")
    consumer = make_consumer(FilterCriteria=json.loads((ROOT / "events" / "tier-high-filter.json").read_text()))
    example = json.loads((ROOT / "events" / "sqsToStore-batch.json").read_text())["Records"][0]
    assert set(example["messageAttributes"]) == {"run_id", "tier"}

    def send(number, tier):
        attributes = {
            name: {"DataType": shown["dataType"], "StringValue": shown["stringValue"]}
            for name, shown in example["messageAttributes"].items()}
        attributes["tier"]["StringValue"] = tier
        sqs.send_message(
            QueueUrl=consumer["queue"], MessageBody=json.dumps(stream(number)), MessageAttributes=attributes)

    for number, tier in enumerate(["low", "high", "mid", "low", "high", "mid"]):
        send(number, tier)
    sqs.send_message(QueueUrl=consumer["queue"], MessageBody=json.dumps(stream(6)))

    def is_empty():
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        shown = sqs.get_queue_attributes(QueueUrl=consumer["queue"], AttributeNames=names)["Attributes"]
        return sum(map(int, shown.values())) == 0

    eventually(is_empty, "the queue is empty")
    items = dynamodb.scan(TableName=consumer["table"])["Items"]
    assert sorted(item["nome_streamer"]["S"] for item in items) == ["Streamer1", "Streamer4"]
    assert "Messages" not in sqs.receive_message(QueueUrl=consumer["dead"])


def test_the_aws_command_sends_and_reads(aws, consumer):
    aws("sqs", "send-message", "--queue-url", consumer["queue"], "--message-body", json.dumps(stream(9)))
    key = {"nome_streamer": {"S": "Streamer9"}, "timestamp": {"S": COLLECTED_AT}}

    def item():
        answer = aws("dynamodb", "get-item", "--table-name", consumer["table"], "--key", json.dumps(key))
        return answer.get("Item") if answer else None

    assert eventually(item, "the item in the table")["espectadores"]["N"] == "109"


def test_an_operation_that_is_not_there_is_refused_by_its_name(client):
    streams = client("kinesis")
    with pytest.raises(streams.exceptions.ClientError) as error:
        streams.list_streams()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    functions = client("lambda")
    with pytest.raises(functions.exceptions.ClientError) as error:
        functions.list_layers()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "Layers" in str(error.value)


def test_a_new_object_announces_itself_to_a_queue(client, unique):
    sqs, s3 = client("sqs"), client("s3")
    queue = sqs.create_queue(QueueName=unique)["QueueUrl"]
    s3.create_bucket(Bucket=unique)
    s3.put_bucket_notification_configuration(
        Bucket=unique, NotificationConfiguration={"QueueConfigurations": [
            {"QueueArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{unique}", "Events": ["s3:ObjectCreated:*"]}]})
    s3.put_object(Bucket=unique, Key="raw/olá.parquet", Body=b"PAR1")

    def created():
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages", []):
            for record in json.loads(message["Body"]).get("Records", []):
                return record

    record = eventually(created, "the event of the object")
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["object"]["size"] == 4


def test_a_presigned_url_needs_no_client(client, unique):
    s3 = client("s3")
    s3.create_bucket(Bucket=unique)
    s3.put_object(Bucket=unique, Key="a", Body=b"hello")
    for version in ("s3", "s3v4"):
        url = client("s3", signature_version=version).generate_presigned_url(
            "get_object", Params={"Bucket": unique, "Key": "a"})
        assert urllib.request.urlopen(url, timeout=10).read() == b"hello", version

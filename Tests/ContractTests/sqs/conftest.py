"""Queues of a test's own, over both protocols that SQS speaks."""

import contextlib
import datetime
import json
import uuid
import xml.etree.ElementTree as ElementTree

import botocore.auth
import botocore.awsrequest
import pytest
import urllib3
from botocore.exceptions import ClientError

from emulator import eventually
from sqs.consumers import Consumers
from sqs.query import query_client


@pytest.fixture(scope="session")
def clients(client, tmp_path_factory):
    """A client of each protocol that SQS speaks."""
    over_json = client("sqs")
    return {"json": over_json, "query": query_client(over_json, tmp_path_factory.mktemp("query"))}


@pytest.fixture
def protocol(request):
    return getattr(request, "param", "json")


@pytest.fixture
def sqs(clients, protocol):
    return clients[protocol]


def pytest_generate_tests(metafunc):
    """The tests of SQS alone run over both protocols."""
    module = metafunc.module.__name__.rsplit(".", 1)[-1]
    if "sqs" in metafunc.fixturenames and not module.startswith(("test_mapping", "test_in_flight", "test_query")):
        metafunc.parametrize("protocol", ["json", "query"], indirect=True)


@pytest.fixture
def make_queue(sqs):
    """Makes queues under names that nobody else uses, gives their URLs, and takes the queues away afterwards."""
    made = []

    def make(suffix="", client=sqs, **attributes):
        name = f"t-{uuid.uuid4().hex[:12]}{suffix}"
        if suffix.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        attributes = {key: str(value) for key, value in attributes.items()}
        made.append((client, client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]))
        return made[-1][1]

    yield make
    for client, url in made:
        with contextlib.suppress(client.exceptions.QueueDoesNotExist):
            client.delete_queue(QueueUrl=url)


@pytest.fixture
def queue(make_queue):
    return make_queue()


@pytest.fixture
def arn(sqs):
    def of(url):
        return attribute(sqs, url, "QueueArn")

    return of


@pytest.fixture
def dead_letters(make_queue, arn):
    """A queue that gives messages up after `count` receives, and the one where they go."""

    def make(count, suffix="", **attributes):
        dead = make_queue(suffix)
        policy = json.dumps({"deadLetterTargetArn": arn(dead), "maxReceiveCount": count})
        return make_queue(suffix, RedrivePolicy=policy, **attributes), dead

    return make


def attribute(sqs, url, name):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]


def receive(sqs, url, count=10, **arguments):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, **arguments).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def refusal(call, **arguments):
    """Code, message and status of a call that SQS refuses."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    response = raised.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture(scope="session")
def form(client):
    """Sends a form of the Query protocol, signed, to a path; gives the status and the XML without its namespace, or the JSON."""
    sqs, http = client("sqs"), urllib3.PoolManager()
    signer = botocore.auth.SigV4Auth(sqs._get_credentials(), "sqs", sqs.meta.region_name)

    def send(path="/", method="POST", accept=None, **fields):
        fields = {name.replace("__", "."): value for name, value in fields.items()}
        request = botocore.awsrequest.AWSRequest(
            method=method, url=sqs.meta.endpoint_url + path, data=fields if method == "POST" else None,
            params=fields if method == "GET" else None, headers={"Accept": accept} if accept else None)
        signer.add_auth(request)
        prepared = request.prepare()
        answer = http.request(method, prepared.url, body=prepared.body, headers=dict(prepared.headers))
        text = answer.data.decode()
        if answer.headers["Content-Type"] == "application/json":
            return answer.status, json.loads(text)
        root = ElementTree.fromstring(text)
        for element in root.iter():
            element.tag = element.tag.split("}")[-1]
        return answer.status, root

    return send


@pytest.fixture(scope="session")
def functions(client):
    return client("lambda")


@pytest.fixture
def function(client, functions, target, unique):
    """Makes functions that consume queues, and takes them away afterwards."""
    consumers = Consumers(functions, client("logs"), target.role, unique)
    yield consumers.make
    consumers.delete()


@pytest.fixture
def mapping(functions, arn):
    """Maps queues to functions and waits until they are; takes the mappings away afterwards."""
    made = []

    def make(queue, name, **arguments):
        made.append(functions.create_event_source_mapping(EventSourceArn=arn(queue), FunctionName=name, **arguments))
        uuid = made[-1]["UUID"]
        eventually(
            lambda: functions.get_event_source_mapping(UUID=uuid)["State"] in ("Enabled", "Disabled"),
            "the mapping is made")
        return made[-1]

    yield make
    for one in made:
        functions.delete_event_source_mapping(UUID=one["UUID"])


def depth(sqs, url):
    """All messages of a queue, whatever their state."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, shown.values()))


def send_all(sqs, url, bodies, **members):
    """Sends bodies, ten by ten."""
    entries = [{"Id": str(number), "MessageBody": body, **members} for number, body in enumerate(bodies)]
    for start in range(0, len(entries), 10):
        assert "Failed" not in sqs.send_message_batch(QueueUrl=url, Entries=entries[start:start + 10])


def event_counts(client, mapping):
    """The sums of a mapping's metrics in CloudWatch."""
    metrics, hour = client("cloudwatch"), datetime.timedelta(hours=1)
    now = datetime.datetime.now(datetime.timezone.utc)

    def total(name):
        points = metrics.get_metric_statistics(
            Namespace="AWS/Lambda", MetricName=f"{name}EventCount", StartTime=now - hour, EndTime=now + hour, Period=3600,
            Statistics=["Sum"], Dimensions=[{"Name": "EventSourceMappingUUID", "Value": mapping["UUID"]}])["Datapoints"]
        return sum(point["Sum"] for point in points)

    return {name: total(name) for name in ("Polled", "FilteredOut", "Invoked", "FailedInvoke", "Deleted")}

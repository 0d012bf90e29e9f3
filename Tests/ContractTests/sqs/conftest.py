"""Queues of a test's own, over both protocols that SQS speaks."""

import json
import uuid
import xml.etree.ElementTree as ElementTree

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
import urllib3
from botocore.exceptions import ClientError


@pytest.fixture(scope="session")
def sqs(client):
    return client("sqs")


@pytest.fixture
def make_queue(sqs):
    """Makes queues under names that nobody else uses; gives their URLs."""

    def make(suffix="", client=sqs, **attributes):
        name = f"t-{uuid.uuid4().hex[:12]}{suffix}"
        if suffix.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        return client.create_queue(QueueName=name, Attributes={k: str(v) for k, v in attributes.items()})["QueueUrl"]

    return make


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
def form(endpoint):
    """Sends a form of the Query protocol, signed, to a path; gives the status and the XML without its namespace."""
    http = urllib3.PoolManager()
    credentials = botocore.credentials.Credentials("test", "test")

    def send(path="/", method="POST", **fields):
        fields = {name.replace("__", "."): value for name, value in fields.items()}
        request = botocore.awsrequest.AWSRequest(
            method=method, url=endpoint + path, data=fields if method == "POST" else None,
            params=fields if method == "GET" else None)
        botocore.auth.SigV4Auth(credentials, "sqs", "us-east-1").add_auth(request)
        prepared = request.prepare()
        answer = http.request(method, prepared.url, body=prepared.body, headers=dict(prepared.headers))
        text = answer.data.decode()
        root = ElementTree.fromstring(text)
        for element in root.iter():
            element.tag = element.tag.split("}")[-1]
        return answer.status, root

    return send

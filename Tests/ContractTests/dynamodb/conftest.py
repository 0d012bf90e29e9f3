"""Tables of a test's own, through both of boto3's faces."""

import uuid

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="session")
def dynamodb(client):
    return client("dynamodb")


@pytest.fixture(scope="session")
def resource(endpoint):
    return boto3.resource(
        "dynamodb", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test")


@pytest.fixture(scope="session")
def make_table(dynamodb):
    """Makes tables under names that nobody else uses; gives their names."""

    def make(sort_key="S", **options):
        name = f"t-{uuid.uuid4().hex[:12]}"
        schema = [{"AttributeName": "pk", "KeyType": "HASH"}]
        attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
        if sort_key:
            schema.append({"AttributeName": "sk", "KeyType": "RANGE"})
            attributes.append({"AttributeName": "sk", "AttributeType": sort_key})
        attributes += options.pop("attributes", [])
        dynamodb.create_table(
            TableName=name, KeySchema=schema, AttributeDefinitions=attributes,
            **{"BillingMode": "PAY_PER_REQUEST", **options})
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
        return name

    return make


@pytest.fixture(scope="module")
def name(make_table):
    """A table with a sort key of strings, shared by a file's tests: each works under partition keys of its own."""
    return make_table()


@pytest.fixture(scope="module")
def table(resource, name):
    return resource.Table(name)


def refusal(call, **arguments):
    """Code and message of a call that DynamoDB refuses."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def invalid(call, **arguments):
    """The message of a call that DynamoDB finds invalid."""
    code, message = refusal(call, **arguments)
    assert code == "ValidationException"
    return message

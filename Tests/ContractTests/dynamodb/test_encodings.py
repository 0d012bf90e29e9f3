"""Bodies that an SDK has compressed on their way."""

import gzip
import urllib.error
import urllib.request

import pytest

BODY = b'{"TableName": "%s", "Item": {"pk": {"S": "%s"}, "sk": {"S": "a"}}}'


@pytest.fixture(scope="module")
def put(endpoint):
    """Sends a body as it stands; gives the status."""

    def send(body, encoding):
        request = urllib.request.Request(
            endpoint, data=body, headers={
                "X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Type": "application/x-amz-json-1.0",
                "Content-Encoding": encoding,
                "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
                                 "SignedHeaders=host, Signature=0"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    return send


@pytest.mark.parametrize("what, compress, encoding, status", [
    ("whole", gzip.compress, "gzip", 200),
    ("two-members", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:]), "gzip", 200),
    ("plain", lambda body: body, "gzip", 500),
    ("cut", lambda body: gzip.compress(body)[:-1], "gzip", 500),
    ("empty", lambda body: b"", "gzip", 500),
    ("another", lambda body: body, "rot13", 500),
])
def test_a_compressed_body_is_read_or_refused(dynamodb, name, put, what, compress, encoding, status):
    assert put(compress(BODY % (name.encode(), what.encode())), encoding) == status
    assert ("Item" in dynamodb.get_item(TableName=name, Key={"pk": {"S": what}, "sk": {"S": "a"}})) == (status == 200)

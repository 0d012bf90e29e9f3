"""`--verify-signatures`: real clients with the right key and with a wrong one, and requests changed on their way."""

import datetime
import hashlib
import http.client
import io
import json
import subprocess
import time
import unittest.mock
import urllib.parse

import boto3
import botocore.awsrequest
import botocore.config
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from control.conftest import make_function
from emulator import BUILD, Emulator

SECRET = "a secret of one's own/+"


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    emulator = Emulator(
        tmp_path_factory.mktemp("strict") / "state", arguments=["--verify-signatures", "--secret-access-key", SECRET])
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def connect(strict):
    def client(service, secret=SECRET, account="test", **options):
        config = botocore.config.Config(retries={"total_max_attempts": 1}, **options)
        return boto3.client(
            service, endpoint_url=strict.endpoint, region_name="us-east-1", aws_access_key_id=account,
            aws_secret_access_key=secret, config=config)

    return client


@pytest.fixture(scope="module")
def bucket(connect):
    connect("s3").create_bucket(Bucket="signed")
    return "signed"


def code(call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    error = raised.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


CALLS = [
    ("dynamodb", "list_tables", {}), ("sqs", "list_queues", {}), ("logs", "describe_log_groups", {}),
    ("lambda", "get_function", {"FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:f"}),
    ("sts", "get_caller_identity", {}), ("iam", "list_roles", {}), ("scheduler", "list_schedules", {}),
    ("s3", "list_buckets", {}), ("ssm", "describe_parameters", {}), ("sns", "list_topics", {}),
]


@pytest.mark.parametrize("service, operation, arguments", CALLS, ids=[call[0] for call in CALLS])
def test_the_right_key_is_let_in_by_every_protocol(connect, service, operation, arguments):
    try:
        getattr(connect(service), operation)(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"


WRONG = [
    ("dynamodb", "list_tables", "InvalidSignatureException", 400), ("logs", "describe_log_groups", "InvalidSignatureException", 400),
    ("lambda", "list_functions", "InvalidSignatureException", 403), ("sts", "get_caller_identity", "SignatureDoesNotMatch", 403),
    ("sqs", "list_queues", "SignatureDoesNotMatch", 400), ("s3", "list_buckets", "SignatureDoesNotMatch", 403),
]


@pytest.mark.parametrize("service, operation, expected, status", WRONG, ids=[call[0] for call in WRONG])
def test_a_wrong_key_is_refused_in_the_services_words(connect, service, operation, expected, status):
    assert code(getattr(connect(service, secret="wrong"), operation)) == (expected, status)


def test_an_account_in_the_key_id_still_keeps_tests_apart(connect):
    mine, other = (connect("dynamodb", account=account) for account in ("111111111111", "222222222222"))
    mine.create_table(
        TableName="mine", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    assert mine.list_tables()["TableNames"] == ["mine"] and other.list_tables()["TableNames"] == []


def test_s3_shows_what_it_signed(connect, bucket):
    with pytest.raises(ClientError) as raised:
        connect("s3", secret="wrong").list_objects_v2(Bucket=bucket)
    error = raised.value.response["Error"]
    assert error["AWSAccessKeyId"] == "test"
    assert error["StringToSign"].startswith("AWS4-HMAC-SHA256\n")
    assert error["CanonicalRequest"].startswith("GET\n/signed\n")


def sent(strict, request):
    """Sends a botocore request as it stands; status and body."""
    url = urllib.parse.urlsplit(request.url)
    connection = http.client.HTTPConnection(url.netloc, timeout=30)
    target = url.path + ("?" + url.query if url.query else "")
    connection.request(request.method, target, body=request.data, headers=dict(request.headers.items()))
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def signed(strict, service, method, path, data=b"", headers=None, at=None):
    request = botocore.awsrequest.AWSRequest(
        method, strict.endpoint + path, data=data, headers={"Host": strict.endpoint.split("//")[1], **(headers or {})})
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials("test", SECRET), service, "us-east-1")
    if at is None:
        auth.add_auth(request)
        return request
    with unittest.mock.patch("botocore.auth.get_current_datetime", lambda *_: at, create=True), \
            unittest.mock.patch("botocore.auth.datetime", create=True) as clock:
        clock.datetime.utcnow.return_value = at
        clock.datetime.now.return_value = at
        auth.add_auth(request)
    return request


JSON = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}


def test_a_changed_body_is_found_out(strict):
    request = signed(strict, "dynamodb", "POST", "/", b'{"Limit": 1}', JSON)
    assert sent(strict, request)[0] == 200
    request.data = b'{"Limit": 2}'
    status, body = sent(strict, request)
    assert status == 400 and "InvalidSignatureException" in body


def test_a_changed_object_is_found_out(strict, bucket):
    request = signed(strict, "s3", "PUT", f"/{bucket}/o", b"as signed")
    assert sent(strict, request)[0] == 200
    request.data = b"as change"
    status, body = sent(strict, request)
    assert status == 400 and "XAmzContentSHA256Mismatch" in body


@pytest.mark.parametrize("change", [
    lambda request: request.headers.add_header("x-amz-meta-added", "later"),
    lambda request: setattr(request, "url", request.url + "?acl"),
    lambda request: setattr(request, "url", request.url + "x"),
    lambda request: setattr(request, "method", "DELETE"),
])
def test_nothing_signed_can_be_changed(strict, bucket, change):
    request = signed(strict, "s3", "PUT", f"/{bucket}/o", b"x")
    change(request)
    status, body = sent(strict, request)
    assert status == 403 and ("SignatureDoesNotMatch" in body or "AccessDenied" in body)


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_that_is_off_is_refused(strict, bucket, minutes):
    at = datetime.datetime.utcnow() + datetime.timedelta(minutes=minutes)
    status, body = sent(strict, signed(strict, "s3", "GET", f"/{bucket}", at=at))
    assert status == 403 and "<Code>RequestTimeTooSkewed</Code>" in body and "<MaxAllowedSkewMilliseconds>900000<" in body
    status, body = sent(strict, signed(strict, "dynamodb", "POST", "/", b"{}", JSON, at=at))
    assert status == 400 and "InvalidSignatureException" in body
    assert ("Signature expired: " if minutes < 0 else "Signature not yet current: ") in body


def opened(address, data=None, method="GET"):
    """Opens an address with no header but what HTTP needs; status and body."""
    url = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(url.netloc, timeout=30)
    connection.request(method, f"{url.path}?{url.query}", body=data)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_presigned_address_is_good_until_it_expires(connect, bucket, version):
    s3 = connect("s3", signature_version=version)
    address = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "a b/ü+c"}, ExpiresIn=60)
    assert opened(address, b"by address", "PUT")[0] == 200
    address = s3.generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": "a b/ü+c", "ResponseContentType": "text/x"}, ExpiresIn=60)
    assert opened(address) == (200, "by address")
    status, body = opened(address.replace("text%2Fx", "text%2Fy"))
    assert status == 403 and "SignatureDoesNotMatch" in body
    status, body = opened(address, method="DELETE")
    assert status == 403 and "SignatureDoesNotMatch" in body
    stale = s3.generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": "a b/ü+c"}, ExpiresIn=-10 if version == "s3" else 0)
    time.sleep(1.1)
    status, body = opened(stale)
    assert status == 403 and "<Code>AccessDenied</Code>" in body and "Request has expired" in body


def test_a_week_is_the_longest(connect, bucket):
    address = connect("s3", signature_version="s3v4").generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": "k"}, ExpiresIn=604_801)
    status, body = opened(address)
    assert status == 400 and "AuthorizationQueryParametersError" in body


def test_boto3_uploads_with_trailing_checksums_and_in_parts(connect, bucket):
    s3 = connect("s3")
    s3.upload_fileobj(io.BytesIO(b"p" * 20_000_000), bucket, "parts")
    assert s3.head_object(Bucket=bucket, Key="parts")["ContentLength"] == 20_000_000
    s3.put_object(Bucket=bucket, Key="small", Body=io.BytesIO(b"small"), ChecksumAlgorithm="SHA256")
    assert s3.get_object(Bucket=bucket, Key="small", ChecksumMode="ENABLED")["Body"].read() == b"small"


class Chunked:
    """A body signed chunk by chunk, as AWS's Java and Go clients send it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    """

    def __init__(self, strict, bucket, chunks, trailer=None):
        length = sum(map(len, chunks))
        kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
        headers = {
            "x-amz-content-sha256": kind, "x-amz-decoded-content-length": str(length), "content-encoding": "aws-chunked"}
        if trailer:
            headers["x-amz-trailer"] = trailer[0]
        request = botocore.awsrequest.AWSRequest(
            "PUT", f"{strict.endpoint}/{bucket}/chunked",
            headers={"Host": strict.endpoint.split("//")[1], **headers})

        class Auth(S3SigV4Auth):
            def payload(self, request):
                return kind

            def _modify_request_before_signing(self, request):
                super()._modify_request_before_signing(request)
                request.headers.replace_header("X-Amz-Content-SHA256", kind)

        self.auth = Auth(Credentials("test", SECRET), "s3", "us-east-1")
        self.auth.add_auth(request)
        self.date = request.headers["X-Amz-Date"]
        self.previous = request.headers["Authorization"].split("Signature=")[1]
        body = b""
        for chunk in [*chunks, b""]:
            signature = self.sign("PAYLOAD", hashlib.sha256(b"").hexdigest(), hashlib.sha256(chunk).hexdigest())
            body += f"{len(chunk):x};chunk-signature={signature}\r\n".encode() + chunk
            body += b"\r\n" if chunk or not trailer else b""
        if trailer:
            line = ":".join(trailer) + "\n"
            signature = self.sign("TRAILER", hashlib.sha256(line.encode()).hexdigest())
            body += f"{':'.join(trailer)}\r\nx-amz-trailer-signature:{signature}\r\n\r\n".encode()
        request.data = body
        self.request = request

    def sign(self, kind, *hashes):
        scope = f"{self.date[:8]}/us-east-1/s3/aws4_request"
        text = "\n".join([f"AWS4-HMAC-SHA256-{kind}", self.date, scope, self.previous, *hashes])
        request = botocore.awsrequest.AWSRequest("PUT", "http://x/")
        request.context["timestamp"] = self.date
        self.previous = self.auth.signature(text, request)
        return self.previous


@pytest.mark.parametrize("trailer", [None, ("x-amz-checksum-crc32", "DUoRhQ==")])
def test_chunks_and_trailers_are_verified_one_by_one(strict, connect, bucket, trailer):
    whole = Chunked(strict, bucket, [b"hello", b" world"], trailer).request
    assert sent(strict, whole) == (200, "")
    assert connect("s3").get_object(Bucket=bucket, Key="chunked")["Body"].read() == b"hello world"
    body = whole.data
    for place in (b"hello", b" world", b";chunk-signature=", b"x-amz-trailer-signature:"):
        start = body.find(place) + len(place)
        if start < len(place):
            continue
        digit = body[start:start + 1] if place.strip().isalpha() else (b"0" if body[start:start + 1] != b"0" else b"1")
        changed = body.replace(b"hello", b"jello") if place == b"hello" else (
            body.replace(b" world", b" wurld") if place == b" world" else body[:start] + digit + body[start + 1:])
        whole.data = changed
        status, answer = sent(strict, whole)
        assert status == 403 and "SignatureDoesNotMatch" in answer, place


def test_the_verbs_of_the_emulator_show_its_token(strict):
    control = json.loads((strict.state / "control.json").read_text())
    done = subprocess.run(
        [str(BUILD / "rivulet-local"), "invoke", "absent", "--endpoint", strict.endpoint], capture_output=True, text=True,
        env={"RIVULET_CONTROL_TOKEN": control["token"]}, timeout=60)
    assert "ResourceNotFound" in done.stdout + done.stderr or "Function not found" in done.stdout + done.stderr


def test_a_function_signs_with_the_same_secret(strict, connect, tmp_path):
    make_function(strict, tmp_path / "code", (
        "import boto3\n"
        "def handle(event, context):\n"
        "    return boto3.client('s3').list_buckets()['Buckets'][0]['Name']\n"), connect("lambda"))
    connect("s3").create_bucket(Bucket="a-first-one")
    answer = connect("lambda", read_timeout=60).invoke(FunctionName="f", Payload="{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    assert answer["Payload"].read() == b'"a-first-one"'

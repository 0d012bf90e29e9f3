"""Writes signing-vectors.json: requests of our own, signed and addressed by botocore.

Run it with any Python that has boto3; the output does not change from run to run:
    python make_vectors.py
"""

import datetime
import json
import pathlib
import random
from unittest import mock

import boto3
import botocore
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.utils import percent_encode

NOW = datetime.datetime(2025, 3, 9, 7, 5, 2, tzinfo=datetime.timezone.utc)
ACCESS_KEY = "AKIDRIVULETTESTS"
SECRET_KEY = "not/a+real=secret"
TOKEN = "session//token+with=signs/and==more"


def url_of(case):
    path = "".join("/" + percent_encode(part, safe="-._~/") for part in case["path"])
    query = "&".join(f"{percent_encode(name)}={percent_encode(value)}" for name, value in case["query"])
    return case["origin"] + (path or "/") + ("?" + query if query else "")


def sign(case):
    credentials = Credentials(ACCESS_KEY, SECRET_KEY, TOKEN if case["hasToken"] else None)
    is_s3, lifetime = case["service"] == "s3", case.get("lifetime")
    request = AWSRequest(method=case["method"], url=url_of(case), data=case["body"].encode() or None)
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    request.context["payload_signing_enabled"] = not case.get("isUnsigned", False)
    if case.get("isUnsigned"):
        request.context["client_config"] = Config(s3={"payload_signing_enabled": False})
    arguments = (credentials, case["service"], case["region"])
    if lifetime:
        signer = (S3SigV4QueryAuth if is_s3 else SigV4QueryAuth)(*arguments, expires=lifetime)
    else:
        signer = (S3SigV4Auth if is_s3 else SigV4Auth)(*arguments)
    seen = {}
    original = signer.canonical_request
    signer.canonical_request = lambda r: seen.setdefault("canonicalRequest", original(r))
    with mock.patch("botocore.auth.get_current_datetime", return_value=NOW):
        signer.add_auth(request)
    names = ("X-Amz-Content-SHA256", "Authorization")
    added = {name: request.headers[name] for name in names if name in request.headers}
    return case | {"url": url_of(case), "signedURL": request.url, "added": added} | seen


def case(
    name, service="dynamodb", method="POST", origin=None, path=(), query=(), headers=(), body="", token=True, **more
):
    return {
        "name": name, "service": service, "region": "eu-west-1", "method": method,
        "origin": origin or f"https://{service}.eu-west-1.amazonaws.com", "path": list(path),
        "query": [list(item) for item in query], "headers": [list(item) for item in headers], "body": body,
        "hasToken": token,
    } | more


JSON_HEADERS = [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "DynamoDB_20120810.GetItem")]
BUCKET = "https://lake.s3.eu-west-1.amazonaws.com"
LOCAL = "http://127.0.0.1:4566"

NAMED = [
    case("a JSON call", headers=JSON_HEADERS, body='{"TableName":"streams"}'),
    case("a JSON call without a session token", headers=JSON_HEADERS, body="{}", token=False),
    case("a JSON call to another port", origin=LOCAL, headers=JSON_HEADERS, body="{}"),
    case("a JSON call to the scheme's own port", origin="https://dynamodb.eu-west-1.amazonaws.com:443", body="{}"),
    case("a body beyond ASCII", headers=JSON_HEADERS, body='{"title":"café 🎮, pão"}'),
    case("a path is encoded twice outside S3", service="execute-api", method="GET", path=["a b", "ü%41"]),
    case("dots and double slashes vanish outside S3", service="execute-api", method="GET",
         path=["a", ".", "", "b", "..", "c", ""]),
    case("dots that go above the root", service="execute-api", method="GET", path=["..", "..", "a"]),
    case("a path of a slash alone", service="execute-api", method="GET", path=[""]),
    case("query names and values are sorted", service="execute-api", method="GET",
         query=[("b", "2"), ("a", "2"), ("B", "1"), ("a", "10"), ("a", "1"), ("A-b", "x"), ("A", "y")]),
    case("empty query values", service="execute-api", method="GET", query=[("b", ""), ("a", ""), ("b", "0")]),
    case("reserved query characters", service="execute-api", method="GET",
         query=[("key=1", "a&b"), ("plus+", "a+b c"), ("tilde~", "*!'()"), ("ü", "🎮/?#")]),
    case("spaces in header values", headers=[("X-Amz-Meta-A", "  two   spaces  "), ("X-Amz-Meta-B", "\ttab\t")]),
    case("an empty header", headers=[("X-Amz-Meta-Empty", "")]),
    case("headers that are never signed",
         headers=[("User-Agent", "x"), ("Expect", "100-continue"), ("X-Amzn-Trace-Id", "Root=1"), ("Accept", "*/*")]),
    case("header names in any case", headers=[("cOnTeNt-TyPe", "text/plain"), ("ACCEPT", "a")]),
    case("an S3 object", "s3", "GET", BUCKET, ["bronze", "dt=2025-03-09", "run.parquet"]),
    case("an S3 object's path is encoded once", "s3", "GET", BUCKET, ["a b+c", "%41", "ü", "🎮", "'(!*)"]),
    case("dots and double slashes stay in S3", "s3", "GET", BUCKET, ["a", ".", "", "b", "..", "c", ""]),
    case("an S3 key of decomposed characters", "s3", "PUT", BUCKET, ["cafe\u0301", "caf\u00e9"], body="x"),
    case("an S3 put on a custom endpoint", "s3", "PUT", LOCAL, ["lake", "gold", "a.parquet"], body="PAR1",
         headers=[("Content-Type", "application/octet-stream"), ("If-None-Match", "*"), ("x-amz-meta-run", "7")]),
    case("an S3 put with its payload unsigned", "s3", "PUT", BUCKET, ["a"], body="not hashed", isUnsigned=True),
    case("an S3 put without a body", "s3", "PUT", BUCKET, ["empty"], token=False),
    case("an S3 listing", "s3", "GET", BUCKET, query=[("list-type", "2"), ("prefix", "a/ü b"), ("encoding-type", "url"),
         ("continuation-token", "1/+==")]),
    case("an S3 subresource without a value", "s3", "POST", BUCKET, ["big"], query=[("uploads", "")]),
    case("an S3 part", "s3", "PUT", BUCKET, ["big"], query=[("uploadId", "x.y~z"), ("partNumber", "10")], body="part"),
    case("a presigned S3 get", "s3", "GET", BUCKET, ["a b", "ü.json"], lifetime=900),
    case("a presigned S3 get without a token", "s3", "GET", BUCKET, ["a"], token=False, lifetime=1),
    case("a presigned S3 get with a query", "s3", "GET", BUCKET, ["a"], lifetime=604800,
         query=[("response-content-type", "text/csv; x=1"), ("versionId", "")]),
    case("a presigned S3 put on a custom endpoint", "s3", "PUT", LOCAL, ["lake", "a"], lifetime=60,
         headers=[("Content-Type", "text/plain"), ("x-amz-meta-a", "b  c")]),
    case("a presigned call outside S3", "execute-api", "GET", path=["a b"], query=[("x", "1 2")], lifetime=60),
]


def random_case(number):
    generator = random.Random(number)
    letters = "abzABZ019-._~/ +%&=?#!*'()@:;,$[]\u00e9\u0301\u00df\u4e2d\U0001f3ae"
    text = lambda most: "".join(generator.choice(letters) for _ in range(generator.randint(0, most)))
    is_s3 = generator.random() < 0.5
    options = {"lifetime": generator.randint(1, 604800)} if generator.random() < 0.25 else {}
    names = {text(4) for _ in range(generator.randint(0, 4))} - {""}
    return case(
        f"random {number}", "s3" if is_s3 else "execute-api", generator.choice(["GET", "PUT", "POST", "DELETE"]),
        generator.choice([None, BUCKET, LOCAL]),
        [text(6) for _ in range(generator.randint(0, 3))], [(name, text(6)) for name in sorted(names)],
        [("X-Amz-Meta-A", text(5).encode("ascii", "ignore").decode())] if generator.random() < 0.5 else [],
        "" if options else text(20), token=generator.random() < 0.5, **options)


def address(client, operation, **arguments):
    """Where botocore sends an operation: the request is caught before it leaves."""
    caught = {}

    def catch(request, **_):
        caught["url"] = request.url
        raise StopIteration

    client.meta.events.register("before-send", catch)
    try:
        getattr(client, operation)(**arguments)
    except StopIteration:
        pass
    return caught["url"]


def client(service, region, endpoint=None):
    # Path style is what our clients choose on a custom endpoint, and what botocore does for an address only.
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path" if endpoint else "auto"})
    return boto3.client(
        service, region_name=region, endpoint_url=endpoint, config=config, aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY)


def addresses():
    for region in ("eu-west-1", "cn-north-1"):
        for service, operation, arguments in (
            ("dynamodb", "get_item", {"TableName": "t", "Key": {"k": {"S": "v"}}}),
            ("secretsmanager", "get_secret_value", {"SecretId": "s"}),
            ("sqs", "get_queue_url", {"QueueName": "q"}),
            ("ssm", "get_parameter", {"Name": "p"}),
        ):
            url = address(client(service, region), operation, **arguments)
            yield {"service": service, "region": region, "url": url}
    for endpoint in (None, "http://127.0.0.1:4566", "http://localhost:4566/prefix/"):
        for bucket in ("lake", "lake.of.dots"):
            for key in ("a", "a b/ü+%41", "./a//b/../c/", "🎮~'()*!", "=&?#:@$,;"):
                url = address(client("s3", "eu-west-1", endpoint), "get_object", Bucket=bucket, Key=key)
                yield {"service": "s3", "region": "eu-west-1", "endpoint": endpoint, "bucket": bucket, "key": key,
                       "url": url}


vectors = {
    "source": f"botocore {botocore.__version__}", "date": NOW.isoformat().replace("+00:00", "Z"),
    "accessKeyID": ACCESS_KEY, "secretAccessKey": SECRET_KEY, "sessionToken": TOKEN,
    "signatures": [sign(case) for case in NAMED + [random_case(number) for number in range(60)]],
    "addresses": list(addresses()),
}
path = pathlib.Path(__file__).with_name("signing-vectors.json")
path.write_text(json.dumps(vectors, ensure_ascii=True, indent=1) + "\n")
print(f"{len(vectors['signatures'])} signatures, {len(vectors['addresses'])} addresses")

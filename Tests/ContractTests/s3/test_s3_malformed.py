"""Calls that S3 refuses: status, code, message and the elements beside them, as S3 sends them.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import http.client
import urllib.parse
import xml.etree.ElementTree

import pytest
from botocore.exceptions import ClientError

from .malformed_calls import CASES


@pytest.fixture(scope="module")
def bucket(s3):
    s3.create_bucket(Bucket="malformed")
    s3.put_object(Bucket="malformed", Key="there", Body=b"0123456789", Metadata={"a": "b"})
    return "malformed"


@pytest.fixture(scope="module")
def raw(endpoint):
    """Sends a request as it stands; status, headers, and the elements of the refusal."""

    def call(method, path, body=b"", **headers):
        url = urllib.parse.urlsplit(endpoint)
        connection = http.client.HTTPConnection(url.netloc, timeout=30)
        connection.request(method, path, body=body, headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, "
                             "Signature=0", **{name.replace("_", "-"): value for name, value in headers.items()}})
        answer = connection.getresponse()
        text = answer.read()
        elements = {}
        if text and answer.status >= 300:
            root = xml.etree.ElementTree.fromstring(text)
            assert root.tag == "Error"
            elements = {element.tag: element.text or "" for element in root}
            assert elements["RequestId"] == answer.headers["x-amz-request-id"] and elements["HostId"]
        return answer.status, answer.headers, elements

    return call


@pytest.mark.parametrize("what", CASES)
def test_the_refusal_is_s3s(raw, bucket, what):
    (method, path, headers, body), status, code, message, elements = CASES[what]
    got, _, answer = raw(method, f"/{bucket}{path}", body, **headers)
    assert (got, answer.get("Code"), answer.get("Message")) == (status, code, message)
    assert {name: answer.get(name) for name in elements} == elements


@pytest.mark.parametrize("key", ["..", "../k", "a/../../k", "../../etc/passwd"])
def test_a_key_that_leaves_its_bucket_is_refused_without_a_word(raw, bucket, key):
    status, headers, _ = raw("PUT", f"/{bucket}/{key}", b"x")
    assert (status, headers["Content-Length"]) == (400, "0") and headers["x-amz-request-id"]


@pytest.mark.parametrize("name", [
    "ab", "a" * 64, "Upper", "under_score", "-dash", "dash-", "two..dots", "192.168.1.1", "xn--name",
    "name-s3alias", "sthree-name", "name--ol-s3", ".dot", "a/b", "b c",
])
def test_a_bucket_name_that_cannot_be(raw, name):
    status, _, answer = raw("PUT", "/" + urllib.parse.quote(name, safe=""))
    assert (status, answer["Code"], answer["Message"], answer["BucketName"]) == (
        400, "InvalidBucketName", "The specified bucket is not valid.", name)


def test_a_bucket_that_is_not_there(raw):
    for method, path in (("GET", "/absent-bucket"), ("GET", "/absent-bucket/k"), ("PUT", "/absent-bucket/k"),
                         ("DELETE", "/absent-bucket"), ("DELETE", "/absent-bucket/k"), ("GET", "/absent-bucket?location")):
        status, _, answer = raw(method, path)
        assert (status, answer["Code"], answer["Message"], answer["BucketName"]) == (
            404, "NoSuchBucket", "The specified bucket does not exist", "absent-bucket"), (method, path)
    assert raw("HEAD", "/absent-bucket")[0] == 404


def test_head_carries_no_body(raw, bucket):
    status, headers, answer = raw("HEAD", f"/{bucket}/absent")
    assert (status, answer) == (404, {}) and headers["Content-Type"] == "application/xml"
    assert raw("HEAD", f"/{bucket}/there", If_None_Match="*")[0] == 304
    assert raw("HEAD", f"/{bucket}/there", If_Match='"0"')[0] == 412


def test_a_bucket_of_somebody_elses_making_elsewhere(client, bucket):
    with pytest.raises(ClientError) as raised:
        client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert raised.value.response["Error"]["Code"] in ("BucketAlreadyOwnedByYou", "IllegalLocationConstraintException")


class TestUploads:
    @pytest.fixture
    def upload(self, s3, bucket):
        upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
        yield upload
        try:
            s3.abort_multipart_upload(Bucket=bucket, Key="big", UploadId=upload)
        except ClientError:
            pass

    def complete(self, raw, bucket, upload, parts):
        body = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>" for number, tag in parts)
        return raw(
            "POST", f"/{bucket}/big?uploadId={upload}",
            f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>".encode())

    def part(self, s3, bucket, upload, number, size):
        return s3.upload_part(
            Bucket=bucket, Key="big", UploadId=upload, PartNumber=number, Body=b"x" * size)["ETag"]

    def test_a_part_that_is_too_small(self, raw, s3, bucket, upload):
        tags = [self.part(s3, bucket, upload, number, 10) for number in (1, 2)]
        status, _, answer = self.complete(raw, bucket, upload, [(1, tags[0]), (2, tags[1])])
        assert (status, answer["Code"], answer["Message"]) == (
            400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        assert (answer["ProposedSize"], answer["MinSizeAllowed"], answer["PartNumber"]) == ("10", "5242880", "1")

    def test_a_part_that_was_not_uploaded(self, raw, s3, bucket, upload):
        self.part(s3, bucket, upload, 1, 10)
        status, _, answer = self.complete(raw, bucket, upload, [(1, '"0"')])
        assert (status, answer["Code"], answer["PartNumber"], answer["UploadId"]) == (400, "InvalidPart", "1", upload)
        assert answer["Message"] == (
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
            "specified entity tag may not match the part's entity tag.")

    def test_parts_in_disorder(self, raw, s3, bucket, upload):
        tags = {number: self.part(s3, bucket, upload, number, 10) for number in (1, 2)}
        status, _, answer = self.complete(raw, bucket, upload, [(2, tags[2]), (1, tags[1])])
        assert (status, answer["Code"], answer["Message"]) == (
            400, "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.")

    def test_no_parts(self, raw, bucket, upload):
        status, _, answer = self.complete(raw, bucket, upload, [])
        assert (status, answer["Code"]) == (400, "MalformedXML")

    def test_an_end_that_must_not_replace(self, raw, s3, bucket, upload):
        tag = self.part(s3, bucket, upload, 1, 10)
        s3.put_object(Bucket=bucket, Key="big", Body=b"meanwhile")
        body = f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{tag}</ETag></Part></CompleteMultipartUpload>"
        status, _, answer = raw(
            "POST", f"/{bucket}/big?uploadId={upload}", body.encode(), If_None_Match="*")
        assert (status, answer["Code"]) in ((412, "PreconditionFailed"), (409, "ConditionalRequestConflict"))
        s3.delete_object(Bucket=bucket, Key="big")

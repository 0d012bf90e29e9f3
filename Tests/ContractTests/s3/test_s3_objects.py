"""S3's objects as boto3 sees them: bodies, conditions, checksums, copies, deletions."""

import base64
import hashlib
import io
import zlib

import botocore.exceptions
import pytest
import urllib3


def refused(call, **arguments):
    """The error of a call that S3 refuses, with its status."""
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(**arguments)
    response = raised.value.response
    return response["Error"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_object_comes_back_as_it_was_put(s3, bucket):
    put = s3.put_object(
        Bucket=bucket, Key="a b/ü+%2F.txt", Body=b"body", ContentType="text/plain", CacheControl="no-cache",
        ContentDisposition='attachment; filename="x"', ContentLanguage="pt-BR", ContentEncoding="gzip",
        Metadata={"Run": "1", "Title": "um título"[:2]}, Tagging="kind=raw&x=")
    assert put["ETag"] == '"%s"' % hashlib.md5(b"body").hexdigest()
    assert put["ServerSideEncryption"] == "AES256"
    got = s3.get_object(Bucket=bucket, Key="a b/ü+%2F.txt")
    assert got["Body"].read() == b"body"
    assert (got["ContentType"], got["CacheControl"], got["ContentLanguage"]) == ("text/plain", "no-cache", "pt-BR")
    assert (got["ContentEncoding"], got["ContentDisposition"]) == ("gzip", 'attachment; filename="x"')
    assert got["Metadata"] == {"run": "1", "title": "um"}
    assert got["TagCount"] == 2
    head = s3.head_object(Bucket=bucket, Key="a b/ü+%2F.txt")
    assert (head["ContentLength"], head["ETag"]) == (4, put["ETag"])
    assert s3.get_object_tagging(Bucket=bucket, Key="a b/ü+%2F.txt")["TagSet"] == [
        {"Key": "kind", "Value": "raw"}, {"Key": "x", "Value": ""}]


@pytest.mark.parametrize("key", ["etc/../passwd", "a//b", "/lead", "end/", ".", "...", "\U0001f600", "é", "é", "a\tb", "x" * 1024])
def test_any_key_is_only_a_name(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]


def test_a_key_of_more_than_1024_bytes_is_refused(s3, bucket):
    error, status = refused(s3.put_object, Bucket=bucket, Key="ü" * 513, Body=b"")
    assert (error["Code"], error["Message"], status) == ("KeyTooLongError", "Your key is too long", 400)
    assert (error["Size"], error["MaxSizeAllowed"]) == ("1026", "1024")


def test_what_is_absent_is_named(s3, bucket):
    error, status = refused(s3.get_object, Bucket=bucket, Key="nothing")
    assert error == {"Code": "NoSuchKey", "Message": "The specified key does not exist.", "Key": "nothing"}
    assert status == 404
    error, status = refused(s3.get_object, Bucket="no-such-bucket-here", Key="k")
    assert error == {
        "Code": "NoSuchBucket", "Message": "The specified bucket does not exist", "BucketName": "no-such-bucket-here"}
    assert refused(s3.head_object, Bucket=bucket, Key="nothing")[0]["Code"] == "404"
    s3.delete_object(Bucket=bucket, Key="nothing")


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 3_000_000])
def test_bodies_in_rows_and_in_files_read_alike(s3, bucket, size):
    body = bytes(index * 7 % 251 for index in range(size))
    s3.put_object(Bucket=bucket, Key="k", Body=body)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == body
    if size > 2:
        part = s3.get_object(Bucket=bucket, Key="k", Range="bytes=1-2")
        assert (part["Body"].read(), part["ContentRange"]) == (body[1:3], f"bytes 1-2/{size}")
        assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=-3")["Body"].read() == body[-3:]
    error, status = refused(s3.get_object, Bucket=bucket, Key="k", Range=f"bytes={size}-")
    assert (error["Code"], error["ActualObjectSize"], status) == ("InvalidRange", str(size), 416)


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"])
def test_each_checksum_is_verified_kept_and_returned(s3, bucket, algorithm):
    name = f"Checksum{algorithm}"
    if algorithm in ("CRC32", "SHA1", "SHA256"):
        put = s3.put_object(Bucket=bucket, Key="k", Body=b"hello", ChecksumAlgorithm=algorithm)
    else:
        # botocore computes these two only with a library that is not part of it.
        value = {"CRC32C": "mnG7TA==", "CRC64NVME": "M3eFcAZSQlc="}[algorithm]
        put = s3.put_object(Bucket=bucket, Key="k", Body=b"hello", **{name: value})
    assert put["ChecksumType"] == "FULL_OBJECT"
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got[name] == put[name] and got["Body"].read() == b"hello"
    attributes = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["Checksum", "ETag", "ObjectSize"])
    assert attributes["Checksum"] == {name: put[name], "ChecksumType": "FULL_OBJECT"}
    assert (attributes["ETag"], attributes["ObjectSize"]) == (hashlib.md5(b"hello").hexdigest(), 5)
    wrong = base64.b64encode(bytes(len(base64.b64decode(put[name])))).decode()
    error, status = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"hello", **{name: wrong})
    assert (error["Code"], status) == ("BadDigest", 400)
    assert error["Message"] == f"The {algorithm} you specified did not match the calculated checksum."
    error, _ = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"hello", **{name: "wrong"})
    assert error["Message"] == f"Value for x-amz-checksum-{algorithm.lower()} header is invalid."


def test_a_wrong_md5_is_refused_and_nothing_is_stored(s3, bucket):
    error, _ = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"x", ContentMD5=base64.b64encode(bytes(16)).decode())
    assert (error["Code"], error["Message"]) == (
        "BadDigest", "The Content-MD5 you specified did not match what we received.")
    error, _ = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"x", ContentMD5="short")
    assert (error["Code"], error["Content-MD5"]) == ("InvalidDigest", "short")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_writes_can_be_conditional(s3, bucket):
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")
    error, status = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
    assert (error["Code"], error["Condition"], status) == ("PreconditionFailed", "If-None-Match", 412)
    s3.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=first["ETag"])
    error, _ = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"4", IfMatch=first["ETag"])
    assert (error["Code"], error["Condition"]) == ("PreconditionFailed", "If-Match")
    assert refused(s3.put_object, Bucket=bucket, Key="new", Body=b"", IfMatch='"x"')[0]["Code"] == "NoSuchKey"
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"3"
    error, status = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"", IfNoneMatch='"x"')
    assert (error["Code"], error["Header"], status) == ("NotImplemented", "If-None-Match", 501)


def test_reads_can_be_conditional(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=put["ETag"])["Body"].read() == b"1"
    error, status = refused(s3.get_object, Bucket=bucket, Key="k", IfMatch='"other"')
    assert (error["Code"], error["Condition"], status) == ("PreconditionFailed", "If-Match", 412)
    assert refused(s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=put["ETag"])[1] == 304
    modified = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    assert refused(s3.get_object, Bucket=bucket, Key="k", IfModifiedSince=modified)[1] == 304
    assert refused(s3.head_object, Bucket=bucket, Key="k", IfUnmodifiedSince="2001-01-01T00:00:00Z")[1] == 412


def test_an_answer_can_be_overridden(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"1", ContentType="a/b")
    got = s3.get_object(
        Bucket=bucket, Key="k", ResponseContentType="c/d", ResponseCacheControl="max-age=1",
        ResponseContentDisposition="inline", ResponseContentLanguage="pt")
    assert (got["ContentType"], got["CacheControl"], got["ContentDisposition"]) == ("c/d", "max-age=1", "inline")


def test_a_copy_keeps_or_replaces_what_was_said_of_it(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x" * 100_000, Metadata={"m": "1"}, ContentType="a/b", Tagging="t=1")
    copy = s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    assert copy["CopyObjectResult"]["ETag"] == '"%s"' % hashlib.md5(b"x" * 100_000).hexdigest()
    head = s3.head_object(Bucket=bucket, Key="b")
    assert (head["Metadata"], head["ContentType"], head["TagCount"]) == ({"m": "1"}, "a/b", 1)
    s3.copy_object(
        Bucket=bucket, Key="b", CopySource=f"{bucket}/a", MetadataDirective="REPLACE", Metadata={"n": "2"},
        TaggingDirective="REPLACE", Tagging="")
    head = s3.head_object(Bucket=bucket, Key="b")
    assert (head["Metadata"], head["ContentType"]) == ({"n": "2"}, "binary/octet-stream")
    s3.delete_object(Bucket=bucket, Key="a")
    assert s3.get_object(Bucket=bucket, Key="b")["Body"].read() == b"x" * 100_000
    error, _ = refused(s3.copy_object, Bucket=bucket, Key="b", CopySource=f"{bucket}/b")
    assert error["Message"].startswith("This copy request is illegal because it is trying to copy an object to itself")
    error, status = refused(s3.copy_object, Bucket=bucket, Key="c", CopySource=f"{bucket}/b", CopySourceIfMatch="x")
    assert (error["Condition"], status) == ("x-amz-copy-source-If-Match", 412)


def test_many_objects_are_deleted_at_once(s3, bucket):
    for index in range(5):
        s3.put_object(Bucket=bucket, Key=f"k{index}", Body=b"")
    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": "k0"}, {"Key": "never"}, {"Key": "k1", "VersionId": "bad"}]})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["k0", "never"]
    assert [(entry["Key"], entry["Code"]) for entry in answer["Errors"]] == [("k1", "NoSuchVersion")]
    quiet = s3.delete_objects(Bucket=bucket, Delete={"Quiet": True, "Objects": [{"Key": "k2"}]})
    assert "Deleted" not in quiet
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["k1", "k3", "k4"]


def test_a_presigned_address_needs_no_further_signature(client, s3, bucket):
    presigner = client("s3", signature_version="s3v4")
    url = presigner.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "k ü"})
    assert urllib3.request("PUT", url, body=b"presigned").status == 200
    url = presigner.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k ü"})
    assert urllib3.request("GET", url).data == b"presigned"


def test_a_body_may_come_chunk_by_chunk_with_its_checksum_behind(s3, bucket, endpoint):
    body = bytes(200_000)
    checksum = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:65536], body[65536:]))
    framed = pieces + b"0\r\nx-amz-checksum-crc32:" + checksum.encode() + b"\r\n\r\n"
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, "
        "SignedHeaders=host, Signature=00", "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": str(len(body)), "x-amz-trailer": "x-amz-checksum-crc32",
        "Content-Encoding": "aws-chunked",
    }
    assert urllib3.request("PUT", f"{endpoint}/{bucket}/k", body=framed, headers=headers).status == 200
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (got["Body"].read(), got["ChecksumCRC32"]) == (body, checksum)
    assert "ContentEncoding" not in got
    torn = urllib3.request("PUT", f"{endpoint}/{bucket}/torn", body=framed[:-70_000], headers=headers)
    assert torn.status == 400 and b"IncompleteBody" in torn.data
    refused(s3.head_object, Bucket=bucket, Key="torn")


def test_a_bucket_may_stand_in_the_host_name(s3, bucket, endpoint):
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"hello")
    port = endpoint.rsplit(":", 1)[1]
    headers = {
        "Host": f"{bucket}.localhost:{port}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, "
        "SignedHeaders=host, Signature=00",
    }
    assert urllib3.request("GET", f"{endpoint}/a/b", headers=headers).data == b"hello"


def test_a_file_goes_up_and_down(s3, bucket, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"0123456789" * 2_000_000)
    s3.upload_file(str(source), bucket, "big", ExtraArgs={"Metadata": {"a": "b"}})
    head = s3.head_object(Bucket=bucket, Key="big")
    assert head["ETag"].endswith('-3"') and head["Metadata"] == {"a": "b"}
    s3.download_file(bucket, "big", str(tmp_path / "target"))
    assert (tmp_path / "target").read_bytes() == source.read_bytes()
    stream = io.BytesIO()
    s3.download_fileobj(bucket, "big", stream)
    assert stream.getbuffer().nbytes == 20_000_000


def test_waiters_and_paginators_work(s3, bucket):
    s3.get_waiter("bucket_exists").wait(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key="k")
    s3.delete_object(Bucket=bucket, Key="k")
    s3.get_waiter("object_not_exists").wait(Bucket=bucket, Key="k")


def test_what_is_not_emulated_is_refused_by_name(s3, bucket):
    error, status = refused(
        s3.put_bucket_cors, Bucket=bucket,
        CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]})
    assert (error["Code"], status) == ("NotImplemented", 501) and "PutBucketCors" in error["Message"]
    error, status = refused(
        s3.put_object, Bucket=bucket, Key="k", Body=b"", SSECustomerKey=b"0" * 32, SSECustomerAlgorithm="AES256")
    assert status == 501 and "x-amz-server-side-encryption-customer-" in error["Message"]

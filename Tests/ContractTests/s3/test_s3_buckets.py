"""S3's buckets as boto3 sees them: their documents, lists, versions and uploads."""

import json
import os

import boto3
import botocore.exceptions
import pytest


def code(call, **arguments):
    """The code with which S3 refuses a call."""
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(**arguments)
    return raised.value.response["Error"]["Code"]


def test_a_bucket_lives_in_a_region(client, s3, unique):
    assert s3.create_bucket(Bucket=unique)["Location"] == f"/{unique}"
    assert s3.get_bucket_location(Bucket=unique)["LocationConstraint"] is None
    assert unique in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]
    other = f"{unique}-sa"
    s3.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
    assert s3.head_bucket(Bucket=other)["BucketRegion"] == "sa-east-1"
    assert code(s3.create_bucket, Bucket="No_Name") == "InvalidBucketName"
    s3.put_object(Bucket=unique, Key="k", Body=b"")
    assert code(s3.delete_bucket, Bucket=unique) == "BucketNotEmpty"
    s3.delete_object(Bucket=unique, Key="k")
    s3.delete_bucket(Bucket=unique)
    assert code(s3.head_bucket, Bucket=unique) == "404"


def test_accounts_do_not_see_one_another(client, unique):
    one, other = client("s3", account="111111111111"), client("s3", account="222222222222")
    one.create_bucket(Bucket=unique)
    assert other.list_buckets()["Buckets"] == []
    assert code(other.list_objects_v2, Bucket=unique) == "NoSuchBucket"
    other.create_bucket(Bucket=unique)
    one.put_object(Bucket=unique, Key="k", Body=b"one")
    assert code(other.get_object, Bucket=unique, Key="k") == "NoSuchKey"


def test_lists_are_paged_and_folded(s3, bucket):
    keys = sorted((f"{folder}/{name}" for folder in ("a", "b", "ü") for name in range(4)), key=str.encode)
    for key in [*keys, "top"]:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    for operation in ("list_objects", "list_objects_v2"):
        pages = list(s3.get_paginator(operation).paginate(Bucket=bucket, PaginationConfig={"PageSize": 5}))
        assert [entry["Key"] for page in pages for entry in page["Contents"]] == sorted([*keys, "top"], key=str.encode)
        pages = list(s3.get_paginator(operation).paginate(
            Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}))
        assert [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])] == ["a/", "b/", "ü/"]
        assert [entry["Key"] for page in pages for entry in page.get("Contents", [])] == ["top"]
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, StartAfter="b/1", Prefix="b/")["Contents"]] == [
        "b/2", "b/3"]
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 3})
    assert sum(len(page["Versions"]) for page in pages) == 13


def test_versions_are_kept_and_brought_back(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read() == b"1"
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"] and code(s3.get_object, Bucket=bucket, Key="k") == "NoSuchKey"
    assert code(s3.get_object, Bucket=bucket, Key="k", VersionId=marker["VersionId"]) == "MethodNotAllowed"
    assert code(s3.get_object, Bucket=bucket, Key="k", VersionId="x" * 32) == "InvalidArgument"
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    got = s3.get_object(Bucket=bucket, Key="k")
    assert (got["Body"].read(), got["VersionId"]) == (b"2", second)
    s3.copy_object(Bucket=bucket, Key="k", CopySource={"Bucket": bucket, "Key": "k", "VersionId": first})
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"
    listed = s3.list_object_versions(Bucket=bucket)
    assert [entry["IsLatest"] for entry in listed["Versions"]] == [True, False, False]
    assert code(s3.delete_bucket, Bucket=bucket) == "BucketNotEmpty"


def test_a_multipart_upload_is_joined(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ContentType="a/b", ChecksumAlgorithm="SHA256")
    assert (upload["ChecksumAlgorithm"], upload["ChecksumType"]) == ("SHA256", "COMPOSITE")
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload["UploadId"]}
    parts = []
    for number, body in enumerate([b"a" * (5 << 20), b"b" * 10], 1):
        part = s3.upload_part(**where, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256")
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
    listed = s3.list_parts(**where)
    assert [(part["PartNumber"], part["Size"]) for part in listed["Parts"]] == [(1, 5 << 20), (2, 10)]
    assert [entry["Key"] for entry in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == ["k"]
    missing = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
    assert code(s3.complete_multipart_upload, **where, MultipartUpload={"Parts": missing}) == "InvalidRequest"
    done = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    assert done["ETag"].endswith('-2"') and done["ChecksumSHA256"].endswith("-2")
    head = s3.head_object(Bucket=bucket, Key="k", PartNumber=2)
    assert (head["ContentLength"], head["PartsCount"], head["ContentType"]) == (10, 2, "a/b")
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["ChecksumSHA256"] == done["ChecksumSHA256"] and got["ContentLength"] == (5 << 20) + 10
    assert code(s3.list_parts, **where) == "NoSuchUpload"


def test_an_upload_may_copy_its_parts_and_may_be_aborted(s3, bucket):
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload["UploadId"]}
    part = s3.upload_part_copy(**where, PartNumber=1, CopySource=f"{bucket}/source", CopySourceRange="bytes=2-4")
    etag = part["CopyPartResult"]["ETag"]
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"234"
    upload = s3.create_multipart_upload(Bucket=bucket, Key="other")
    s3.abort_multipart_upload(Bucket=bucket, Key="other", UploadId=upload["UploadId"])
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


LIFECYCLE = {
    "Rules": [{
        "ID": "old", "Status": "Enabled", "Filter": {"Prefix": "bronze/"}, "Expiration": {"Days": 30},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}]}
ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}]}
ACCESS = {"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": True, "RestrictPublicBuckets": False}
QUEUES = {"QueueConfigurations": [{
    "Id": "q", "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["s3:ObjectCreated:*"],
    "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "a/"}]}}}]}


@pytest.mark.parametrize("name, argument, value, absent", [
    ("bucket_lifecycle_configuration", "LifecycleConfiguration", LIFECYCLE, "NoSuchLifecycleConfiguration"),
    ("bucket_encryption", "ServerSideEncryptionConfiguration", ENCRYPTION, None),
    ("public_access_block", "PublicAccessBlockConfiguration", ACCESS, None),
    ("bucket_ownership_controls", "OwnershipControls", {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}, None),
    ("bucket_tagging", "Tagging", {"TagSet": [{"Key": "b", "Value": "1"}, {"Key": "a", "Value": ""}]}, "NoSuchTagSet"),
])
def test_a_document_comes_back_as_it_was_put(s3, bucket, name, argument, value, absent):
    get, put = getattr(s3, f"get_{name}"), getattr(s3, f"put_{name}")
    if absent:
        assert code(get, Bucket=bucket) == absent
    put(Bucket=bucket, **{argument: value})
    answer = get(Bucket=bucket)
    assert answer.get(argument, {key: answer.get(key) for key in value}) == value


def test_notifications_come_back_as_they_were_put(s3, bucket):
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=QUEUES, SkipDestinationValidation=True)
    answer = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert answer["QueueConfigurations"] == QUEUES["QueueConfigurations"]


def test_a_policy_is_json(s3, bucket):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
              "Resource": f"arn:aws:s3:::{bucket}/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}
    assert code(s3.get_bucket_policy, Bucket=bucket) == "NoSuchBucketPolicy"
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == policy
    assert code(s3.put_bucket_policy, Bucket=bucket, Policy="x") == "MalformedPolicy"
    s3.delete_bucket_policy(Bucket=bucket)


def test_the_reads_of_the_terraform_provider_are_answered(s3, bucket):
    assert s3.get_bucket_acl(Bucket=bucket)["Grants"][0]["Permission"] == "FULL_CONTROL"
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket)
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
    for call, expected in [
        (s3.get_bucket_cors, "NoSuchCORSConfiguration"), (s3.get_bucket_website, "NoSuchWebsiteConfiguration"),
        (s3.get_bucket_replication, "ReplicationConfigurationNotFoundError"),
        (s3.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError"),
    ]:
        assert code(call, Bucket=bucket) == expected


def test_the_resource_api_works(endpoint, bucket):
    resource = boto3.resource(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    lake = resource.Bucket(bucket)
    lake.put_object(Key="a/1", Body=b"1")
    lake.upload_fileobj(open(__file__, "rb"), "a/2")
    assert [entry.key for entry in lake.objects.filter(Prefix="a/")] == ["a/1", "a/2"]
    assert lake.Object("a/1").get()["Body"].read() == b"1"
    lake.objects.all().delete()
    assert list(lake.objects.all()) == []
    lake.delete()


def test_the_aws_command_copies_and_syncs(aws, s3, bucket, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "deep").mkdir(parents=True)
    (source / "one.txt").write_text("one")
    (source / "deep" / "two ü.txt").write_text("two")
    (source / "large").write_bytes(bytes(9 << 20))
    for file in source.rglob("*"):  # S3 keeps whole seconds: a file of this second could pass for newer than its copy
        os.utime(file, (1_700_000_000, 1_700_000_000))
    aws("s3", "sync", source, f"s3://{bucket}/tree", "--only-show-errors")
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [
        "tree/deep/two ü.txt", "tree/large", "tree/one.txt"]
    assert aws("s3", "sync", source, f"s3://{bucket}/tree") == ""
    aws("s3", "cp", "--recursive", f"s3://{bucket}/tree", target, "--only-show-errors")
    assert (target / "deep" / "two ü.txt").read_text() == "two"
    assert (target / "large").stat().st_size == 9 << 20
    aws("s3", "mv", f"s3://{bucket}/tree/one.txt", f"s3://{bucket}/moved.txt", "--only-show-errors")
    assert "PRE tree/" in aws("s3", "ls", f"s3://{bucket}/") and "moved.txt" in aws("s3", "ls", f"s3://{bucket}/")
    aws("s3", "rm", "--recursive", f"s3://{bucket}", "--only-show-errors")
    aws("s3", "rb", f"s3://{bucket}")


def test_columnar_readers_take_the_lake_from_the_endpoint(endpoint, bucket):
    import polars
    import pyarrow
    from pyarrow import fs, parquet

    lake = fs.S3FileSystem(
        access_key="test", secret_key="test", region="us-east-1", scheme="http",
        endpoint_override=endpoint.removeprefix("http://"))
    table = pyarrow.table({"game": ["a", "b"] * 50_000, "viewers": list(range(100_000))})
    for day in ("2026-03-01", "2026-03-02"):
        with lake.open_output_stream(f"{bucket}/gold/day={day}/part.parquet") as sink:
            parquet.write_table(table, sink)
    found = parquet.read_table(f"{bucket}/gold", filesystem=lake, filters=[("viewers", "<", 10)])
    assert found.num_rows == 20
    assert {info.base_name for info in lake.get_file_info(fs.FileSelector(f"{bucket}/gold"))} == {
        "day=2026-03-01", "day=2026-03-02"}
    options = {
        "endpoint_url": endpoint, "aws_access_key_id": "test", "aws_secret_access_key": "test",
        "aws_region": "us-east-1", "aws_allow_http": "true",
    }
    frame = polars.scan_parquet(f"s3://{bucket}/gold/**/*.parquet", storage_options=options, hive_partitioning=True)
    assert frame.filter(polars.col("viewers") < 10).select(polars.col("viewers").sum()).collect().item() == 90

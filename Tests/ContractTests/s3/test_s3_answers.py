"""What S3 answers where clients look closely: copies, uploads, versions, lists, lifecycles, events.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import base64
import hashlib
import json

import botocore.exceptions
import pytest

from emulator import eventually

ONTO_ITSELF = (
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
    "metadata, storage class, website redirect location or encryption attributes.")


@pytest.fixture
def versioned(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def refused(call, **arguments):
    """The error of a call that S3 refuses, with its status in it."""
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(**arguments)
    response = raised.value.response
    return {**response["Error"], "Status": response["ResponseMetadata"]["HTTPStatusCode"]}


def holds(error, **wanted):
    assert {name: error.get(name) for name in wanted} == wanted


def sha256(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


class TestCopies:
    @pytest.mark.parametrize("change", [
        {"StorageClass": "STANDARD"}, {"MetadataDirective": "REPLACE"}, {"ServerSideEncryption": "AES256"},
        {"WebsiteRedirectLocation": "/x"}, {"ChecksumAlgorithm": "SHA256"},
    ])
    def test_a_copy_onto_itself_must_name_a_change(self, s3, bucket, change):
        s3.put_object(Bucket=bucket, Key="k", Body=b"1")
        holds(refused(s3.copy_object, Bucket=bucket, Key="k", CopySource=f"{bucket}/k"),
              Code="InvalidRequest", Message=ONTO_ITSELF, Status=400)
        s3.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k", **change)

    def test_an_encryption_that_was_put_on_the_bucket_is_a_change(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="k", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId="1234")
        head = s3.head_object(Bucket=bucket, Key="k")
        assert head["ServerSideEncryption"] == "aws:kms" and head["SSEKMSKeyId"].endswith(":key/1234")
        s3.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k")
        assert s3.head_object(Bucket=bucket, Key="k")["ServerSideEncryption"] == "AES256"
        refused(s3.copy_object, Bucket=bucket, Key="k", CopySource=f"{bucket}/k")
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        s3.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k")

    def test_versions_are_told_of_both_ends(self, s3, versioned):
        first = s3.put_object(Bucket=versioned, Key="k", Body=b"1")["VersionId"]
        copy = s3.copy_object(Bucket=versioned, Key="c", CopySource=f"{versioned}/k")
        assert copy["CopySourceVersionId"] == first and copy["VersionId"] not in (first, "null")
        assert copy["CopyObjectResult"]["ChecksumType"] == "FULL_OBJECT"
        marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
        source = {"Bucket": versioned, "Key": "k"}
        holds(refused(s3.copy_object, Bucket=versioned, Key="c", CopySource=source), Code="NoSuchKey", Key="k")
        holds(refused(s3.copy_object, Bucket=versioned, Key="c", CopySource={**source, "VersionId": marker}),
              Code="InvalidRequest", Status=400,
              Message="The source of a copy request may not specifically refer to a delete marker by version id.")
        s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
        assert "VersionId" not in s3.put_object(Bucket=versioned, Key="n", Body=b"1")
        copy = s3.copy_object(Bucket=versioned, Key="m", CopySource=f"{versioned}/n")
        assert copy["VersionId"] == "null" and "CopySourceVersionId" not in copy

    @pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
    def test_an_archive_gives_nothing_away(self, s3, bucket, storage_class):
        s3.put_object(Bucket=bucket, Key="k", Body=b"1", StorageClass=storage_class)
        assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == storage_class
        holds(refused(s3.get_object, Bucket=bucket, Key="k"), Code="InvalidObjectState", Status=403,
              StorageClass=storage_class, Message="The operation is not valid for the object's storage class")
        holds(refused(s3.copy_object, Bucket=bucket, Key="c", CopySource=f"{bucket}/k"), Code="InvalidObjectState",
              Message="Operation is not valid for the source object's storage class")


class TestUploads:
    @pytest.fixture
    def upload(self, s3, bucket):
        """Begins an upload of one part; gives what makes the arguments of its end."""

        def begin(**options):
            upload = s3.create_multipart_upload(Bucket=bucket, Key="k", **options)["UploadId"]
            stored = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"abc", **options)

            def complete(parts=None, **arguments):
                if parts is not None:
                    listed = [{"ETag": stored["ETag"], **part} for part in parts]
                    arguments["MultipartUpload"] = {"Parts": listed}
                return {"Bucket": bucket, "Key": "k", "UploadId": upload, **arguments}

            return complete

        return begin

    def test_an_end_of_no_parts(self, s3, upload):
        holds(refused(s3.complete_multipart_upload, **upload()()), Code="InvalidRequest", Status=400,
              Message="You must specify at least one part")
        holds(refused(s3.complete_multipart_upload, **{**upload()(), "UploadId": "none"}), Code="NoSuchUpload", UploadId="none")
        holds(refused(s3.complete_multipart_upload, **upload()([{"PartNumber": 0}])), Code="InvalidArgument",
              Message="PartNumber must be >= 1", ArgumentName="PartNumber", ArgumentValue="0")
        two = [{"PartNumber": 2, "ETag": "never"}, {"PartNumber": 1}]
        holds(refused(s3.complete_multipart_upload, **upload()(two)), Code="InvalidPartOrder")

    def test_checksums_at_the_end_of_an_upload_that_has_none(self, s3, upload):
        complete = upload()
        parts = [{"PartNumber": 1, "ChecksumSHA256": sha256(b"abc")}]
        holds(refused(s3.complete_multipart_upload, **complete(parts)), Code="InvalidPart", PartNumber="1", Status=400)
        done = s3.complete_multipart_upload(**complete([{"PartNumber": 1}]))
        assert done["ChecksumType"] == "FULL_OBJECT" and done["ChecksumCRC64NVME"]

    @pytest.mark.parametrize("part, whole, refusal", [
        ({}, {}, ("InvalidRequest", "The upload was created using a sha256 checksum. The complete request must include the "
                  "checksum for each part. It was missing for part 1 in the request.")),
        ({"ChecksumCRC32": "AAAAAA=="}, {},
         ("BadDigest", "The crc32 you specified for part 1 did not match what we received.")),
        ({"ChecksumSHA256": "no base64"}, {},
         ("InvalidArgument", "Invalid Base64 or multiple checksums present in request")),
        ({"ChecksumSHA256": sha256(b"abc"), "ChecksumCRC32": "AAAAAA=="}, {},
         ("InvalidArgument", "Invalid Base64 or multiple checksums present in request")),
        ({"ChecksumSHA256": sha256(b"abc")}, {"ChecksumSHA256": "bad"},
         ("InvalidRequest", "Value for x-amz-checksum-sha256 header is invalid.")),
        ({"ChecksumSHA256": sha256(b"abc")}, {"ChecksumSHA256": sha256(b"x") + "-1"},
         ("BadDigest", "The sha256 you specified did not match the calculated checksum.")),
        ({"ChecksumSHA256": sha256(b"abc")}, {"ChecksumType": "FULL_OBJECT"},
         ("InvalidRequest", "The upload was created using the COMPOSITE checksum mode. The complete request must use the "
          "same checksum mode.")),
        ({"ChecksumSHA256": sha256(b"abc")}, {"ChecksumType": "NONE"},
         ("InvalidRequest", "Value for x-amz-checksum-type header is invalid.")),
        ({"ChecksumSHA256": sha256(b"abc")}, {"MpuObjectSize": 4},
         ("InvalidRequest", "The provided 'x-amz-mp-object-size' header value 4 does not match what was computed: 3")),
    ])
    def test_checksums_at_the_end_of_a_composite_upload(self, s3, upload, part, whole, refusal):
        complete = upload(ChecksumAlgorithm="SHA256")
        error = refused(s3.complete_multipart_upload, **complete([{"PartNumber": 1, **part}], **whole))
        assert (error["Code"], error["Message"], error["Status"]) == (*refusal, 400)
        done = s3.complete_multipart_upload(**complete([{"PartNumber": 1, "ChecksumSHA256": sha256(b"abc")}]))
        assert done["ChecksumSHA256"] == sha256(hashlib.sha256(b"abc").digest()) + "-1"

    def test_checksums_at_the_end_of_an_upload_of_the_whole(self, s3, upload):
        complete = upload(ChecksumAlgorithm="CRC32")
        wrong = [{"PartNumber": 1, "ChecksumSHA1": base64.b64encode(hashlib.sha1(b"abc").digest()).decode()}]
        holds(refused(s3.complete_multipart_upload, **complete(wrong)), Code="BadDigest",
              Message="The sha1 you specified for part 1 did not match what we received.")

    def test_an_end_may_be_told_twice(self, s3, versioned):
        upload = s3.create_multipart_upload(Bucket=versioned, Key="k")["UploadId"]
        part = s3.upload_part(Bucket=versioned, Key="k", UploadId=upload, PartNumber=1, Body=b"1")
        end = {"Bucket": versioned, "Key": "k", "UploadId": upload}
        parts = {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}}
        first = s3.complete_multipart_upload(**end, **parts)
        again = s3.complete_multipart_upload(**end, **parts, IfNoneMatch="*")
        for name in ("ETag", "VersionId", "Location", "ChecksumCRC64NVME"):
            assert first[name] == again[name]
        assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 1
        other = {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "0" * 32}]}}
        holds(refused(s3.complete_multipart_upload, **end, **other), Code="NoSuchUpload")
        s3.delete_object(Bucket=versioned, Key="k", VersionId=first["VersionId"])
        holds(refused(s3.complete_multipart_upload, **end, **parts), Code="NoSuchUpload")

    @pytest.mark.parametrize("kind", ["COMPOSITE", "FULL_OBJECT"])
    def test_parts_have_checksums_where_the_whole_is_made_of_them(self, s3, bucket, kind):
        upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="CRC32", ChecksumType=kind)["UploadId"]
        parts = []
        for number, body in enumerate((b"a" * 5 * 2**20, b"b"), start=1):
            part = s3.upload_part(
                Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32")
            parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]})
        s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
        part = s3.head_object(Bucket=bucket, Key="k", PartNumber=2, ChecksumMode="ENABLED")
        listed = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ObjectParts"])["ObjectParts"]
        assert listed["TotalPartsCount"] == part["PartsCount"] == 2
        if kind == "COMPOSITE":
            assert part["ChecksumCRC32"] == parts[1]["ChecksumCRC32"]
            assert [entry["ChecksumCRC32"] for entry in listed["Parts"]] == [entry["ChecksumCRC32"] for entry in parts]
        else:
            assert "ChecksumCRC32" not in part and "Parts" not in listed


class TestLists:
    def test_what_was_asked_for_comes_back(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="k", Body=b"")
        page = s3.list_objects_v2(Bucket=bucket, StartAfter="", MaxKeys=2000)
        assert (page["StartAfter"], page["MaxKeys"], page["KeyCount"]) == ("", 2000, 1)
        page = s3.list_objects(Bucket=bucket, EncodingType="URL", Prefix="a b*~!")
        assert (page["EncodingType"], page["Prefix"], page["MaxKeys"]) == ("URL", "a+b*%7E%21", 1000)

    def test_a_page_of_uploads_that_holds_prefixes_only_names_no_next_key(self, s3, bucket):
        for key in ("d/a/1", "d/a/2", "d/b", "d/c"):
            s3.create_multipart_upload(Bucket=bucket, Key=key)
        page = s3.list_multipart_uploads(Bucket=bucket, Prefix="d/", Delimiter="/", MaxUploads=1)
        assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["d/a/"]
        assert (page["IsTruncated"], page["NextKeyMarker"], page["NextUploadIdMarker"]) == (True, "", "")
        page = s3.list_multipart_uploads(Bucket=bucket, Prefix="d/", Delimiter="/", MaxUploads=1, KeyMarker="d/a/1")
        assert (page["NextKeyMarker"], page["NextUploadIdMarker"]) == ("d/b", page["Uploads"][0]["UploadId"])

    def test_buckets_tell_their_region_where_it_was_asked_for_anything(self, s3, bucket):
        assert "BucketRegion" not in s3.list_buckets()["Buckets"][0]
        for question in ({"Prefix": bucket}, {"MaxBuckets": 1}, {"BucketRegion": "us-east-1"}):
            assert s3.list_buckets(**question)["Buckets"][0]["BucketRegion"] == "us-east-1"
        error = refused(s3.list_buckets, BucketRegion="eu-east-1")
        holds(error, Code="InvalidArgument", ArgumentName="bucket-region",
              Message="Argument value eu-east-1 is not a valid AWS Region")
        error = refused(s3.create_bucket, Bucket=f"{bucket}-2", CreateBucketConfiguration={"LocationConstraint": "eu-east-1"})
        holds(error, Code="InvalidLocationConstraint", LocationConstraint="eu-east-1")
        s3.create_bucket(Bucket=f"{bucket}-2", CreateBucketConfiguration={})

    def test_the_oldest_name_of_a_region_stays_with_the_bucket(self, s3, bucket):
        name = f"{bucket}-eu"
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "EU"})
        assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == "EU"
        assert s3.head_bucket(Bucket=name)["BucketRegion"] == "eu-west-1"

    def test_a_bucket_is_created_with_tags_that_may_be_or_not_at_all(self, s3, bucket):
        def create(name, *tags):
            return {"Bucket": name, "CreateBucketConfiguration": {"Tags": [{"Key": key, "Value": "1"} for key in tags]}}

        holds(refused(s3.create_bucket, **create(f"{bucket}-3", "aws:a")), Code="InvalidTag")
        holds(refused(s3.head_bucket, Bucket=f"{bucket}-3"), Status=404)
        s3.create_bucket(**create(f"{bucket}-3", "a"))
        s3.create_bucket(**create(f"{bucket}-3", "a"))
        holds(refused(s3.create_bucket, **create(f"{bucket}-3", "b")), Code="BucketAlreadyOwnedByYou", Status=409)
        assert [tag["Key"] for tag in s3.get_bucket_tagging(Bucket=f"{bucket}-3")["TagSet"]] == ["a"]

    def test_who_began_an_upload_has_a_name(self, s3, bucket):
        upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
        for page in (s3.list_parts(Bucket=bucket, Key="k", UploadId=upload), s3.list_multipart_uploads(Bucket=bucket)["Uploads"][0]):
            assert set(page["Initiator"]) == {"ID", "DisplayName"} and set(page["Owner"]) == {"ID"}

    def test_a_bucket_without_tags_has_no_set_of_them(self, s3, bucket):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": []})
        holds(refused(s3.get_bucket_tagging, Bucket=bucket), Code="NoSuchTagSet", Status=404)


class TestLifecycles:
    RULE = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "a"}}

    def put(self, s3, bucket, *rules):
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)})

    @pytest.mark.parametrize("change, code, message", [
        ({"NoncurrentVersionExpiration": {}}, "MalformedXML", None),
        ({"Transitions": [{"Days": 30, "StorageClass": "STANDARD"}]}, "MalformedXML", None),
        ({"Expiration": {"Days": 1, "ExpiredObjectDeleteMarker": True}}, "MalformedXML", None),
        ({"Transitions": [{"Days": 3, "StorageClass": "STANDARD_IA"}]}, "InvalidArgument",
         "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'"),
        ({"NoncurrentVersionExpiration": {"NoncurrentDays": 0}}, "InvalidArgument",
         "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"),
        ({"Filter": {"And": {"Tags": [{"Key": "t", "Value": "1"}, {"Key": "t", "Value": "2"}]}}, "Expiration": {"Days": 1}},
         "InvalidRequest", "Duplicate Tag Keys are not allowed."),
    ])
    def test_rules_that_s3_does_not_keep(self, s3, bucket, change, code, message):
        with pytest.raises(botocore.exceptions.ClientError) as raised:
            self.put(s3, bucket, {**self.RULE, **change})
        error = raised.value.response["Error"]
        assert error["Code"] == code and message in (None, error["Message"])

    def test_objects_tell_the_day_of_their_end(self, s3, versioned):
        self.put(
            s3, versioned, {**self.RULE, "ID": "date", "Expiration": {"Date": "2126-01-01T00:00:00Z"}},
            {**self.RULE, "ID": "a b", "Filter": {"And": {"Prefix": "a", "Tags": [{"Key": "t", "Value": "1"}],
             "ObjectSizeGreaterThan": 1}}, "Expiration": {"Days": 3}},
            {**self.RULE, "ID": "off", "Status": "Disabled", "Expiration": {"Days": 1}})
        put = s3.put_object(Bucket=versioned, Key="a", Body=b"1")
        date = 'expiry-date="Tue, 01 Jan 2126 00:00:00 GMT", rule-id="date"'
        assert put["Expiration"] == date == s3.get_object(Bucket=versioned, Key="a")["Expiration"]
        assert "Expiration" not in s3.head_object(Bucket=versioned, Key="a", VersionId=put["VersionId"])
        assert "Expiration" not in s3.put_object(Bucket=versioned, Key="b", Body=b"1")
        sooner = s3.put_object(Bucket=versioned, Key="a", Body=b"12", Tagging="t=1")["Expiration"]
        assert sooner.endswith(' 00:00:00 GMT", rule-id="a%20b"')
        assert s3.copy_object(Bucket=versioned, Key="a2", CopySource=f"{versioned}/a")["Expiration"] == sooner


class TestEvents:
    @pytest.fixture
    def queue(self, client, unique):
        sqs = client("sqs")
        url = sqs.create_queue(QueueName=unique)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

        def receive():
            """The records that have come, without the test event."""
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return [record for message in messages for record in json.loads(message["Body"]).get("Records", [])]

        return arn, receive

    def put(self, s3, bucket, *entries, kind="Queue"):
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={f"{kind}Configurations": list(entries)})

    def test_what_a_deletion_tells(self, s3, versioned, queue):
        arn, receive = queue
        self.put(s3, versioned, {"QueueArn": arn, "Events": ["s3:ObjectRemoved:*"]})
        s3.delete_object(Bucket=versioned, Key="k")
        seen = []
        eventually(lambda: seen.extend(receive()) or seen, "the event of a marker")
        told = seen[0]["s3"]["object"]
        assert seen[0]["eventName"] == "ObjectRemoved:DeleteMarkerCreated" and set(told) == {
            "key", "eTag", "versionId", "sequencer"}
        assert told["eTag"] == hashlib.md5(b"").hexdigest()

    def test_a_list_of_deletions_tells_of_keys_that_were_never_there(self, s3, bucket, queue):
        arn, receive = queue
        self.put(s3, bucket, {"QueueArn": arn, "Events": ["s3:ObjectRemoved:*"]})
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "never"}]})
        seen = []
        eventually(lambda: seen.extend(receive()) or seen, "the event of a deletion")
        assert set(seen[0]["s3"]["object"]) == {"key", "sequencer"}

    def test_targets_that_are_not_there(self, s3, bucket, account):
        arn = f"arn:aws:lambda:us-east-1:{account}:function:never"
        with pytest.raises(botocore.exceptions.ClientError) as raised:
            self.put(s3, bucket, {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}, kind="LambdaFunction")
        error = raised.value.response["Error"]
        holds(error, Code="InvalidArgument", Message="Unable to validate the following destination configurations",
              ArgumentName1=f"{arn}, null", ArgumentValue1=f"Not authorized to invoke function [{arn}]")

    @pytest.mark.parametrize("first, second, message", [
        (("s3:ObjectCreated:*", None), ("s3:ObjectCreated:Put", None),
         "Configurations overlap. Configurations on the same bucket cannot share a common event type."),
        (("s3:ObjectCreated:Put", ("a/", "")), ("s3:ObjectCreated:Put", ("a/b", ".json")),
         "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
         "overlapping for the same event type."),
        (("s3:ObjectCreated:Put", ("a/", "")), ("s3:ObjectCreated:Put", ("b/", "")), None),
        (("s3:ObjectCreated:Put", ("", ".json")), ("s3:ObjectCreated:Put", ("", ".csv")), None),
        (("s3:ObjectCreated:Put", None), ("s3:ObjectCreated:Copy", None), None),
    ])
    def test_no_two_entries_take_the_same_event(self, s3, bucket, queue, first, second, message):
        def entry(event, filters):
            rules = zip(("prefix", "suffix"), filters or ("", ""))
            key = {"FilterRules": [{"Name": name, "Value": value} for name, value in rules if value]}
            return {"QueueArn": queue[0], "Events": [event], **({"Filter": {"Key": key}} if filters else {})}

        if message is None:
            return self.put(s3, bucket, entry(*first), entry(*second))
        with pytest.raises(botocore.exceptions.ClientError) as raised:
            self.put(s3, bucket, entry(*first), entry(*second))
        holds(raised.value.response["Error"], Code="InvalidArgument", Message=message)

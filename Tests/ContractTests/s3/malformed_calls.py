"""Calls on a bucket, and the refusal that each of them gets: status, code, message, and elements beside them."""

import base64
import hashlib

NO_XML = "The XML you provided was not well-formed or did not validate against our published schema"
MISSING = "The specified key does not exist."
PRECONDITION = "At least one of the pre-conditions you specified did not hold"
TAGS = (
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")


def deletion(entries, of=None):
    """A request to delete, and the digest of it or of something else."""
    body = f"<Delete>{entries}</Delete>".encode()
    return "POST", "?delete", {"Content-MD5": base64.b64encode(hashlib.md5(of or body).digest()).decode()}, body


CASES = {
    "a key that is not there": (
        ("GET", "/absent", {}, b""), 404, "NoSuchKey", MISSING, {"Key": "absent"}),
    "a version that cannot be": (
        ("GET", "/there?versionId=x", {}, b""), 400, "InvalidArgument", "Invalid version id specified",
        {"ArgumentName": "versionId", "ArgumentValue": "x"}),
    "a range behind the end": (
        ("GET", "/there", {"Range": "bytes=10-"}, b""), 416, "InvalidRange", "The requested range is not satisfiable",
        {"RangeRequested": "bytes=10-", "ActualObjectSize": "10"}),
    "the last zero bytes": (
        ("GET", "/there", {"Range": "bytes=-0"}, b""), 416, "InvalidRange", "The requested range is not satisfiable",
        {"RangeRequested": "bytes=-0", "ActualObjectSize": "10"}),
    "a part that is not there": (
        ("GET", "/there?partNumber=2", {}, b""), 416, "InvalidPartNumber", "The requested partnumber is not satisfiable",
        {"ActualPartCount": "1", "PartNumberRequested": "2"}),
    "a part and a range": (
        ("GET", "/there?partNumber=1", {"Range": "bytes=0-1"}, b""), 400, "InvalidRequest",
        "Cannot specify both Range header and partNumber query parameter", {}),
    "an If-Match that is not so": (
        ("GET", "/there", {"If-Match": '"0"'}, b""), 412, "PreconditionFailed", PRECONDITION, {"Condition": "If-Match"}),
    "an If-Unmodified-Since that is not so": (
        ("GET", "/there", {"If-Unmodified-Since": "Wed, 01 Jan 2020 00:00:00 GMT"}, b""), 412, "PreconditionFailed",
        PRECONDITION, {"Condition": "If-Unmodified-Since"}),
    "a write that must not replace": (
        ("PUT", "/there", {"If-None-Match": "*"}, b"x"), 412, "PreconditionFailed", PRECONDITION,
        {"Condition": "If-None-Match"}),
    "a write that replaces another": (
        ("PUT", "/there", {"If-Match": '"0"'}, b"x"), 412, "PreconditionFailed", PRECONDITION, {"Condition": "If-Match"}),
    "a write that replaces nothing": (
        ("PUT", "/absent", {"If-Match": '"0"'}, b"x"), 404, "NoSuchKey", MISSING, {"Key": "absent"}),
    "a Content-MD5 that is none": (
        ("PUT", "/o", {"Content-MD5": "x"}, b"x"), 400, "InvalidDigest", "The Content-MD5 you specified was invalid.",
        {"Content-MD5": "x"}),
    "a Content-MD5 of something else": (
        ("PUT", "/o", {"Content-MD5": base64.b64encode(hashlib.md5(b"y").digest()).decode()}, b"x"), 400, "BadDigest",
        "The Content-MD5 you specified did not match what we received.",
        {"ExpectedDigest": hashlib.md5(b"y").hexdigest(),
         "CalculatedDigest": base64.b64encode(hashlib.md5(b"x").digest()).decode()}),
    "a SHA-256 of something else": (
        ("PUT", "/o", {"x_amz_content_sha256": hashlib.sha256(b"y").hexdigest()}, b"x"), 400, "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        {"ClientComputedContentSHA256": hashlib.sha256(b"y").hexdigest(),
         "S3ComputedContentSHA256": hashlib.sha256(b"x").hexdigest()}),
    "a checksum of something else": (
        ("PUT", "/o", {"x_amz_checksum_crc32": "AAAAAA=="}, b"x"), 400, "BadDigest",
        "The CRC32 you specified did not match the calculated checksum.", {}),
    "a checksum that is none": (
        ("PUT", "/o", {"x_amz_checksum_crc32": "AAAA"}, b"x"), 400, "InvalidRequest",
        "Value for x-amz-checksum-crc32 header is invalid.", {}),
    "a checksum announced and not sent": (
        ("PUT", "/o", {"x_amz_sdk_checksum_algorithm": "SHA256"}, b"x"), 400, "InvalidRequest",
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were "
        "found.", {}),
    "a storage class that is none": (
        ("PUT", "/o", {"x_amz_storage_class": "COLD"}, b"x"), 400, "InvalidStorageClass",
        "The storage class you specified is not valid", {"StorageClassRequested": "COLD"}),
    "a key that is too long": (
        ("PUT", "/" + "k" * 1025, {}, b"x"), 400, "KeyTooLongError", "Your key is too long",
        {"Size": "1025", "MaxSizeAllowed": "1024"}),
    "metadata that is too much": (
        ("PUT", "/o", {"x_amz_meta_a": "x" * 2100}, b"x"), 400, "MetadataTooLarge",
        "Your metadata headers exceed the maximum allowed metadata size", {"MaxSizeAllowed": "2048"}),
    "a copy of what is not there": (
        ("PUT", "/o", {"x_amz_copy_source": "malformed/absent"}, b""), 404, "NoSuchKey", MISSING, {"Key": "absent"}),
    "a copy onto itself": (
        ("PUT", "/there", {"x_amz_copy_source": "malformed/there"}, b""), 400, "InvalidRequest",
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
        "metadata, storage class, website redirect location or encryption attributes.", {}),
    "a copy whose condition fails": (
        ("PUT", "/o", {"x_amz_copy_source": "malformed/there", "x_amz_copy_source_if_match": '"0"'}, b""), 412,
        "PreconditionFailed", PRECONDITION, {"Condition": "x-amz-copy-source-If-Match"}),
    "a part of an upload that is not there": (
        ("PUT", "/o?partNumber=1&uploadId=x", {}, b"x"), 404, "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
        "completed.", {"UploadId": "x"}),
    "a part with a number too high": (
        ("PUT", "/o?partNumber=10001&uploadId=x", {}, b"x"), 400, "InvalidArgument",
        "Part number must be an integer between 1 and 10000, inclusive",
        {"ArgumentName": "partNumber", "ArgumentValue": "10001"}),
    "a deletion of nothing": (
        ("POST", "?delete", {"Content-MD5": base64.b64encode(hashlib.md5(b"").digest()).decode()}, b""), 400,
        "MissingRequestBodyError", "Request Body is empty", {}),
    "a deletion in no XML": (
        ("POST", "?delete", {"Content-MD5": base64.b64encode(hashlib.md5(b"<x").digest()).decode()}, b"<x"), 400,
        "MalformedXML", NO_XML, {}),
    "keys of a number that is none": (
        ("GET", "?list-type=2&max-keys=x", {}, b""), 400, "InvalidArgument",
        "Provided max-keys not an integer or within integer range", {"ArgumentName": "max-keys", "ArgumentValue": "x"}),
    "a continuation that is none": (
        ("GET", "?list-type=2&continuation-token=x", {}, b""), 400, "InvalidArgument",
        "The continuation token provided is incorrect", {"ArgumentName": "continuation-token"}),
    "an encoding that is none": (
        ("GET", "?list-type=2&encoding-type=x", {}, b""), 400, "InvalidArgument",
        "Invalid Encoding Method specified in Request", {"ArgumentName": "encoding-type", "ArgumentValue": "x"}),
    "an encoding of no name": (
        ("GET", "?encoding-type=", {}, b""), 400, "InvalidArgument", "Invalid Encoding Method specified in Request",
        {"ArgumentName": "encoding-type", "ArgumentValue": ""}),
    "tags of a key that is not there": (
        ("GET", "/absent?tagging", {}, b""), 404, "NoSuchKey", MISSING, {"Key": "malformed/absent"}),
    "attributes that nobody named": (
        ("GET", "/there?attributes", {}, b""), 400, "InvalidRequest",
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty", {}),
    "a part without an upload": (
        ("PUT", "/o?partNumber=1", {}, b"x"), 400, "InvalidArgument",
        "This operation does not accept partNumber without uploadId", {"ArgumentName": "partNumber"}),
    "a copy from nowhere": (
        ("PUT", "/o", {"x_amz_copy_source": ""}, b""), 400, "InvalidArgument", "Invalid copy source bucket name",
        {"ArgumentName": "x-amz-copy-source", "ArgumentValue": "x-amz-copy-source"}),
    "a copy of a whole bucket": (
        ("PUT", "/o", {"x_amz_copy_source": "malformed"}, b""), 400, "InvalidArgument", "Invalid copy source object key",
        {"ArgumentName": "x-amz-copy-source", "ArgumentValue": "x-amz-copy-source"}),
    "a copy of a key that is no text": (
        ("PUT", "/o", {"x_amz_copy_source": "malformed/%zz"}, b""), 400, "InvalidArgument",
        "Invalid copy source encoding", {"ArgumentName": "x-amz-copy-source"}),
    "a key of KMS without KMS": (
        ("PUT", "/o", {"x_amz_server_side_encryption_aws_kms_key_id": "k"}, b"x"), 400, "InvalidArgument",
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        {"ArgumentName": "x-amz-server-side-encryption"}),
    "a deletion of an object of a certain size": (
        ("DELETE", "/there", {"x_amz_if_match_size": "10"}, b""), 501, "NotImplemented",
        "A header you provided implies functionality that is not implemented", {"Header": "x-amz-if-match-size"}),
    "tags of a line of their own": (
        ("PUT", "/there?tagging", {}, b"<Tagging><TagSet><Tag><Key>a&#9;b</Key><Value/></Tag></TagSet></Tagging>"), 400,
        "InvalidTag", "The TagKey you have provided is invalid", {"TagKey": "a\tb"}),
    "a policy of no version that there is": (
        ("PUT", "?policy", {}, b'{"Version": "2013", "Statement": []}'), 400, "MalformedPolicy",
        "The policy must contain a valid version string", {}),
    "a trailer of a document": (
        ("PUT", "?tagging", {"x_amz_content_sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}, b""), 400, "InvalidRequest",
        "The value of x-amz-content-sha256 header is invalid.", {}),
    "chunks that are none": (
        ("PUT", "/o", {"x_amz_content_sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x_amz_decoded_content_length": "3",
                       "x_amz_trailer": "x-amz-checksum-crc32"}, b"3\r\nabcX\r\n0\r\n\r\n"), 400, "IncompleteBody",
        "The request body terminated unexpectedly", {}),
    "a list of the first kind from a place of the second": (
        ("GET", "?start-after=a", {}, b""), 400, "InvalidArgument",
        "startAfter only supported in REST.GET.BUCKET with list-type=2", {"ArgumentName": "start-after"}),
    "a list of the first kind with a token of the second": (
        ("GET", "?continuation-token=a", {}, b""), 400, "InvalidArgument",
        "continuation-token only supported in REST.GET.BUCKET with list-type=2", {"ArgumentName": "continuation-token"}),
    "a list of the second kind from a place of the first": (
        ("GET", "?list-type=2&marker=", {}, b""), 400, "InvalidArgument",
        "Marker unsupported with REST.GET.BUCKET in list-type=2", {"ArgumentName": "marker"}),
    "keys of a number below zero": (
        ("GET", "?max-keys=-01", {}, b""), 400, "InvalidArgument",
        "Argument maxKeys must be an integer between 0 and 2147483647",
        {"ArgumentName": "maxKeys", "ArgumentValue": "-1"}),
    "versions of a number below zero": (
        ("GET", "?versions&max-keys=-1", {}, b""), 400, "InvalidArgument", "max-keys cannot be negative",
        {"ArgumentName": "max-keys"}),
    "versions behind a version of no key": (
        ("GET", "?versions&version-id-marker=null", {}, b""), 400, "InvalidArgument",
        "A version-id marker cannot be specified without a key marker.", {"ArgumentName": "version-id-marker"}),
    "uploads of a key": (
        ("GET", "/there?uploads", {}, b""), 400, "InvalidRequest",
        "Key is not expected for the GET method ?uploads subresource", {}),
    "two subresources": (
        ("DELETE", "/there?tagging&acl", {}, b""), 400, "InvalidArgument",
        "Conflicting query string parameters: acl, tagging", {"ArgumentName": "ResourceType", "ArgumentValue": "acl"}),
    "a part of a subresource": (
        ("DELETE", "/there?tagging&partNumber=1", {}, b""), 400, "InvalidArgument",
        "Conflicting query string parameters: partNumber, tagging",
        {"ArgumentName": "ResourceType", "ArgumentValue": "partNumber"}),
    "a subresource that cannot be deleted": (
        ("DELETE", "?versioning", {}, b""), 405, "MethodNotAllowed",
        "The specified method is not allowed against this resource.", {"Method": "DELETE", "ResourceType": "VERSIONING"}),
    "a torrent of a bucket": (
        ("DELETE", "?torrent", {}, b""), 405, "MethodNotAllowed",
        "The specified method is not allowed against this resource.", {"Method": "DELETE", "ResourceType": "TORRENT"}),
    "a read of a part of an upload": (
        ("GET", "/there?uploadId=x&partNumber=1", {}, b""), 405, "MethodNotAllowed",
        "The specified method is not allowed against this resource.", {"Method": "GET", "ResourceType": "PART"}),
    "a version of a bucket": (
        ("DELETE", "?versionId=x", {}, b""), 400, "InvalidArgument", "This operation does not accept a version-id.",
        {"ArgumentName": "versionId", "ArgumentValue": "x"}),
    "a part of a bucket": (
        ("DELETE", "?partNumber=1", {}, b""), 400, "InvalidRequest", "Object must have a valid key name.", {}),
    "an upload of a bucket": (
        ("DELETE", "?uploadId=x", {}, b""), 400, "InvalidRequest", "A key must be specified", {}),
    "a form that is none": (
        ("POST", "", {"Content-Type": "text/plain"}, b"x"), 412, "PreconditionFailed", PRECONDITION,
        {"Condition": "Bucket POST must be of the enclosure-type multipart/form-data"}),
    "a field that no answer may change": (
        ("GET", "/there?response-age=1", {}, b""), 400, "InvalidArgument",
        "response-age is not in the set of overridable response headers. Please refer to the S3 API documentation for a "
        "complete list of overridable response headers.", {"ArgumentName": "response-age", "ArgumentValue": "1"}),
    "a mode of checksums that is none": (
        ("GET", "/there", {"x_amz_checksum_mode": "SOME"}, b""), 400, "InvalidRequest",
        "Value for x-amz-checksum-mode header is invalid.", {}),
    "an attribute that is none": (
        ("GET", "/absent?attributes", {"x_amz_object_attributes": "ETag, Age, Size"}, b""), 400, "InvalidArgument",
        "Invalid attribute name specified.", {"ArgumentName": "x-amz-object-attributes", "ArgumentValue": "Age"}),
    "a checksum of an unknown kind": (
        ("PUT", "/o", {"x_amz_checksum_sha3": "AAAA"}, b"x"), 400, "InvalidRequest",
        "The algorithm type you specified in x-amz-checksum- header is invalid.", {}),
    "a list of grants that is none": (
        ("PUT", "/o", {"x_amz_acl": "friends"}, b"x"), 400, "InvalidArgument", "",
        {"ArgumentName": "x-amz-acl", "ArgumentValue": "friends"}),
    "a tag of no key": (
        ("PUT", "/o", {"x_amz_tagging": "=v"}, b"x"), 400, "InvalidArgument", TAGS, {"ArgumentValue": "=v"}),
    "a tag that breaks off": (
        ("PUT", "/o", {"x_amz_tagging": "k%"}, b"x"), 400, "InvalidArgument", TAGS, {"ArgumentValue": "k%"}),
    "tags that are kept apart wrongly": (
        ("PUT", "/o", {"x_amz_tagging": "a=1,b=2"}, b"x"), 400, "InvalidArgument", TAGS, {"ArgumentName": "x-amz-tagging"}),
    "a tag of a key that may not be": (
        ("PUT", "/o", {"x_amz_tagging": "k?=v"}, b"x"), 400, "InvalidTag", "The TagKey you have provided is invalid",
        {"TagKey": "k?"}),
    "a tag of a value that may not be": (
        ("PUT", "/o", {"x_amz_tagging": "k=("}, b"x"), 400, "InvalidTag", "The TagValue you have provided is invalid",
        {"TagKey": "k", "TagValue": "("}),
    "a copy from a bucket that cannot be": (
        ("PUT", "/o", {"x_amz_copy_source": "10.0.0.1/k"}, b""), 400, "InvalidArgument",
        "Invalid copy source bucket name", {"ArgumentName": "x-amz-copy-source"}),
    "a copy from behind the bucket": (
        ("PUT", "/o", {"x_amz_copy_source": "malformed/a/../../k"}, b""), 400, "InvalidArgument",
        "Invalid copy source object key", {"ArgumentName": "x-amz-copy-source"}),
    "a deletion that names no digest": (
        ("POST", "?delete", {}, b"x"), 400, "InvalidRequest",
        "Missing required header for this request: Content-MD5 OR x-amz-checksum-*", {}),
    "a deletion with the digest of something else": (
        deletion("<Object><Key>k</Key></Object>", of=b"y"), 400, "BadDigest",
        "The Content-MD5 you specified did not match what we received.",
        {"ExpectedDigest": base64.b64encode(hashlib.md5(b"y").digest()).decode()}),
    "a deletion of no key": (
        deletion("<Object><Key></Key></Object>"), 400, "UserKeyMustBeSpecified", "User key must be specified.", {}),
    "a deletion of two keys in one": (
        deletion("<Object><Key>a</Key><Key>b</Key></Object>"), 400, "MalformedXML", NO_XML, {}),
    "a deletion of an object of a certain size in a list": (
        deletion("<Object><Key>a</Key><Size>1</Size></Object>"), 400, "MalformedXML", NO_XML, {}),
    "a deletion that is quiet twice": (
        deletion("<Object><Key>a</Key></Object><Quiet>true</Quiet><Quiet>true</Quiet>"), 400, "MalformedXML", NO_XML, {}),
    "a version of a key that is not there, and its tags": (
        ("GET", "/absent?tagging&versionId=null", {}, b""), 404, "NoSuchVersion", "The specified version does not exist.",
        {"Key": "malformed/absent", "VersionId": "null"}),
    "a list of grants": (
        ("PUT", "?acl", {"x_amz_acl": "public-read"}, b""), 400, "AccessControlListNotSupported",
        "The bucket does not allow ACLs", {}),
    "a policy that is empty": (
        ("PUT", "?policy", {}, b""), 400, "MalformedPolicy",
        "Policies must be valid JSON and the first byte must be '{'", {}),
    "a policy that breaks off": (
        ("PUT", "?policy", {}, b"{"), 400, "MalformedPolicy", "This policy contains invalid Json", {}),
    "a policy of no statements": (
        ("PUT", "?policy", {}, b'{"Statement": []}'), 400, "MalformedPolicy",
        "Could not parse the policy: Statement is empty!", {}),
    "a policy for another bucket": (
        ("PUT", "?policy", {}, b'{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", '
         b'"Resource": "arn:aws:s3:::other/*"}}'), 400, "MalformedPolicy", "Policy has invalid resource", {}),
    "a policy of another effect": (
        ("PUT", "?policy", {}, b'{"Statement": {"Effect": "Maybe", "Principal": "*", "Action": "s3:GetObject", '
         b'"Resource": "arn:aws:s3:::malformed/*"}}'), 400, "MalformedPolicy", "Invalid effect: Maybe", {}),
    "a policy that was never put": (
        ("GET", "?policy", {}, b""), 404, "NoSuchBucketPolicy", "The bucket policy does not exist",
        {"BucketName": "malformed"}),
    "a lifecycle that was never put": (
        ("GET", "?lifecycle", {}, b""), 404, "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist", {"BucketName": "malformed"}),
    "tags that were never put": (
        ("GET", "?tagging", {}, b""), 404, "NoSuchTagSet", "The TagSet does not exist", {"BucketName": "malformed"}),
    "rules for other origins that were never put": (
        ("GET", "?cors", {}, b""), 404, "NoSuchCORSConfiguration", "The CORS configuration does not exist",
        {"BucketName": "malformed"}),
    "a website that was never put": (
        ("GET", "?website", {}, b""), 404, "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration", {"BucketName": "malformed"}),
    "replication that was never put": (
        ("GET", "?replication", {}, b""), 404, "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found", {}),
    "a method that is not allowed": (
        ("POST", "/there", {}, b""), 405, "MethodNotAllowed",
        "The specified method is not allowed against this resource.", {"Method": "POST", "ResourceType": "OBJECT"}),
    "a bucket that is full": (
        ("DELETE", "", {}, b""), 409, "BucketNotEmpty", "The bucket you tried to delete is not empty",
        {"BucketName": "malformed"}),
    "an owner that is another": (
        ("GET", "/there", {"x_amz_expected_bucket_owner": "111111111111"}, b""), 403, "AccessDenied", "Access Denied", {}),
}

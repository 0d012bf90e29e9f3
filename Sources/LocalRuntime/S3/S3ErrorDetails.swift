import AWSProtocol
import EmulatorClock

extension S3Error {
    /// The elements that S3 adds to `Code` and `Message`, in its order.
    var details: JSONObject {
        switch self {
        case .badDigest(let expected, let calculated):
            ["CalculatedDigest": .string(calculated), "ExpectedDigest": .string(expected)]
        case .bucketAlreadyOwnedByYou(let name), .bucketNotEmpty(let name, _), .configurationNotFound(_, let name),
            .invalidBucketName(let name), .noSuchBucket(let name):
            ["BucketName": .string(name)]
        case .destinationsNotFound(let missing):
            missing.enumerated().reduce(into: JSONObject()) { object, target in
                object.append("ArgumentName\(target.offset + 1)", .string(target.element.name))
                object.append("ArgumentValue\(target.offset + 1)", .string(target.element.reason))
            }
        case .entityTooLarge(let size, let limit):
            ["ProposedSize": .integer(size), "MaxSizeAllowed": .integer(limit)]
        case .entityTooSmall(let part, let etag, let size, let limit):
            [
                "ProposedSize": .integer(size), "MinSizeAllowed": .integer(limit), "PartNumber": .integer(part),
                "ETag": .string(etag),
            ]
        case .invalidArgument(_, let name, let value):
            JSONObject().with("ArgumentName", name).with("ArgumentValue", value)
        case .invalidDigest(let digest): ["Content-MD5": .string(digest)]
        case .invalidLocationConstraint(let region): ["LocationConstraint": .string(region)]
        case .invalidObjectState(let storageClass, _): ["StorageClass": .string(storageClass)]
        case .invalidPart(let number, let etag, let uploadID):
            ["UploadId": .string(uploadID), "PartNumber": .integer(number), "ETag": .string(etag)]
        case .invalidPartNumber(let number, let partCount):
            ["PartNumberRequested": .integer(number), "ActualPartCount": .integer(partCount)]
        case .invalidPartOrder(let uploadID), .noSuchUpload(let uploadID): ["UploadId": .string(uploadID)]
        case .invalidRange(let range, let size):
            ["RangeRequested": .string(range), "ActualObjectSize": .integer(size)]
        case .invalidStorageClass(let name): ["StorageClassRequested": .string(name)]
        case .invalidTag(_, let key, let value):
            JSONObject().with("TagKey", key).with("TagValue", value)
        case .invalidURI(let uri): ["URI": .string(uri)]
        case .keyTooLong(let size, let limit), .metadataTooLarge(let size, let limit):
            ["Size": .integer(size), "MaxSizeAllowed": .integer(limit)]
        case .markerIsNoObject(let method, _, _):
            ["Method": .string(method), "ResourceType": "DeleteMarker"]
        case .methodNotAllowed(let method, let resourceType, _):
            ["Method": .string(method), "ResourceType": .string(resourceType)]
        case .keyIsDeleted(let key, _), .noSuchKey(let key): ["Key": .string(key.text)]
        case .noSuchVersion(let key, let versionID):
            ["Key": .string(key.text), "VersionId": .string(versionID)]
        case .preconditionFailed(let condition): ["Condition": .string(condition)]
        case .conditionalRequestConflict(let condition, let key):
            ["Condition": .string(condition), "Key": .string(key.text)]
        case .sha256Mismatch(let sent, let calculated):
            ["ClientComputedContentSHA256": .string(sent), "S3ComputedContentSHA256": .string(calculated)]
        case .unsupportedHeader(let header, let message):
            ["Header": .string(header), "additionalMessage": .string(message)]
        default: [:]
        }
    }

    /// The header fields that S3 adds to the refusal.
    var headers: HTTPHeaders {
        switch self {
        case .methodNotAllowed(_, _, let allowed) where !allowed.isEmpty: ["Allow": allowed.joined(separator: ", ")]
        case .keyIsDeleted(_, let marker):
            ["x-amz-delete-marker": "true", "x-amz-version-id": marker.wire]
        case .markerIsNoObject(_, let marker, let lastModified):
            [
                "x-amz-delete-marker": "true", "x-amz-version-id": marker.wire, "Allow": "DELETE",
                "Last-Modified": lastModified.httpDate,
            ]
        default: [:]
        }
    }
}

extension JSONObject {
    /// The object with one more member where there is a value for it.
    fileprivate func with(_ name: String, _ value: String?) -> JSONObject {
        var object = self
        if let value { object.append(name, .string(value)) }
        return object
    }
}

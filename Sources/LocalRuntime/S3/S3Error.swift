import AWSProtocol
import EmulatorClock

/// Refusals in S3's words. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
enum S3Error: ServiceError, Equatable {
    case accessControlListNotSupported
    case accessDenied
    case badChecksum(ChecksumName)
    /// A part was given a checksum of another kind than its upload's.
    case badPartChecksum(ChecksumName, part: Int)
    case badTagCount(String)
    /// The digest of an object that was sent is in hex, of a document and the calculated one in base64.
    case badDigest(expected: String, calculated: String)
    case bucketAlreadyOwnedByYou(String)
    case bucketNotEmpty(String, hasVersions: Bool)
    /// Another write came between the start of a multipart upload and its end.
    case conditionalRequestConflict(String, ObjectKey)
    case configurationNotFound(BucketConfiguration, bucket: String)
    case copyOntoItself
    case destinationsNotFound([MissingDestination])
    case entityTooLarge(size: Int64, limit: Int64)
    case entityTooSmall(part: Int, etag: String, size: Int64, limit: Int64)
    case illegalLocationConstraint(String)
    case illegalVersioningConfiguration
    case incompleteBody
    case invalidArgument(String, name: String, value: String?)
    case invalidBucketACLWithObjectOwnership
    case invalidBucketName(String)
    case invalidBucketOwner(header: String, String)
    case invalidDigest(String)
    case invalidLocationConstraint(String)
    /// An object of a class that must be restored first was asked for its bytes.
    case invalidObjectState(storageClass: String, isCopySource: Bool)
    case invalidPart(number: Int, etag: String, uploadID: String)
    case invalidPartNumber(Int, partCount: Int)
    case invalidPartOrder(uploadID: String)
    case invalidRange(String, size: Int64)
    case invalidRequest(String)
    case invalidStorageClass(String)
    case invalidTag(String, key: String?, value: String? = nil)
    case invalidURI(String)
    /// The latest version of the key is a delete marker.
    case keyIsDeleted(ObjectKey, marker: VersionID)
    /// S3 answers such an address without a word.
    case keyLeavesBucket
    case keyTooLong(size: Int, limit: Int)
    /// S3 takes whatever stands wrongly between chunks for the end of the body.
    case malformedChunks
    case malformedPolicy(String)
    case malformedTrailer
    case malformedXML
    /// A delete marker was asked for by its id.
    case markerIsNoObject(method: String, marker: VersionID, lastModified: Timestamp)
    case metadataTooLarge(size: Int, limit: Int)
    case methodNotAllowed(String, resourceType: String, allowed: [String] = [])
    case missingContentLength
    case missingRequestBody
    case noSuchBucket(String)
    case noSuchKey(ObjectKey)
    case noSuchUpload(String)
    case noSuchVersion(ObjectKey, String)
    /// Two entries of a notification configuration would both take an event.
    case overlappingNotifications(areFiltered: Bool)
    case preconditionFailed(String)
    case sha256Mismatch(sent: String, calculated: String)
    /// Of a chunk, or of the trailers.
    case signatureDoesNotMatch
    case unsupportedHeader(String, String)
    /// A request that must name an object names none.
    case userKeyMissing

    /// The name of a checksum as it stands in a text, e.g. `CRC32`.
    typealias ChecksumName = String

    /// A target of events that is not there.
    struct MissingDestination: Equatable, Sendable {
        let arn: String
        let isQueue: Bool

        /// Of a function S3 says what its permissions say: that it may not be invoked.
        var name: String { isQueue ? arn : "\(arn), null" }
        var reason: String {
            isQueue ? "The destination queue does not exist" : "Not authorized to invoke function [\(arn)]"
        }
    }

    var wire: WireError {
        let (status, code, message) = words
        return WireError(code, message, status: status, details: details)
    }
}

extension S3Error {
    /// One table, so that the compiler asks for the words of every new case.
    private var words: (status: Int, code: String, message: String) {
        switch self {
        case .accessControlListNotSupported:
            (400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
        case .accessDenied: (403, "AccessDenied", "Access Denied")
        case .badChecksum(let name):
            (400, "BadDigest", "The \(name) you specified did not match the calculated checksum.")
        case .badDigest: (400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
        case .badPartChecksum(let name, let part):
            (400, "BadDigest", "The \(name) you specified for part \(part) did not match what we received.")
        case .badTagCount(let message): (400, "BadRequest", message)
        case .bucketAlreadyOwnedByYou:
            (
                409, "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it."
            )
        case .bucketNotEmpty(_, hasVersions: false):
            (409, "BucketNotEmpty", "The bucket you tried to delete is not empty")
        case .bucketNotEmpty(_, hasVersions: true):
            (
                409, "BucketNotEmpty",
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
            )
        case .conditionalRequestConflict:
            (
                409, "ConditionalRequestConflict",
                "The conditional request cannot succeed due to a conflicting operation against this resource."
            )
        case .configurationNotFound(let configuration, _):
            (404, configuration.absence.code, configuration.absence.message)
        case .copyOntoItself:
            (
                400, "InvalidRequest",
                "This copy request is illegal because it is trying to copy an object to itself without changing the "
                    + "object's metadata, storage class, website redirect location or encryption attributes."
            )
        case .destinationsNotFound:
            (400, "InvalidArgument", "Unable to validate the following destination configurations")
        case .entityTooLarge: (400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        case .entityTooSmall:
            (400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        case .illegalLocationConstraint(let region):
            (
                400, "IllegalLocationConstraintException",
                "The \(region) location constraint is incompatible for the region specific endpoint this request was "
                    + "sent to."
            )
        case .illegalVersioningConfiguration:
            (400, "IllegalVersioningConfigurationException", "The Versioning element must be specified")
        case .incompleteBody, .malformedChunks:
            (400, "IncompleteBody", "The request body terminated unexpectedly")
        case .invalidArgument(let message, _, _): (400, "InvalidArgument", message)
        case .invalidBucketACLWithObjectOwnership:
            (
                400, "InvalidBucketAclWithObjectOwnership",
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
            )
        case .invalidBucketOwner(let header, _):
            (400, "InvalidBucketOwnerAWSAccountID", "The value of the \(header) header must be an AWS account ID.")
        case .invalidBucketName: (400, "InvalidBucketName", "The specified bucket is not valid.")
        case .invalidDigest: (400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
        case .invalidLocationConstraint:
            (400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
        case .invalidObjectState(_, isCopySource: false):
            (403, "InvalidObjectState", "The operation is not valid for the object's storage class")
        case .invalidObjectState(_, isCopySource: true):
            (403, "InvalidObjectState", "Operation is not valid for the source object's storage class")
        case .invalidPart:
            (
                400, "InvalidPart",
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
                    + "specified entity tag may not match the part's entity tag."
            )
        case .invalidPartNumber: (416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
        case .invalidPartOrder:
            (
                400, "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number."
            )
        case .invalidRange: (416, "InvalidRange", "The requested range is not satisfiable")
        case .invalidRequest(let message): (400, "InvalidRequest", message)
        case .invalidStorageClass: (400, "InvalidStorageClass", "The storage class you specified is not valid")
        case .invalidTag(let message, _, _): (400, "InvalidTag", message)
        case .invalidURI: (400, "InvalidURI", "Couldn't parse the specified URI.")
        case .keyLeavesBucket: (400, "BadRequest", "Bad Request")
        case .keyTooLong: (400, "KeyTooLongError", "Your key is too long")
        case .malformedPolicy(let message): (400, "MalformedPolicy", message)
        case .malformedTrailer:
            (
                400, "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to our published "
                    + "schema."
            )
        case .malformedXML:
            (
                400, "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema"
            )
        case .metadataTooLarge:
            (400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
        case .markerIsNoObject, .methodNotAllowed:
            (405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        case .missingContentLength:
            (411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        case .missingRequestBody: (400, "MissingRequestBodyError", "Request Body is empty")
        case .noSuchBucket: (404, "NoSuchBucket", "The specified bucket does not exist")
        case .keyIsDeleted, .noSuchKey: (404, "NoSuchKey", "The specified key does not exist.")
        case .noSuchUpload:
            (
                404, "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                    + "aborted or completed."
            )
        case .noSuchVersion: (404, "NoSuchVersion", "The specified version does not exist.")
        case .overlappingNotifications(areFiltered: false):
            (
                400, "InvalidArgument",
                "Configurations overlap. Configurations on the same bucket cannot share a common event type."
            )
        case .overlappingNotifications(areFiltered: true):
            (
                400, "InvalidArgument",
                "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes "
                    + "are overlapping for the same event type."
            )
        case .preconditionFailed:
            (412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        case .sha256Mismatch:
            (
                400, "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed."
            )
        case .signatureDoesNotMatch:
            (
                403, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and "
                    + "signing method."
            )
        case .unsupportedHeader:
            (501, "NotImplemented", "A header you provided implies functionality that is not implemented")
        case .userKeyMissing: (400, "UserKeyMustBeSpecified", "User key must be specified.")
        }
    }
}

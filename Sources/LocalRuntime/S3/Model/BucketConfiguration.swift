/// The documents that hang on a bucket; each is named by the query parameter that reaches it.
enum BucketConfiguration: String, CaseIterable, Sendable {
    case accelerate
    case cors
    case encryption
    case lifecycle
    case logging
    case notification
    case objectLock = "object-lock"
    case ownershipControls
    case policy
    case publicAccessBlock
    case replication
    case requestPayment
    case tagging
    case website

    /// What S3 answers when there is no such document on the bucket.
    var absence: (code: String, message: String) {
        switch self {
        case .accelerate, .logging, .notification, .requestPayment:
            preconditionFailure("\(rawValue) is never absent: it has an answer for a bucket on which none was put")
        case .cors: ("NoSuchCORSConfiguration", "The CORS configuration does not exist")
        case .encryption:
            (
                "ServerSideEncryptionConfigurationNotFoundError",
                "The server side encryption configuration was not found"
            )
        case .lifecycle: ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
        case .objectLock:
            ("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket")
        case .ownershipControls:
            ("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
        case .policy: ("NoSuchBucketPolicy", "The bucket policy does not exist")
        case .publicAccessBlock:
            ("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
        case .replication:
            ("ReplicationConfigurationNotFoundError", "The replication configuration was not found")
        case .tagging: ("NoSuchTagSet", "The TagSet does not exist")
        case .website:
            ("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")
        }
    }
}

/// A document as it hangs on a bucket: XML, or JSON for a policy.
struct ConfigurationDocument: Sendable, Equatable {
    var text: String
    /// What a header field said beside it: `x-amz-transition-default-minimum-object-size` of a lifecycle.
    var header: String?
}

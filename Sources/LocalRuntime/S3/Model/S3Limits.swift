/// The limits of S3, in one place. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
package struct S3Limits: Sendable {
    var key_bytes = 1024
    var metadata_bytes = 2048
    /// Of one PutObject, UploadPart or copy.
    var singleUpload_bytes: Int64 = 5 << 30
    /// Of every part but the last.
    var smallestPart_bytes: Int64 = 5 << 20
    var partNumbers = 1...10_000
    var listPage = 1000
    var deleteBatch = 1000
    var objectTags = 10
    var bucketTags = 50
    /// XML bodies: the longest is CompleteMultipartUpload with 10,000 parts.
    var document_bytes = 4 << 20
    var policy_bytes = 20 << 10

    package static let aws = S3Limits()

    /// AWS's limits but for the least size of a part, so that tests need not move megabytes.
    package static func withParts(from smallestPart_bytes: Int64) -> S3Limits {
        var limits = S3Limits()
        limits.smallestPart_bytes = smallestPart_bytes
        return limits
    }
}

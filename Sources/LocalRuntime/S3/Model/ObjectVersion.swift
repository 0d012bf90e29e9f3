import EmulatorClock

/// One version of an object, without its bytes.
struct ObjectVersion: Sendable {
    let key: ObjectKey
    let versionID: VersionID
    let isLatest: Bool
    let isDeleteMarker: Bool
    let lastModified: Timestamp
    let size_bytes: Int64
    let etag: ETag
    let checksum: ObjectChecksum?
    let attributes: ObjectAttributes
    let tags: [Tag]
    /// Of an object that was uploaded in parts, in order.
    let parts: [PartSummary]
}

/// What is needed to store a version, but for its bytes.
struct NewObject: Sendable {
    var key: ObjectKey
    var size_bytes: Int64
    var etag: ETag
    var checksum: ObjectChecksum?
    var attributes = ObjectAttributes()
    var tags: [Tag] = []
    var parts: [PartSummary] = []
}

/// What stays known of a part once its upload is complete.
struct PartSummary: Sendable, Equatable {
    var number: Int
    var size_bytes: Int64
    /// In base64, of the upload's algorithm.
    var checksum: String?
}

/// What a client said about an object and gets back with it.
struct ObjectAttributes: Sendable, Equatable {
    /// The header fields that are kept as sent, in lower case, with what the object's default is where it has one.
    static let keptHeaders =
        overridableHeaders + [
            "x-amz-website-redirect-location", encryption, "\(encryption)-aws-kms-key-id",
            "\(encryption)-bucket-key-enabled",
        ]

    /// The header field of the encryption; those of its key begin with the same name.
    static let encryption = "x-amz-server-side-encryption"

    /// Those in whose place a read may ask for another value.
    static let overridableHeaders = [
        "cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires",
    ]

    var headers: [String: String] = [:]
    /// User metadata, without `x-amz-meta-`, in lower case.
    var metadata: [String: String] = [:]
    var storageClass = "STANDARD"

    static let defaultContentType = "binary/octet-stream"
}

/// A tag of a bucket or an object.
struct Tag: Sendable, Equatable {
    var key: String
    var value: String
}

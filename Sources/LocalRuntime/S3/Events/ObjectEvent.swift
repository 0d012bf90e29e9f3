import AWSProtocol
import EmulatorClock

/// The queues and functions of the emulator, to which buckets send their events.
package protocol ObjectEventTargets: Sendable {
    /// Whether there is a queue or a function of that ARN.
    func isThere(_ arn: String) async -> Bool

    /// Hands an event over, durably. What is thrown makes S3 try again later; the same event may come twice.
    ///
    /// - Parameter event: the JSON document: `Records`, or a test event.
    func deliver(_ event: String, to arn: String) async throws
}

/// Something that happened to an object.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
struct ObjectEvent: Sendable {
    /// The names as they stand in a record; in a configuration `s3:` goes before them.
    enum Kind: String, Sendable {
        case copied = "ObjectCreated:Copy"
        case put = "ObjectCreated:Put"
        case uploaded = "ObjectCreated:CompleteMultipartUpload"
        case deleted = "ObjectRemoved:Delete"
        case deleteMarkerCreated = "ObjectRemoved:DeleteMarkerCreated"
        case tagged = "ObjectTagging:Put"
        case untagged = "ObjectTagging:Delete"

        var isAboutTags: Bool { self == .tagged || self == .untagged }
    }

    let kind: Kind
    let key: ObjectKey
    let versionID: VersionID?
    let size_bytes: Int64?
    let etag: ETag?

    init(_ kind: Kind, _ key: ObjectKey, _ versionID: VersionID?, size_bytes: Int64? = nil, etag: ETag? = nil) {
        self.kind = kind
        self.key = key
        self.versionID = versionID
        self.size_bytes = size_bytes
        self.etag = etag
    }

    init(_ kind: Kind, _ version: ObjectVersion) {
        self.init(
            kind, version.key, version.versionID, size_bytes: kind.isAboutTags ? nil : version.size_bytes,
            etag: version.etag)
    }

    /// - Parameter sequencer: grows from event to event; of two events on a key the larger came later.
    func document(
        _ configurationID: String, in bucket: Bucket, by caller: S3Caller, at time: Timestamp, sequencer: Int64
    ) -> String {
        let principal: JSONValue = ["principalId": .string("AWS:\(caller.account)")]
        let record: JSONValue = [
            "eventVersion": kind.isAboutTags ? "2.3" : "2.1", "eventSource": "aws:s3",
            "awsRegion": .string(bucket.region), "eventTime": .string(time.rfc3339),
            "eventName": .string(kind.rawValue),
            "userIdentity": principal, "requestParameters": ["sourceIPAddress": "127.0.0.1"],
            "responseElements": [
                "x-amz-request-id": .string(caller.requestID), "x-amz-id-2": .string(S3Wire.hostID(caller.requestID)),
            ],
            "s3": [
                "s3SchemaVersion": "1.0", "configurationId": .string(configurationID),
                "bucket": [
                    "name": .string(bucket.name), "ownerIdentity": principal,
                    "arn": .string("arn:aws:s3:::\(bucket.name)"),
                ],
                "object": object(sequencer),
            ],
        ]
        return JSONValue.object(["Records": [record]]).text
    }

    private func object(_ sequencer: Int64) -> JSONValue {
        var object: JSONObject = ["key": .string(ListEncoding.url.text(key.text))]
        if let size_bytes { object.append("size", .integer(size_bytes)) }
        if let etag { object.append("eTag", .string(etag.value)) }
        if let versionID, versionID != .null { object.append("versionId", .string(versionID.wire)) }
        if !kind.isAboutTags {
            let digits = String(sequencer, radix: 16, uppercase: true)
            object.append("sequencer", .string(String(repeating: "0", count: 18 - digits.count) + digits))
        }
        return .object(object)
    }

    /// What a queue gets when it becomes the target of a bucket.
    static func test(for bucket: Bucket, by caller: S3Caller, at time: Timestamp) -> String {
        let event: JSONValue = [
            "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": .string(time.rfc3339),
            "Bucket": .string(bucket.name), "RequestId": .string(caller.requestID),
            "HostId": .string(S3Wire.hostID(caller.requestID)),
        ]
        return event.text
    }
}

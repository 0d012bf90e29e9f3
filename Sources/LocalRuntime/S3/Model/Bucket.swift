import EmulatorClock

/// Who calls, and from where.
struct S3Caller: Sendable {
    /// Twelve digits.
    var account: String
    var region: String
    /// Told in the events that the request causes.
    var requestID: String

    init(account: String = "000000000000", region: String = "us-east-1", requestID: String = "") {
        self.account = account
        self.region = region
        self.requestID = requestID
    }
}

/// A bucket. Names are unique within an account here, so that accounts can serve as separate worlds.
struct Bucket: Sendable {
    /// Absent in a bucket that never had versioning. https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
    enum Versioning: String, Sendable {
        case enabled = "Enabled"
        case suspended = "Suspended"
    }

    let id: Int64
    let account: String
    let name: String
    /// The region as its creator called it.
    let location: String
    let createdAt: Timestamp
    let versioning: Versioning?

    /// The first region of Europe has a second name, from when it was the only one there.
    var region: String { location == "EU" ? "eu-west-1" : location }
}

/// The rules for names of general purpose buckets.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
enum BucketName {
    static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        func isLetterOrDigit(_ byte: UInt8) -> Bool { 97...122 ~= byte || 48...57 ~= byte }
        guard 3...63 ~= bytes.count, bytes.allSatisfy({ isLetterOrDigit($0) || $0 == 45 || $0 == 46 }),
            isLetterOrDigit(bytes[0]), isLetterOrDigit(bytes[bytes.count - 1]), !name.contains("..")
        else { return false }
        return !isAddress(name) && !reservedPrefixes.contains(where: name.hasPrefix)
            && !reservedSuffixes.contains(where: name.hasSuffix)
    }

    private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
    private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

    private static func isAddress(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { part in part.utf8.allSatisfy { 48...57 ~= $0 } }
    }
}

import AWSProtocol
import GRDB

extension S3Service {
    private static let encryption = ObjectAttributes.encryption

    /// Gives an object for which the client named no encryption what the bucket has by default, and its key its full
    /// name. Nothing is encrypted here: clients only see what S3 would tell them.
    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
    static func encryptByDefault(_ attributes: inout ObjectAttributes, in bucket: Bucket, _ db: Database) throws {
        if attributes.headers[encryption] == nil { try takeDefault(&attributes, of: bucket, db) }
        guard attributes.headers[encryption]?.hasPrefix("aws:kms") == true else { return }
        let name = "\(encryption)-aws-kms-key-id"
        attributes.headers[name] = key(attributes.headers[name], of: bucket)
    }

    private static func takeDefault(_ attributes: inout ObjectAttributes, of bucket: Bucket, _ db: Database) throws {
        guard let document = try S3Store.configuration(.encryption, of: bucket, db),
            let rule = try XMLReader.read(Array(document.text.utf8))["Rule"],
            let byDefault = rule["ApplyServerSideEncryptionByDefault"],
            let algorithm = byDefault.text(of: "SSEAlgorithm"), algorithm != "AES256"
        else { return }
        attributes.headers[encryption] = algorithm
        attributes.headers["\(encryption)-aws-kms-key-id"] = byDefault.text(of: "KMSMasterKeyID")
        if rule.text(of: "BucketKeyEnabled") == "true" {
            attributes.headers["\(encryption)-bucket-key-enabled"] = "true"
        }
    }

    /// A key by its ARN; where none is named it is the one that AWS manages for S3, the same for a whole region.
    private static func key(_ name: String?, of bucket: Bucket) -> String {
        if let name, name.contains(":") || name.hasPrefix("alias/") { return name }
        let place = "arn:aws:kms:\(bucket.region):\(bucket.account):key/"
        if let name { return place + name }
        let digits = Array(Hex.encode(Digest.of(Array(place.utf8), .sha256)))
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return place + groups.joined(separator: "-")
    }
}

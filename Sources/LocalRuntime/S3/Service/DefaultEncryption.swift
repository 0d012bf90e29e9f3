import GRDB

extension S3Service {
    /// Gives an object for which the client named no encryption what the bucket has by default. Nothing is encrypted
    /// here: clients only see what S3 would tell them.
    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
    static func encryptByDefault(_ attributes: inout ObjectAttributes, in bucket: Bucket, _ db: Database) throws {
        let name = "x-amz-server-side-encryption"
        guard attributes.headers[name] == nil,
            let document = try S3Store.configuration(.encryption, of: bucket, db),
            let rule = try XMLReader.read(Array(document.text.utf8))["Rule"],
            let byDefault = rule["ApplyServerSideEncryptionByDefault"],
            let algorithm = byDefault.text(of: "SSEAlgorithm"), algorithm != "AES256"
        else { return }
        attributes.headers[name] = algorithm
        attributes.headers["\(name)-aws-kms-key-id"] = byDefault.text(of: "KMSMasterKeyID")
        if rule.text(of: "BucketKeyEnabled") == "true" { attributes.headers["\(name)-bucket-key-enabled"] = "true" }
    }
}

import AWSProtocol

/// What S3 has on buckets for which nobody asked for anything.
extension BucketConfiguration {
    /// Put on every new bucket; it can be deleted.
    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    var ofNewBuckets: ConfigurationDocument? {
        switch self {
        case .ownershipControls:
            ConfigurationDocument(
                .document(
                    "OwnershipControls",
                    [XMLElement("Rule", [XMLElement("ObjectOwnership", "BucketOwnerEnforced")])]))
        case .publicAccessBlock:
            ConfigurationDocument(
                .document(
                    "PublicAccessBlockConfiguration",
                    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
                        .map { XMLElement($0, "true") }))
        default: nil
        }
    }

    /// Answered where nothing was put, or where it was deleted; nil where that is an error.
    var inAbsence: ConfigurationDocument? {
        switch self {
        case .accelerate: ConfigurationDocument(.document("AccelerateConfiguration", []))
        case .encryption: ConfigurationDocument(Self.encryptionByDefault)
        case .logging: ConfigurationDocument(.document("BucketLoggingStatus", []))
        case .notification: ConfigurationDocument(.document("NotificationConfiguration", []))
        case .requestPayment:
            ConfigurationDocument(
                .document("RequestPaymentConfiguration", [XMLElement("Payer", "BucketOwner")]))
        default: nil
        }
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
    private static let encryptionByDefault = XMLElement.document(
        "ServerSideEncryptionConfiguration",
        [
            XMLElement(
                "Rule",
                [
                    XMLElement("ApplyServerSideEncryptionByDefault", [XMLElement("SSEAlgorithm", "AES256")]),
                    XMLElement("BucketKeyEnabled", "false"),
                ])
        ])
}

extension ConfigurationDocument {
    init(_ element: XMLElement) {
        self.init(text: String(decoding: element.document, as: UTF8.self))
    }
}

/// S3's documents bear this namespace.
extension XMLElement {
    static func document(_ name: String, _ children: [XMLElement]) -> XMLElement {
        XMLElement(name, attributes: [("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/")], children)
    }
}

/// Which of S3's operations a request means: told by its method, by what it is about, and by the query parameter that
/// names a part of that. All names of S3 are here, so that what is not emulated is refused by its own name.
enum S3Routing {
    /// The operation's name; nil when S3 has none for such a request.
    static func operation(
        method: String, target: S3Target, query: Set<String>, isCopy: Bool
    ) -> String? {
        if target.key != nil { return objectOperation(method, query, isCopy) }
        if target.bucket != nil { return bucketOperation(method, query) }
        return method == "GET" ? "ListBuckets" : nil
    }

    /// The parameters of a query by which operations are told apart. `list-type` is the one whose value counts.
    static func parameters(of query: [String: String]) -> Set<String> {
        Set(query.keys).subtracting(query["list-type"] == "2" ? [] : ["list-type"])
    }

    private static func objectOperation(_ method: String, _ query: Set<String>, _ isCopy: Bool) -> String? {
        for (parameter, operations) in objectParts where query.contains(parameter) {
            let isOneOfMany = query.contains("annotationName") && operations["GET one"] != nil
            return operations[method == "GET" && isOneOfMany ? "GET one" : method]
        }
        if query.contains("uploadId") {
            switch method {
            case "PUT": return isCopy ? "UploadPartCopy" : "UploadPart"
            case "POST": return "CompleteMultipartUpload"
            case "GET": return "ListParts"
            case "DELETE": return "AbortMultipartUpload"
            default: break
            }
        }
        return switch method {
        case "GET": "GetObject"
        case "HEAD": "HeadObject"
        case "PUT": isCopy ? "CopyObject" : "PutObject"
        case "DELETE": "DeleteObject"
        default: nil
        }
    }

    private static func bucketOperation(_ method: String, _ query: Set<String>) -> String? {
        for (parameter, operations) in bucketParts where query.contains(parameter) {
            let isOneOfMany = query.contains("id") && operations["GET one"] != nil
            return operations[method == "GET" && isOneOfMany ? "GET one" : method]
        }
        return switch method {
        case "GET": query.contains("list-type") ? "ListObjectsV2" : "ListObjects"
        case "HEAD": "HeadBucket"
        case "PUT": "CreateBucket"
        case "DELETE": "DeleteBucket"
        case "POST": "PostObject"
        default: nil
        }
    }

    static let objectParts: [(parameter: String, operations: [String: String])] = [
        ("acl", ["GET": "GetObjectAcl", "PUT": "PutObjectAcl"]),
        (
            "annotation",
            [
                "GET": "ListObjectAnnotations", "GET one": "GetObjectAnnotation", "PUT": "PutObjectAnnotation",
                "DELETE": "DeleteObjectAnnotation",
            ]
        ),
        ("attributes", ["GET": "GetObjectAttributes"]),
        ("encryption", ["PUT": "UpdateObjectEncryption"]),
        ("legal-hold", ["GET": "GetObjectLegalHold", "PUT": "PutObjectLegalHold"]),
        ("renameObject", ["PUT": "RenameObject"]),
        ("restore", ["POST": "RestoreObject"]),
        ("retention", ["GET": "GetObjectRetention", "PUT": "PutObjectRetention"]),
        ("select", ["POST": "SelectObjectContent"]),
        ("tagging", ["GET": "GetObjectTagging", "PUT": "PutObjectTagging", "DELETE": "DeleteObjectTagging"]),
        ("torrent", ["GET": "GetObjectTorrent"]),
        ("uploads", ["POST": "CreateMultipartUpload"]),
    ]

    static let bucketParts: [(parameter: String, operations: [String: String])] = [
        ("abac", configuration("BucketAbac", "GET PUT")),
        ("accelerate", configuration("BucketAccelerateConfiguration", "GET PUT")),
        ("acl", configuration("BucketAcl", "GET PUT")),
        ("analytics", many("BucketAnalyticsConfiguration")),
        ("cors", configuration("BucketCors", "GET PUT DELETE")),
        ("delete", ["POST": "DeleteObjects"]),
        ("encryption", configuration("BucketEncryption", "GET PUT DELETE")),
        ("intelligent-tiering", many("BucketIntelligentTieringConfiguration")),
        ("inventory", many("BucketInventoryConfiguration")),
        (
            "lifecycle",
            [
                "GET": "GetBucketLifecycleConfiguration", "PUT": "PutBucketLifecycleConfiguration",
                "DELETE": "DeleteBucketLifecycle",
            ]
        ),
        ("location", ["GET": "GetBucketLocation"]),
        ("logging", configuration("BucketLogging", "GET PUT")),
        ("metadataAnnotationTable", ["PUT": "UpdateBucketMetadataAnnotationTableConfiguration"]),
        ("metadataConfiguration", metadata("BucketMetadataConfiguration")),
        ("metadataInventoryTable", ["PUT": "UpdateBucketMetadataInventoryTableConfiguration"]),
        ("metadataJournalTable", ["PUT": "UpdateBucketMetadataJournalTableConfiguration"]),
        ("metadataTable", metadata("BucketMetadataTableConfiguration")),
        ("metrics", many("BucketMetricsConfiguration")),
        ("notification", configuration("BucketNotificationConfiguration", "GET PUT")),
        ("object-lock", configuration("ObjectLockConfiguration", "GET PUT")),
        ("ownershipControls", configuration("BucketOwnershipControls", "GET PUT DELETE")),
        ("policy", configuration("BucketPolicy", "GET PUT DELETE")),
        ("policyStatus", ["GET": "GetBucketPolicyStatus"]),
        ("publicAccessBlock", configuration("PublicAccessBlock", "GET PUT DELETE")),
        ("replication", configuration("BucketReplication", "GET PUT DELETE")),
        ("requestPayment", configuration("BucketRequestPayment", "GET PUT")),
        ("session", ["GET": "CreateSession"]),
        ("tagging", configuration("BucketTagging", "GET PUT DELETE")),
        ("uploads", ["GET": "ListMultipartUploads"]),
        ("versioning", configuration("BucketVersioning", "GET PUT")),
        ("versions", ["GET": "ListObjectVersions"]),
        ("website", configuration("BucketWebsite", "GET PUT DELETE")),
    ]

    /// `GetX`, `PutX`, `DeleteX`.
    private static func configuration(_ name: String, _ methods: String) -> [String: String] {
        let verbs = ["GET": "Get", "PUT": "Put", "DELETE": "Delete"]
        return verbs.filter { methods.split(separator: " ").contains($0.key[...]) }.mapValues { $0 + name }
    }

    /// A configuration of which a bucket has several, told apart by `id`.
    private static func many(_ name: String) -> [String: String] {
        ["GET": "List\(name)s", "GET one": "Get\(name)", "PUT": "Put\(name)", "DELETE": "Delete\(name)"]
    }

    private static func metadata(_ name: String) -> [String: String] {
        ["GET": "Get\(name)", "POST": "Create\(name)", "DELETE": "Delete\(name)"]
    }
}

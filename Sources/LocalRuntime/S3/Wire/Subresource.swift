/// The part of a bucket or an object that a query names, if it names any. S3 refuses two at once, and every method that
/// a part does not have by the part's own type.
struct Subresource {
    private let isOfObject: Bool
    private let method: String
    private let query: [String: String]
    /// In the order in which S3 names them.
    private let names: [String]

    init(of target: S3Target, _ query: [String: String], method: String) {
        self.query = query
        self.method = method
        isOfObject = target.key != nil
        guard target.bucket != nil else {
            names = []
            type = "SERVICE"
            return
        }
        let types = isOfObject ? Self.objectTypes : Self.bucketTypes
        var names = query.keys.filter { types[$0] != nil }
        if query["partNumber"] != nil, !isOfObject || !names.isEmpty { names.append("partNumber") }
        if query["annotationName"] != nil, isOfObject, query["annotation"] == nil { names.append("annotationName") }
        if Set(names) == ["partNumber", "uploadId"] { names = ["PART"] }
        self.names = names.sorted()
        type = names.first.map { types[$0] ?? $0 } ?? (isOfObject ? "OBJECT" : "BUCKET")
    }

    /// What S3 calls it where it refuses a method.
    let type: String

    /// The refusal of the method, with those that there are in S3's order.
    var notAllowed: S3Error {
        let operations = isOfObject ? S3Routing.objectParts : S3Routing.bucketParts
        let some = names.first.map { name in operations.first { $0.parameter == name }?.operations ?? [:] }
        let allowed = ["HEAD", "DELETE", "POST", "GET", "PUT"].filter { method in
            switch (names.first, type) {
            case (nil, "SERVICE"): method == "GET"
            case (nil, "BUCKET"): true
            case (nil, _): method != "POST"
            case ("uploadId", _): isOfObject && !["HEAD", "PUT"].contains(method)
            case ("PART", _): method == "PUT"
            default: some?[method] != nil
            }
        }
        return .methodNotAllowed(method, resourceType: type, allowed: allowed)
    }

    /// - Throws: the refusals of queries that no operation answers.
    func check() throws(S3Error) {
        guard names.count < 2 else {
            throw .invalidArgument(
                "Conflicting query string parameters: \(names.joined(separator: ", "))", name: "ResourceType",
                value: names[0])
        }
        if isOfObject { try checkOfObject() } else { try checkOfBucket() }
    }

    private func checkOfObject() throws(S3Error) {
        switch (names.first, method) {
        case ("annotationName", _):
            throw .invalidArgument(
                "Unexpected query string parameter", name: "ResourceType", value: "annotationName")
        case ("uploads", "GET"):
            try checkHasNoVersion()
            throw .invalidRequest("Key is not expected for the GET method ?uploads subresource")
        case ("uploadId", "GET"): try checkHasNoVersion()
        case ("PART", "PUT"): break
        case ("PART", _), ("delete", _): throw notAllowed
        default: break
        }
    }

    private func checkOfBucket() throws(S3Error) {
        switch (names.first, method) {
        case ("partNumber", _): throw .invalidRequest("Object must have a valid key name.")
        case ("uploadId", "GET"), ("uploadId", "POST"), ("uploadId", "DELETE"):
            throw .invalidRequest("A key must be specified")
        case ("restore", "POST"): throw .userKeyMissing
        case ("PART", _), ("uploadId", _), ("restore", _), ("torrent", _):
            throw notAllowed
        case ("acl", "GET"), ("acl", "HEAD"), ("acl", "PUT"):
            try checkHasNoVersion("Invalid version id specified")
        case (nil, "POST"): break
        default: try checkHasNoVersion()
        }
    }

    private func checkHasNoVersion(
        _ message: String = "This operation does not accept a version-id."
    ) throws(S3Error) {
        guard let version = query["versionId"] else { return }
        throw .invalidArgument(message, name: "versionId", value: version)
    }

    private static let bucketTypes = [
        "abac": "BUCKET_ABAC", "accelerate": "ACCELERATE", "acl": "ACL", "analytics": "ANALYTICS", "cors": "CORS",
        "delete": "MULTI_OBJECT_DELETE", "encryption": "ENCRYPTION", "intelligent-tiering": "INTELLIGENT_TIERING",
        "inventory": "INVENTORY", "lifecycle": "LIFECYCLE", "location": "LOCATION", "logging": "LOGGING_STATUS",
        "metadataAnnotationTable": "BUCKET_METADATA_ANNOTATION_TABLE_CONFIGURATION",
        "metadataConfiguration": "BUCKET_METADATA_CONFIGURATION",
        "metadataInventoryTable": "BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION",
        "metadataJournalTable": "BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION",
        "metadataTable": "BUCKET_METADATA_TABLE_CONFIGURATION", "metrics": "METRICS", "notification": "NOTIFICATION",
        "object-lock": "OBJECT_LOCK_CONFIGURATION", "ownershipControls": "OWNERSHIP_CONTROLS",
        "policy": "BUCKETPOLICY", "policyStatus": "POLICY_STATUS", "publicAccessBlock": "PUBLIC_ACCESS_BLOCK",
        "replication": "REPLICATION", "requestPayment": "REQUEST_PAYMENT", "restore": "RESTORE", "tagging": "TAGGING",
        "torrent": "TORRENT", "uploadId": "UPLOAD", "uploads": "UPLOADS", "versioning": "VERSIONING",
        "versions": "BUCKETVERSIONS", "website": "WEBSITE",
    ]

    private static let objectTypes = [
        "acl": "ACL", "annotation": "OBJECT_ANNOTATIONS", "attributes": "OBJECT_ATTRIBUTES",
        "delete": "MULTI_OBJECT_DELETE", "encryption": "OBJECT_ENCRYPTION", "legal-hold": "OBJECT_LOCK_LEGALHOLD",
        "restore": "RESTORE", "retention": "OBJECT_LOCK_RETENTION", "select": "SELECT", "tagging": "OBJECT_TAGGING",
        "torrent": "TORRENT", "uploadId": "UPLOAD", "uploads": "UPLOADS",
    ]
}

extension [(name: String, value: String)] {
    /// The values by their names. Where S3 finds a name twice, it reads the first.
    var byName: [String: String] {
        Dictionary(map { ($0.name, $0.value) }) { first, _ in first }
    }
}

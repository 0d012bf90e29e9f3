import AWSProtocol
import EmulatorClock

/// CreateBucket, HeadBucket, ListBuckets, DeleteBucket, GetBucketLocation, versioning and access control lists.
extension S3Wire {
    func createBucket(_ name: String) async throws -> HTTPResponse {
        try checkACLName()
        let ownership = try objectOwnership()
        if let acl = header("x-amz-acl"), acl != "private" {
            guard let ownership, ownership != "BucketOwnerEnforced" else {
                throw S3Error.invalidBucketACLWithObjectOwnership
            }
            throw NotImplemented("the access control list \(acl)")
        }
        let document = try await createBucketConfiguration()
        let tags = try document.flatMap(tagging)
        let isNew = try await service.createBucket(
            name, caller, locationConstraint: document?.text(of: "LocationConstraint"))
        if let tags, !isNew, (try? await service.configuration(.tagging, of: name, caller))?.text != tags.text {
            throw S3Error.bucketAlreadyOwnedByYou(name)
        }
        if let ownership {
            let rule = XMLNode(name: "Rule", children: [XMLNode(name: "ObjectOwnership", text: ownership)])
            try await putConfiguration(
                .ownershipControls, XMLNode(name: "OwnershipControls", children: [rule]), on: name)
        }
        if let tags { try await service.setConfiguration(.tagging, to: tags, on: name, caller) }
        let location = caller.region == "us-east-1" ? "/\(name)" : "http://\(name).s3.amazonaws.com/"
        return HTTPResponse(headers: ["Location": location, "x-amz-bucket-arn": "arn:aws:s3:::\(name)"])
    }

    /// The tags of a CreateBucket, checked; nil when there are none.
    private func tagging(_ document: XMLNode) throws -> ConfigurationDocument? {
        guard let tags = document["Tags"], !tags.children.isEmpty else { return nil }
        let node = XMLNode(name: "Tagging", children: [XMLNode(name: "TagSet", children: tags.children)])
        return ConfigurationDocument(try ConfigurationRules(kind: .tagging, limits: service.limits).checked(node))
    }

    private func objectOwnership() throws(S3Error) -> String? {
        let name = "x-amz-object-ownership"
        guard let ownership = header(name) else { return nil }
        guard ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"].contains(ownership) else {
            throw .invalidArgument("Invalid \(name) header: \(ownership)", name: name, value: nil)
        }
        return ownership
    }

    /// The document of CreateBucket, which may be left out.
    private func createBucketConfiguration() async throws -> XMLNode? {
        let expected = try payloadExpectations(limit_bytes: Int64(service.limits.document_bytes))
        let bytes = try await PayloadReader.collect(request.http.body, expected)
        guard !bytes.isEmpty else { return nil }
        let document = try XMLReader.read(bytes)
        guard document.name == "CreateBucketConfiguration" else { throw S3Error.malformedXML }
        for name in ["Location", "Bucket"] where document[name] != nil {
            throw NotImplemented("directory buckets (\(name) of CreateBucketConfiguration)")
        }
        return document
    }

    func headBucket(_ name: String) async throws -> HTTPResponse {
        let bucket = try await service.bucket(name, caller)
        return HTTPResponse(
            headers: [
                "x-amz-bucket-region": bucket.region, "x-amz-access-point-alias": "false",
                "x-amz-bucket-arn": "arn:aws:s3:::\(name)", "Content-Type": "application/xml",
            ], body: .absent(length: 0))
    }

    func listBuckets() async throws -> HTTPResponse {
        let limit = try BucketPage.limit(query["max-buckets"])
        try BucketPage.check(region: query["bucket-region"])
        let buckets = try await service.listBuckets(caller)
        let page = try BucketPage(
            buckets, prefix: query["prefix"], region: query["bucket-region"], token: query["continuation-token"],
            limit: limit)
        let showsRegion = ["prefix", "bucket-region", "continuation-token", "max-buckets"].contains { query[$0] != nil }
        var elements = [
            owner,
            XMLElement(
                "Buckets",
                page.buckets.map { bucket in
                    var children = [
                        XMLElement("Name", bucket.name), XMLElement("CreationDate", bucket.createdAt.wholeSeconds),
                    ]
                    if showsRegion {
                        children.append(XMLElement("BucketRegion", bucket.region))
                    }
                    children.append(XMLElement("BucketArn", "arn:aws:s3:::\(bucket.name)"))
                    return XMLElement("Bucket", children)
                }),
        ]
        if let prefix = query["prefix"] { elements.append(XMLElement("Prefix", prefix)) }
        if let token = page.nextToken { elements.append(XMLElement("ContinuationToken", token)) }
        return .xml(.document("ListAllMyBucketsResult", elements))
    }

    func deleteBucket(_ name: String) async throws -> HTTPResponse {
        try await service.deleteBucket(name, caller)
        return .noContent
    }

    /// The oldest region is shown as nothing. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    func getBucketLocation(_ name: String) async throws -> HTTPResponse {
        let location = try await service.bucket(name, caller).location
        return .xml(
            XMLElement(
                "LocationConstraint", location == "us-east-1" ? "" : location,
                attributes: [("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/")]))
    }

    func getBucketVersioning(_ name: String) async throws -> HTTPResponse {
        let versioning = try await service.bucket(name, caller).versioning
        return .xml(
            .document("VersioningConfiguration", versioning.map { [XMLElement("Status", $0.rawValue)] } ?? []))
    }

    func putBucketVersioning(_ name: String) async throws -> HTTPResponse {
        let document = try await document("VersioningConfiguration")
        if document.text(of: "MfaDelete") == "Enabled" { throw NotImplemented("MfaDelete of PutBucketVersioning") }
        guard let status = document.text(of: "Status") else { throw S3Error.illegalVersioningConfiguration }
        guard let versioning = Bucket.Versioning(rawValue: status) else { throw S3Error.malformedXML }
        try await service.setVersioning(versioning, on: name, caller)
        return HTTPResponse()
    }

    func getBucketACL(_ name: String) async throws -> HTTPResponse {
        _ = try await service.bucket(name, caller)
        return .xml(accessControlPolicy)
    }

    func getObjectACL(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        _ = try await service.headObject(key, try versionID(), in: bucket, caller, method: "GET")
        return .xml(accessControlPolicy)
    }

    /// The one list there is while Object Ownership leaves everything with the owner.
    private var accessControlPolicy: XMLElement {
        let grantee = XMLElement(
            "Grantee",
            attributes: [
                ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"), ("xsi:type", "CanonicalUser"),
            ], [XMLElement("ID", ownerID)])
        let grant = XMLElement("Grant", [grantee, XMLElement("Permission", "FULL_CONTROL")])
        return .document("AccessControlPolicy", [owner, XMLElement("AccessControlList", [grant])])
    }

    var owner: XMLElement { XMLElement("Owner", [XMLElement("ID", ownerID)]) }

    /// The canonical user id of the account: 64 hex digits.
    var ownerID: String { Hex.encode(Digest.of(Array(caller.account.utf8), .sha256)) }
}

/// A page of ListBuckets. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
struct BucketPage {
    let buckets: [Bucket]
    let nextToken: String?

    static func limit(_ text: String?) throws(S3Error) -> Int? {
        guard let limit = try S3Wire.listInteger(text, "max-buckets") else { return nil }
        guard 1...10_000 ~= limit else {
            throw .invalidArgument(
                "Argument max-buckets must be an integer between 1 and 10000", name: "max-buckets",
                value: String(limit))
        }
        return limit
    }

    static func check(region: String?) throws(S3Error) {
        guard let region, !Region.isKnown(region) else { return }
        throw .invalidArgument(
            "Argument value \(region) is not a valid AWS Region", name: "bucket-region", value: nil)
    }

    init(_ all: [Bucket], prefix: String?, region: String?, token: String?, limit: Int?) throws(S3Error) {
        var left = all.filter { bucket in
            (prefix.map { bucket.name.hasPrefix($0) } ?? true) && (region.map { bucket.region == $0 } ?? true)
        }
        if let token {
            guard let bytes = Base64.decode(token), let last = String(validating: bytes, as: UTF8.self) else {
                throw .incorrectContinuationToken
            }
            left.removeAll { $0.name <= last }
        }
        buckets = Array(left.prefix(limit ?? 10_000))
        nextToken = buckets.count < left.count ? buckets.last.map { Base64.encode(Array($0.name.utf8)) } : nil
    }
}

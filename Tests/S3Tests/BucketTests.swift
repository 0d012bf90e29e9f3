import AWSProtocol
import Foundation
import Testing

@testable import S3

@Suite struct `Buckets` {
    @Test func `are made, found, listed and deleted`() async throws {
        let world = try World()
        #expect(await world.send("PUT", "/lake").headers["location"] == "/lake")
        #expect(await world.send("PUT", "/lake").status == 200)
        #expect(await world.send("HEAD", "/lake").headers["x-amz-bucket-region"] == "us-east-1")
        await world.send("PUT", "/another")
        let list = try await world.send("GET", "/").document
        #expect(list["Buckets"]?.all("Bucket").map { $0.text(of: "Name") } == ["another", "lake"])
        #expect(list["Buckets"]?.children[0].text(of: "CreationDate") == "2026-03-01T12:00:00.000Z")
        #expect(await world.send("GET", "/lake?location").text.contains("<LocationConstraint xmlns="))
        await world.send("PUT", "/lake/k", "x")
        #expect(await world.send("DELETE", "/lake").refusal == "409 BucketNotEmpty")
        await world.send("DELETE", "/lake/k")
        #expect(await world.send("DELETE", "/lake").status == 204)
        #expect(await world.send("HEAD", "/lake").status == 404)
        #expect(await world.send("DELETE", "/lake").refusal == "404 NoSuchBucket")
        #expect(await world.send("PUT", "/No").refusal == "400 InvalidBucketName")
    }

    @Test func `lie where their document says`() async throws {
        let world = try World()
        func document(_ region: String) -> String {
            "<CreateBucketConfiguration><LocationConstraint>\(region)</LocationConstraint></CreateBucketConfiguration>"
        }
        #expect(await world.send("PUT", "/lake", document("sa-east-1")).status == 200)
        #expect(await world.send("GET", "/lake?location").text.hasSuffix(">sa-east-1</LocationConstraint>"))
        #expect(await world.send("PUT", "/lake", document("sa-east-1")).refusal == "409 BucketAlreadyOwnedByYou")
        #expect(await world.send("PUT", "/other", document("us-east-1")).refusal == "400 InvalidLocationConstraint")
        #expect(await world.send("PUT", "/other", "<Other/>").refusal == "400 MalformedXML")
    }

    @Test func `are listed page by page`() async throws {
        let world = try World()
        for name in ["aaa", "bbb", "bbc"] { await world.send("PUT", "/\(name)") }
        let first = try await world.send("GET", "/?max-buckets=2").document
        #expect(first["Buckets"]?.children.count == 2)
        let token = PercentEncoding.encode(try #require(first.text(of: "ContinuationToken")))
        let second = try await world.send("GET", "/?max-buckets=2&continuation-token=\(token)").document
        #expect(second["Buckets"]?.children.map { $0.text(of: "Name") } == ["bbc"])
        let some = try await world.send("GET", "/?prefix=bb").document
        #expect(some["Buckets"]?.children.count == 2)
        #expect(await world.send("GET", "/?max-buckets=0").refusal == "400 InvalidArgument")
    }

    @Test(arguments: [
        ("policy", "404 NoSuchBucketPolicy"), ("tagging", "404 NoSuchTagSet"),
        ("lifecycle", "404 NoSuchLifecycleConfiguration"), ("cors", "404 NoSuchCORSConfiguration"),
        ("website", "404 NoSuchWebsiteConfiguration"), ("replication", "404 ReplicationConfigurationNotFoundError"),
        ("object-lock", "404 ObjectLockConfigurationNotFoundError"),
    ])
    func `answer for a document they lack with its own code`(parameter: String, code: String) async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        #expect(await world.send("GET", "/lake?\(parameter)").refusal == code)
    }

    @Test(arguments: [
        ("accelerate", "AccelerateConfiguration"), ("logging", "BucketLoggingStatus"), ("acl", "AccessControlPolicy"),
        ("requestPayment", "RequestPaymentConfiguration"), ("versioning", "VersioningConfiguration"),
        ("notification", "NotificationConfiguration"), ("encryption", "ServerSideEncryptionConfiguration"),
        ("ownershipControls", "OwnershipControls"), ("publicAccessBlock", "PublicAccessBlockConfiguration"),
    ])
    func `have these documents from the start`(parameter: String, root: String) async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        let response = await world.send("GET", "/lake?\(parameter)")
        #expect(response.status == 200)
        #expect(try response.document.name == root)
    }

    private static let rule =
        "<Rule><ID>r</ID><Status>Enabled</Status><Filter><Prefix>a/</Prefix></Filter>"
        + "<Expiration><Days>1</Days></Expiration></Rule>"
    private static let queue =
        "<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-east-1:000000000000:q</Queue>"
        + "<Event>s3:ObjectCreated:*</Event></QueueConfiguration>"

    @Test(
        arguments: [
            ("lifecycle", "LifecycleConfiguration", rule),
            (
                "encryption", "ServerSideEncryptionConfiguration",
                "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>"
                    + "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>"
            ),
            (
                "publicAccessBlock", "PublicAccessBlockConfiguration",
                "<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>"
                    + "<BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>"
            ),
            ("ownershipControls", "OwnershipControls", "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>"),
            ("tagging", "Tagging", "<TagSet><Tag><Key>a</Key><Value>b + ç</Value></Tag></TagSet>"),
            ("notification", "NotificationConfiguration", queue),
        ].map { $0 })
    func `give a document back as it was put`(parameter: String, root: String, content: String) async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        let sent = "<?xml version=\"1.0\"?>\n<\(root) >\n\(content)</\(root)>"
        #expect([200, 204].contains(await world.send("PUT", "/lake?\(parameter)", sent).status))
        let answer = await world.send("GET", "/lake?\(parameter)").text
        #expect(answer.hasSuffix("<\(root) xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(content)</\(root)>"))
        #expect(await world.send("PUT", "/lake?\(parameter)", "<Other/>").refusal == "400 MalformedXML")
    }

    @Test(arguments: ["encryption", "lifecycle", "ownershipControls", "policy", "publicAccessBlock", "tagging"])
    func `lose a document that is deleted`(parameter: String) async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        #expect(await world.send("DELETE", "/lake?\(parameter)").status == 204)
        let expected = parameter == "encryption" ? 200 : 404
        #expect(await world.send("GET", "/lake?\(parameter)").status == expected)
    }

    @Test func `keep a lifecycle's least size for transitions beside it`() async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        let name = "x-amz-transition-default-minimum-object-size"
        let document = "<LifecycleConfiguration>\(Self.rule)</LifecycleConfiguration>"
        let put = await world.send("PUT", "/lake?lifecycle", headers: [name: "varies_by_storage_class"], document)
        #expect(put.headers[name] == "varies_by_storage_class")
        #expect(await world.send("GET", "/lake?lifecycle").headers[name] == "varies_by_storage_class")
        await world.send("PUT", "/lake?lifecycle", document)
        #expect(await world.send("GET", "/lake?lifecycle").headers[name] == "all_storage_classes_128K")
    }

    @Test func `take a policy that is JSON`() async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        let policy = #"""
            { "Statement": { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::lake/*" } }
            """#
        #expect(await world.send("PUT", "/lake?policy", policy).status == 204)
        #expect(await world.send("GET", "/lake?policy").text == policy)
        #expect(await world.send("PUT", "/lake?policy", "no").refusal == "400 MalformedPolicy")
        #expect(await world.send("PUT", "/lake?policy", "{}").text.contains("Missing required field Statement"))
    }

    @Test(arguments: [
        ("<Rule><Status>On</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule>", "400 MalformedXML"),
        ("<Rule><Status>Enabled</Status><Filter/></Rule>", "400 InvalidRequest"),
        (
            "<Rule><Status>Enabled</Status><Filter/><Expiration><Days>0</Days></Expiration></Rule>",
            "400 InvalidArgument"
        ),
        (rule + rule, "400 InvalidArgument"), ("", "400 MalformedXML"),
    ])
    func `refuse a lifecycle that S3 would not keep`(rules: String, code: String) async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        let document = "<LifecycleConfiguration>\(rules)</LifecycleConfiguration>"
        #expect(await world.send("PUT", "/lake?lifecycle", document).refusal == code)
    }
}

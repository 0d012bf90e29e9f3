import AWSProtocol
import EmulatorClock
import Testing

@testable import S3

@Suite struct `Version ids` {
    @Test(arguments: [1, 2, 3, 1000, 4_000_000_000, Int64.max])
    func `hide a version's place and give it back`(sequence: Int64) {
        let id = VersionID.sequence(sequence)
        #expect(id.wire.utf8.count == 32)
        #expect(VersionID(wire: id.wire) == id)
    }

    @Test(arguments: ["", "null ", "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD", String(repeating: "A", count: 32), "ü"])
    func `that nobody gave out are told apart`(text: String) {
        #expect(VersionID(wire: text) == nil)
    }

    @Test func `of an object without one are null`() {
        #expect(VersionID(wire: "null") == .null)
        #expect(VersionID.null.wire == "null")
    }
}

@Suite struct `Bucket names` {
    @Test(arguments: ["abc", "a-b.c", "123", String(repeating: "a", count: 63), "1.2.3"])
    func `of letters, digits, hyphens and dots are valid`(name: String) {
        #expect(BucketName.isValid(name))
    }

    @Test(arguments: [
        "ab", "Abc", "a_b", "-ab", "ab-", ".ab", "a..b", "192.168.0.1", "xn--a", "a-s3alias", "a--x-s3", "ü" + "bc",
        String(repeating: "a", count: 64), "",
    ])
    func `of another shape are not`(name: String) {
        #expect(!BucketName.isValid(name))
    }
}

@Suite struct `Ranges` {
    @Test(
        arguments: [
            ("bytes=0-8", 0..<9), ("bytes=1-1", 1..<2), ("bytes=1-", 1..<10), ("bytes=-2", 8..<10),
            ("bytes=-15", 0..<10),
            ("bytes=0-100", 0..<10), ("bytes=9-9223372036854775807", 9..<10),
        ] as [(String, Range<Int64>)])
    func `mean these bytes of ten`(header: String, bytes: Range<Int64>) {
        #expect(ByteRange(header: header)?.bytes(of: 10) == bytes)
    }

    @Test(arguments: ["bytes=1-0", "bytes=-1-", "bytes=0--1", "bytes=0-1,3-4", "0-9", "bytes=-", "bytes=a-b", ""])
    func `of another shape are passed over`(header: String) {
        #expect(ByteRange(header: header) == nil)
    }

    @Test(arguments: ["bytes=-0", "bytes=10-", "bytes=100-200"])
    func `behind the end cannot be satisfied`(header: String) throws {
        #expect(try #require(ByteRange(header: header)).bytes(of: 10) == nil)
    }
}

@Suite struct `Dates in headers` {
    @Test(arguments: ["Sun, 01 Mar 2026 12:00:00 GMT", "2026-03-01T12:00:00Z", "Sun, 1 Mar 2026 12:00:00 GMT"])
    func `are read in each form that clients send`(text: String) {
        #expect(Timestamp(headerDate: text) == World.noon)
    }

    @Test(arguments: ["", "yesterday", "Sun, 32 Mar 2026 12:00:00 GMT", "Sun, 01 Foo 2026 12:00:00 GMT"])
    func `that are none are passed over`(text: String) {
        #expect(Timestamp(headerDate: text) == nil)
    }
}

@Suite struct `Keys` {
    @Test func `stand in the order of their bytes`() {
        let keys = ["a", "a/", "a0", "B", "é", "e\u{301}", "\u{FFFD}", "\u{1F600}", ""].map { ObjectKey($0) }
        #expect(keys.sorted().map(\.text) == ["", "B", "a", "a/", "a0", "e\u{301}", "é", "\u{FFFD}", "\u{1F600}"])
        #expect(ObjectKey("é") != ObjectKey("e\u{301}"))
    }

    @Test func `share prefixes up to a delimiter of any length`() {
        let key = ObjectKey("a/b//c")
        #expect(key.commonPrefix(behind: [], delimiter: Array("/".utf8)) == ObjectKey("a/"))
        #expect(key.commonPrefix(behind: Array("a/".utf8), delimiter: Array("//".utf8)) == ObjectKey("a/b//"))
        #expect(key.commonPrefix(behind: [], delimiter: []) == nil)
        #expect(ObjectKey(bytes: [0x61, 0xFF]).behindAllWithThisPrefix == ObjectKey("b"))
        #expect(ObjectKey("").behindAllWithThisPrefix == nil)
    }
}

@Suite struct `Targets` {
    private func target(_ path: String, host: String = "127.0.0.1:4566") throws -> S3Target {
        try S3Target(path: path, host: host, hostSuffixes: ["localhost"], limits: .aws)
    }

    @Test func `stand in the path`() throws {
        #expect(try target("/").bucket == nil)
        #expect(try target("/lake") == target("/lake/"))
        #expect(try target("/lake/a%20b//c").key == ObjectKey("a b//c"))
        #expect(try target("/lake/a/..%2F..b/./c").key == ObjectKey("a/../..b/./c"))
    }

    @Test(arguments: ["lake.localhost:4566", "lake.s3.localhost", "LAKE.localhost"])
    func `may have their bucket in the host name`(host: String) throws {
        let target = try target("/a/b", host: host)
        #expect(target.bucket == "lake" && target.key == ObjectKey("a/b"))
    }

    @Test(arguments: ["localhost:4566", "s3.localhost:4566", "[::1]:4566"])
    func `have none in the emulator's own name`(host: String) throws {
        #expect(try target("/lake/k", host: host).bucket == "lake")
    }

    @Test func `that cannot be decoded are no addresses`() {
        #expect(throws: S3Error.invalidURI("%ZZ")) { try target("/lake/%ZZ") }
        #expect(throws: S3Error.invalidURI("%FF")) { try target("/lake/%FF") }
        for path in ["/lake/..", "/lake/..%2Fk", "/lake//../k", "/lake/a/../../k", "/lake/a/../b/../../c/d"] {
            #expect(throws: S3Error.keyLeavesBucket) { try target(path) }
        }
        #expect(throws: S3Error.keyTooLong(size: 1025, limit: 1024)) {
            try target("/lake/" + String(repeating: "a", count: 1025))
        }
    }
}

@Suite struct `Routing` {
    @Test func `reaches every operation that is emulated`() {
        var reachable: Set<String> = []
        let targets = [
            S3Target(bucket: nil, key: nil), S3Target(bucket: "b", key: nil),
            S3Target(bucket: "b", key: ObjectKey("k")),
        ]
        let parameters = Set((S3Routing.objectParts + S3Routing.bucketParts).map(\.parameter))
        let queries = parameters.map { Set([$0]) } + [[], ["uploadId"], ["list-type"]]
        for method in ["GET", "PUT", "POST", "DELETE", "HEAD"] {
            for target in targets {
                for query in queries {
                    for isCopy in [true, false] {
                        let name = S3Routing.operation(method: method, target: target, query: query, isCopy: isCopy)
                        if let name { reachable.insert(name) }
                    }
                }
            }
        }
        #expect(S3Operation.allCases.map(\.rawValue).filter { !reachable.contains($0) } == [])
    }

    @Test func `refuses the rest by its name`() async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        for (method, target, name) in [
            ("PUT", "/lake?cors", "PutBucketCors"), ("GET", "/lake?analytics&id=a", "GetBucketAnalyticsConfiguration"),
            ("GET", "/lake?analytics", "ListBucketAnalyticsConfigurations"),
            ("POST", "/lake/k?restore", "RestoreObject"),
            ("PUT", "/lake/k?legal-hold", "PutObjectLegalHold"), ("GET", "/lake?session", "CreateSession"),
        ] {
            let response = await world.send(method, target)
            #expect(response.refusal == "501 NotImplemented")
            #expect(response.text.contains("does not implement \(name)."), "\(response.text)")
        }
        #expect(await world.send("PATCH", "/lake/k").refusal == "405 MethodNotAllowed")
        let header: HTTPHeaders = ["x-amz-object-lock-mode": "GOVERNANCE"]
        #expect(await world.send("PUT", "/lake/k", headers: header).text.contains("the header x-amz-object-lock-mode"))
    }
}

import AWSProtocol
import EmulatorClock
import Foundation
import Testing

@testable import S3

@Suite struct `Multipart uploads` {
    private func world() async throws -> World {
        let world = try World(limits: .withParts(from: 5))
        await world.send("PUT", "/lake")
        return world
    }

    private func create(
        _ world: World, _ key: String = "k", headers: HTTPHeaders = [:]
    ) async throws -> String {
        let response = await world.send("POST", "/lake/\(key)?uploads", headers: headers)
        return try #require(try response.document.text(of: "UploadId"))
    }

    private func put(_ world: World, _ id: String, _ number: Int, _ text: String, key: String = "k") async -> String {
        let response = await world.send("PUT", "/lake/\(key)?partNumber=\(number)&uploadId=\(id)", text)
        return response.headers["etag"] ?? response.refusal
    }

    private func completion(_ parts: [(Int, String)]) -> String {
        "<CompleteMultipartUpload>"
            + parts.map { "<Part><PartNumber>\($0.0)</PartNumber><ETag>\($0.1)</ETag></Part>" }.joined()
            + "</CompleteMultipartUpload>"
    }

    @Test func `join their parts in order, with the tag and the checksum of S3`() async throws {
        let world = try await world()
        let id = try await create(world, headers: ["x-amz-meta-a": "1", "Content-Type": "a/b"])
        let long = String(repeating: "z", count: 70_000)
        let second = await put(world, id, 7, "world")
        let first = await put(world, id, 2, "hello")
        let third = await put(world, id, 9, long)
        let answer = await world.send(
            "POST", "/lake/k?uploadId=\(id)", completion([(2, first), (7, second), (9, third)]))
        let etag = MultipartChecksum.etag(ofParts: [first, second, third].map { $0.replacing("\"", with: "") })
        #expect(try answer.document.text(of: "ETag") == etag?.quoted)
        let whole = RunningChecksum.of(Array("helloworld\(long)".utf8), .crc64nvme)
        #expect(try answer.document.text(of: "ChecksumCRC64NVME") == whole.value)
        let got = await world.send("GET", "/lake/k")
        #expect(try world.bytes(of: got) == Array("helloworld\(long)".utf8))
        #expect(got.headers["x-amz-meta-a"] == "1" && got.headers["content-type"] == "a/b")
        #expect(try world.bodyFiles.count == 1)
        let part = await world.send("GET", "/lake/k?partNumber=2")
        #expect(try world.bytes(of: part) == Array("world".utf8))
        #expect(part.headers["x-amz-mp-parts-count"] == "3" && part.headers["content-range"] == "bytes 5-9/70010")
        #expect(await world.send("GET", "/lake/k?partNumber=4").refusal == "416 InvalidPartNumber")
        #expect(
            await world.send("POST", "/lake/k?uploadId=\(id)", completion([(2, first)])).refusal == "404 NoSuchUpload")
    }

    @Test func `refuse a list that does not fit their parts`() async throws {
        let world = try await world()
        let id = try await create(world)
        let small = await put(world, id, 1, "abcd")
        let large = await put(world, id, 2, "abcdef")
        for (parts, code) in [
            ([], "400 MalformedXML"), ([(2, large), (1, small)], "400 InvalidPartOrder"),
            ([(2, large), (2, large)], "400 InvalidPartOrder"), ([(1, large)], "400 InvalidPart"),
            ([(3, large)], "400 InvalidPart"), ([(1, small), (2, large)], "400 EntityTooSmall"),
        ] {
            #expect(await world.send("POST", "/lake/k?uploadId=\(id)", completion(parts)).refusal == code)
        }
        let size: HTTPHeaders = ["x-amz-mp-object-size": "5"]
        #expect(
            await world.send("POST", "/lake/k?uploadId=\(id)", headers: size, completion([(2, large)])).refusal
                == "400 InvalidRequest")
        #expect(await world.send("POST", "/lake/k?uploadId=\(id)", completion([(2, large)])).status == 200)
    }

    @Test func `take the later of two parts of one number, and drop the earlier's file`() async throws {
        let world = try await world()
        let id = try await create(world)
        _ = await put(world, id, 1, String(repeating: "a", count: 70_000))
        let etag = await put(world, id, 1, String(repeating: "b", count: 70_000))
        #expect(try world.bodyFiles.count == 1)
        #expect(await world.send("POST", "/lake/k?uploadId=\(id)", completion([(1, etag)])).status == 200)
        #expect(try world.bytes(of: await world.send("GET", "/lake/k")).first == UInt8(ascii: "b"))
        #expect(try world.bodyFiles.count == 1)
    }

    @Test func `that are aborted leave nothing`() async throws {
        let world = try await world()
        let id = try await create(world)
        _ = await put(world, id, 1, String(repeating: "a", count: 70_000))
        #expect(await world.send("DELETE", "/lake/k?uploadId=\(id)").status == 204)
        #expect(try world.bodyFiles == [])
        #expect(await world.send("DELETE", "/lake/k?uploadId=\(id)").refusal == "404 NoSuchUpload")
        #expect(await put(world, id, 1, "x") == "404 NoSuchUpload")
        #expect(await put(world, "never", 1, "x") == "404 NoSuchUpload")
        #expect(await put(world, id, 0, "x") == "400 InvalidArgument")
        #expect(await put(world, id, 10_001, "x") == "400 InvalidArgument")
    }

    @Test func `hold their parts to the checksum that was chosen`() async throws {
        let world = try await world()
        let id = try await create(world, headers: ["x-amz-checksum-algorithm": "SHA256"])
        #expect(await put(world, id, 1, "hello") == "400 InvalidRequest")
        let crc: HTTPHeaders = ["x-amz-checksum-crc32": "NhCmhg=="]
        let path = "/lake/k?partNumber=1&uploadId=\(id)"
        #expect(await world.send("PUT", path, headers: crc, "hello").refusal == "400 InvalidRequest")
        let checksum = RunningChecksum.of(Array("hello".utf8), .sha256).value
        let etag =
            await world.send("PUT", path, headers: ["x-amz-checksum-sha256": checksum], "hello").headers["etag"] ?? ""
        #expect(
            await world.send("POST", "/lake/k?uploadId=\(id)", completion([(1, etag)])).refusal == "400 InvalidRequest")
        let list = completion([(1, etag)]).replacing(
            "</Part>", with: "<ChecksumSHA256>\(checksum)</ChecksumSHA256></Part>")
        let wrong = list.replacing(checksum, with: RunningChecksum.of([], .sha256).value)
        #expect(await world.send("POST", "/lake/k?uploadId=\(id)", wrong).refusal == "400 InvalidPart")
        let answer = await world.send("POST", "/lake/k?uploadId=\(id)", list)
        #expect(try answer.document.text(of: "ChecksumSHA256")?.hasSuffix("-1") == true)
        #expect(try answer.document.text(of: "ChecksumType") == "COMPOSITE")
        let attributes = await world.send(
            "GET", "/lake/k?attributes", headers: ["x-amz-object-attributes": "ObjectParts"])
        #expect(attributes.text.contains("<PartNumber>1</PartNumber><Size>5</Size><ChecksumSHA256>\(checksum)"))
    }

    @Test func `check a condition at their end, and know when they were overtaken`() async throws {
        let world = try await world()
        let id = try await create(world)
        let etag = await put(world, id, 1, "hello")
        let absent: HTTPHeaders = ["If-None-Match": "*"]
        await world.send("PUT", "/lake/k", "in between")
        let path = "/lake/k?uploadId=\(id)"
        #expect(
            await world.send("POST", path, headers: absent, completion([(1, etag)])).refusal == "412 PreconditionFailed"
        )
        await world.send("DELETE", "/lake/k")
        #expect(
            await world.send("POST", path, headers: absent, completion([(1, etag)])).refusal
                == "409 ConditionalRequestConflict")
        #expect(await world.send("POST", path, completion([(1, etag)])).status == 200)
    }

    @Test func `copy parts out of objects`() async throws {
        let world = try await world()
        await world.send("PUT", "/lake/source", "0123456789")
        let id = try await create(world)
        let path = "/lake/k?partNumber=1&uploadId=\(id)"
        func copy(_ range: String) async -> HTTPResponse {
            await world.send(
                "PUT", path, headers: ["x-amz-copy-source": "lake/source", "x-amz-copy-source-range": range])
        }
        for (range, code) in [
            ("0-8", "400 InvalidArgument"), ("bytes=1-", "400 InvalidArgument"), ("bytes=0-10", "400 InvalidArgument"),
            ("bytes=10-11", "400 InvalidRequest"),
        ] {
            #expect(await copy(range).refusal == code)
        }
        let etag = try #require(try await copy("bytes=2-6").document.text(of: "ETag"))
        #expect(await world.send("POST", "/lake/k?uploadId=\(id)", completion([(1, etag)])).status == 200)
        #expect(await world.send("GET", "/lake/k").text == "23456")
    }

    @Test func `are listed by key and age, page by page`() async throws {
        let world = try await world()
        var ids: [String] = []
        for key in ["b", "a", "a", "dir%2Fx"] { ids.append(try await create(world, key)) }
        let all = try await world.send("GET", "/lake?uploads").document
        #expect(all.all("Upload").map { $0.text(of: "UploadId") } == [ids[1], ids[2], ids[0], ids[3]])
        var marker = ""
        var seen: [String?] = []
        repeat {
            let page = try await world.send("GET", "/lake?uploads&max-uploads=1\(marker)").document
            seen += page.all("Upload").map { $0.text(of: "UploadId") }
            let key = page.text(of: "NextKeyMarker") ?? ""
            marker = "&key-marker=\(key)&upload-id-marker=\(page.text(of: "NextUploadIdMarker") ?? "")"
            if page.text(of: "IsTruncated") == "false" { break }
        } while seen.count < 10
        #expect(seen == [ids[1], ids[2], ids[0], ids[3]])
        let folded = try await world.send("GET", "/lake?uploads&delimiter=/&prefix=d").document
        #expect(folded.all("CommonPrefixes").map { $0.text(of: "Prefix") } == ["dir/"])
        #expect(
            await world.send("GET", "/lake?uploads&key-marker=b&upload-id-marker=\(ids[1])").refusal
                == "400 InvalidArgument")
    }

    @Test func `list their parts, page by page`() async throws {
        let world = try await world()
        let id = try await create(world)
        for number in [3, 1, 2] { _ = await put(world, id, number, "part \(number)") }
        let page = try await world.send("GET", "/lake/k?uploadId=\(id)&max-parts=2").document
        #expect(page.all("Part").map { $0.text(of: "PartNumber") } == ["1", "2"])
        #expect(page.text(of: "IsTruncated") == "true" && page.text(of: "NextPartNumberMarker") == "2")
        let rest = try await world.send("GET", "/lake/k?uploadId=\(id)&part-number-marker=2").document
        #expect(rest.all("Part").map { $0.text(of: "PartNumber") } == ["3"])
    }

    @Test func `go with their bucket`() async throws {
        let world = try await world()
        let id = try await create(world)
        _ = await put(world, id, 1, String(repeating: "a", count: 70_000))
        #expect(await world.send("DELETE", "/lake").status == 204)
        #expect(try world.bodyFiles == [])
    }
}

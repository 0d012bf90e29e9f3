import AWSProtocol
import EmulatorClock
import Testing

@testable import S3

@Suite struct `Objects` {
    private func world() async throws -> World {
        let world = try World()
        await world.send("PUT", "/lake")
        return world
    }

    @Test(arguments: [0, 1, 65_536, 65_537, 300_000])
    func `come back byte by byte, from a row or from a file`(size: Int) async throws {
        let world = try await world()
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let pieces = Pieces(bytes, of: 7000)
        let put = await world.send(
            "PUT", "/lake/k", headers: ["Content-Length": String(size)], body: .stream { pieces.next() })
        #expect(put.status == 200)
        #expect(try world.bodyFiles.count == (size > 65_536 ? 1 : 0))
        let got = await world.send("GET", "/lake/k")
        #expect(try world.bytes(of: got) == bytes)
        #expect(got.headers["etag"] == "\"\(Hex.encode(Digest.of(bytes, .md5)))\"")
        if size > 10 {
            let part = await world.send("GET", "/lake/k", headers: ["Range": "bytes=5-9"])
            #expect(part.status == 206 && part.headers["content-range"] == "bytes 5-9/\(size)")
            #expect(try world.bytes(of: part) == Array(bytes[5...9]))
        }
        let head = await world.send("HEAD", "/lake/k")
        guard case .absent(let length) = head.body else { throw Unexpected() }
        #expect(length == Int64(size))
    }

    @Test func `leave no file behind once they are overwritten or deleted`() async throws {
        let world = try await world()
        let large = String(repeating: "x", count: 70_000)
        await world.send("PUT", "/lake/k", large)
        await world.send("PUT", "/lake/k", large + "y")
        #expect(try world.bodyFiles.count == 1)
        await world.send("PUT", "/lake/copy", headers: ["x-amz-copy-source": "lake/k"])
        #expect(try world.bodyFiles.count == 2)
        await world.send("DELETE", "/lake/k")
        #expect(try world.bytes(of: await world.send("GET", "/lake/copy")).count == 70_001)
        await world.send("DELETE", "/lake/copy")
        #expect(try world.bodyFiles == [])
    }

    @Test func `whose body is not what was said are not stored, nor are their files`() async throws {
        let world = try await world()
        let large = String(repeating: "x", count: 70_000)
        for (headers, code) in [
            (["Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="], "400 BadDigest"),
            (["Content-Length": "70001"], "400 IncompleteBody"),
            (["x-amz-checksum-sha1": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="], "400 BadDigest"),
            (
                ["x-amz-content-sha256": String(repeating: "0", count: 64)], "400 XAmzContentSHA256Mismatch"
            ),
        ] as [(HTTPHeaders, String)] {
            #expect(await world.send("PUT", "/lake/k", headers: headers, large).refusal == code)
        }
        #expect(try world.bodyFiles == [])
        #expect(await world.send("GET", "/lake/k").refusal == "404 NoSuchKey")
    }

    @Test(
        arguments: [
            (["x-amz-content-sha256": "short"], "400 InvalidArgument"),
            (["x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"], "411 MissingContentLength"),
            (["Content-MD5": "no"], "400 InvalidDigest"),
            (["x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-sha1": "x"], "400 InvalidRequest"),
            (["x-amz-checksum-md5": "x"], "501 NotImplemented"),
            (["x-amz-sdk-checksum-algorithm": "CRC32"], "400 InvalidRequest"),
            (["x-amz-sdk-checksum-algorithm": "NONE"], "400 InvalidRequest"),
            (["x-amz-storage-class": "FAST"], "400 InvalidStorageClass"),
            (["x-amz-storage-class": "OUTPOSTS"], "400 InvalidStorageClass"),
            (["x-amz-storage-class": "SNOW"], "400 InvalidStorageClass"),
            (["x-amz-server-side-encryption": "rot13"], "400 InvalidArgument"),
            (["x-amz-acl": "public-read"], "400 AccessControlListNotSupported"),
            (["x-amz-tagging": "a=1&a=2"], "400 InvalidArgument"),
            (["x-amz-expected-bucket-owner": "111111111111"], "403 AccessDenied"),
            (["x-amz-expected-bucket-owner": "me"], "400 InvalidBucketOwnerAWSAccountID"),
            (["If-None-Match": "etag"], "501 NotImplemented"),
            (["If-Match": "*"], "501 NotImplemented"),
            (["If-Match": "etag"], "404 NoSuchKey"),
        ] as [(HTTPHeaders, String)])
    func `are refused for what the header says`(headers: HTTPHeaders, code: String) async throws {
        let world = try await world()
        #expect(await world.send("PUT", "/lake/k", headers: headers, "x").refusal == code)
        #expect(await world.send("GET", "/lake/k").refusal == "404 NoSuchKey")
    }

    @Test func `whose metadata is too large are refused, with both sizes`() async throws {
        let world = try await world()
        let value = String(repeating: "v", count: 2048)
        let response = await world.send("PUT", "/lake/k", headers: ["x-amz-meta-k": value], "x")
        #expect(response.refusal == "400 MetadataTooLarge")
        #expect(try response.document.text(of: "Size") == "2049")
    }

    @Test func `give their metadata back, in ASCII`() async throws {
        let world = try await world()
        await world.send(
            "PUT", "/lake/k", headers: ["x-amz-meta-A": "1", "X-Amz-Meta-a": "2", "x-amz-meta-t": "ação"], "x")
        let got = await world.send("GET", "/lake/k")
        #expect(got.headers["x-amz-meta-a"] == "1,2")
        #expect(got.headers["x-amz-meta-t"] == "=?UTF-8?B?YcOnw6Nv?=")
    }

    @Test func `answer conditions with the tag before the date`() async throws {
        let world = try await world()
        let etag = await world.send("PUT", "/lake/k", "x").headers["etag"] ?? ""
        let (before, after) = ("Sun, 01 Mar 2026 11:00:00 GMT", "Sun, 01 Mar 2026 12:00:00 GMT")
        for (headers, status) in [
            (["If-Match": etag, "If-Unmodified-Since": before], 200), (["If-Match": "\"x\""], 412),
            (["If-Unmodified-Since": before], 412), (["If-Unmodified-Since": after], 200),
            (["If-None-Match": "\"x\", \(etag)"], 304), (["If-None-Match": "x", "If-Modified-Since": after], 200),
            (["If-Modified-Since": after], 304), (["If-Modified-Since": before], 200),
            (["If-Modified-Since": "Sun, 01 Mar 2099 12:00:00 GMT"], 200), (["If-None-Match": "*"], 304),
        ] as [(HTTPHeaders, Int)] {
            #expect(await world.send("GET", "/lake/k", headers: headers).status == status, "\(headers)")
        }
    }

    @Test func `in chunks with a trailer are checked like others`() async throws {
        let world = try await world()
        let headers: HTTPHeaders = [
            "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length": "5",
            "x-amz-trailer": "x-amz-checksum-crc32", "Content-Encoding": "gzip,aws-chunked",
        ]
        let good = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
        #expect(
            await world.send("PUT", "/lake/k", headers: headers, good).headers["x-amz-checksum-crc32"] == "NhCmhg==")
        #expect(await world.send("GET", "/lake/k").headers["content-encoding"] == "gzip")
        let wrong = good.replacing("NhCmhg==", with: "AAAAAA==")
        #expect(await world.send("PUT", "/lake/k", headers: headers, wrong).refusal == "400 BadDigest")
        let without = "5\r\nhello\r\n0\r\n\r\n"
        #expect(await world.send("PUT", "/lake/k", headers: headers, without).refusal == "400 MalformedTrailerError")
        let short = "4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
        #expect(await world.send("PUT", "/lake/k", headers: headers, short).refusal == "400 IncompleteBody")
    }

    @Test func `belong to the account that asks`() async throws {
        let world = try await world()
        await world.send("PUT", "/lake/k", "x")
        #expect(await world.send("GET", "/lake/k", account: "111111111111").refusal == "404 NoSuchBucket")
        await world.send("PUT", "/lake", account: "111111111111")
        #expect(await world.send("GET", "/lake/k", account: "111111111111").refusal == "404 NoSuchKey")
    }

    @Test func `are refused in XML with every detail, and to HEAD without a body`() async throws {
        let world = try await world()
        let response = await world.send("GET", "/lake/a%3Cb")
        #expect(
            response.text.hasPrefix(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>"
                    + "<Message>The specified key does not exist.</Message><Key>a&lt;b</Key>"
                    + "<RequestId>request-1</RequestId><HostId>"))
        #expect(response.headers["x-amz-request-id"] == "request-1")
        #expect(await world.send("HEAD", "/lake/k").bytes == [])
        let acl: HTTPHeaders = ["x-amz-acl": "private"]
        #expect(await world.send("PUT", "/never/k", headers: acl, "x").refusal == "404 NoSuchBucket")
    }

    @Test func `copied onto themselves must change`() async throws {
        let world = try await world()
        await world.send("PUT", "/lake/k", headers: ["x-amz-meta-a": "1"], "x")
        let source: HTTPHeaders = ["x-amz-copy-source": "/lake/k"]
        #expect(await world.send("PUT", "/lake/k", headers: source).refusal == "400 InvalidRequest")
        var replacing = source
        replacing.add("x-amz-metadata-directive", "REPLACE")
        #expect(await world.send("PUT", "/lake/k", headers: replacing).status == 200)
        #expect(await world.send("GET", "/lake/k").headers["x-amz-meta-a"] == nil)
        for (text, code) in [
            ("lake", "400 InvalidArgument"), ("lake/", "400 InvalidArgument"), ("other/k", "404 NoSuchBucket"),
            ("lake/none", "404 NoSuchKey"), ("lake/k?versionId=x", "400 InvalidArgument"),
        ] {
            #expect(await world.send("PUT", "/lake/c", headers: ["x-amz-copy-source": text]).refusal == code)
        }
    }

    @Test func `are encrypted as their bucket says, as far as a client can see`() async throws {
        let world = try await world()
        let name = "x-amz-server-side-encryption"
        #expect(await world.send("PUT", "/lake/a", "x").headers[name] == "AES256")
        let document =
            "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
            + "<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>key-1</KMSMasterKeyID>"
            + "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
        await world.send("PUT", "/lake?encryption", document)
        await world.send("PUT", "/lake/b", "x")
        let head = await world.send("HEAD", "/lake/b")
        #expect(
            head.headers[name] == "aws:kms" && head.headers["\(name)-aws-kms-key-id"]?.hasSuffix(":key/key-1") == true)
        await world.send("DELETE", "/lake?encryption")
        await world.send("PUT", "/lake/c", headers: ["x-amz-copy-source": "lake/b"])
        #expect(await world.send("HEAD", "/lake/c").headers[name] == "AES256")
    }

    @Test func `have tags that can be read, replaced and removed`() async throws {
        let world = try await world()
        await world.send("PUT", "/lake/k", headers: ["x-amz-tagging": "b=2&a=1"], "x")
        #expect(
            await world.send("GET", "/lake/k?tagging").text.contains("<Key>a</Key><Value>1</Value></Tag><Tag><Key>b"))
        let tags = "<Tagging><TagSet><Tag><Key>c</Key><Value/></Tag></TagSet></Tagging>"
        #expect(await world.send("PUT", "/lake/k?tagging", tags).status == 200)
        #expect(await world.send("HEAD", "/lake/k").headers["x-amz-tagging-count"] == "1")
        #expect(await world.send("DELETE", "/lake/k?tagging").status == 204)
        #expect(await world.send("HEAD", "/lake/k").headers["x-amz-tagging-count"] == nil)
        for (document, code) in [
            ("<Tagging/>", "400 MalformedXML"), ("", "400 MissingRequestBodyError"),
            (tags.replacing("c", with: "aws:x"), "400 InvalidTag"),
            (tags.replacing("c", with: "a,b"), "400 InvalidTag"),
            (
                "<Tagging><TagSet>" + (0...10).map { "<Tag><Key>\($0)</Key><Value/></Tag>" }.joined()
                    + "</TagSet></Tagging>", "400 BadRequest"
            ),
        ] {
            #expect(await world.send("PUT", "/lake/k?tagging", document).refusal == code)
        }
    }
}

/// Something that cannot be, was.
struct Unexpected: Error {}

/// Bytes that arrive in pieces.
final class Pieces: Sendable {
    private let pieces: [[UInt8]]
    // A body is read once, by one task.
    nonisolated(unsafe) private var index = 0

    init(_ bytes: [UInt8], of size: Int) {
        pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    func next() -> [UInt8]? {
        defer { index += 1 }
        return index < pieces.count ? pieces[index] : nil
    }
}

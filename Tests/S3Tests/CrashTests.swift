import AWSProtocol
import Foundation
import Testing

@testable import S3

@Suite struct `After a crash` {
    private let large = String(repeating: "x", count: 70_000)

    @Test func `a start removes what no row names, and nothing else`() async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        await world.send("PUT", "/lake/k", large)
        let id = try #require(try await world.send("POST", "/lake/m?uploads").document.text(of: "UploadId"))
        await world.send("PUT", "/lake/m?partNumber=1&uploadId=\(id)", large)
        let kept = try world.bodyFiles
        #expect(kept.count == 2)
        let objects = world.folder.appending(path: "objects")
        for name in [String(repeating: "0", count: 32), String(repeating: "1", count: 32) + ".incoming", "notes.txt"] {
            try Data("left".utf8).write(to: objects.appending(path: name))
        }
        #expect(try await world.service.start() == 2)
        #expect(try world.bodyFiles == (kept + ["notes.txt"]).sorted())
        #expect(try world.bytes(of: await world.send("GET", "/lake/k")) == Array(large.utf8))
    }

    @Test func `what was answered is there in the next life`() async throws {
        let first = try World()
        await first.send("PUT", "/lake")
        for index in 0..<20 { await first.send("PUT", "/lake/k\(index)", index.isMultiple(of: 2) ? large : "small") }
        let second = FileManager.default.temporaryDirectory.appending(path: "s3-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: first.folder, to: second)
        let world = try World(in: second)
        #expect(try await world.service.start() == 0)
        for index in 0..<20 {
            let bytes = try world.bytes(of: await world.send("GET", "/lake/k\(index)"))
            #expect(bytes == Array((index.isMultiple(of: 2) ? large : "small").utf8))
        }
    }

    @Test func `a body that breaks off leaves neither row nor file`() async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        let pieces = Pieces(Array(large.utf8), of: 10_000)
        let response = await world.service.respond(
            to: AWSRequest(
                http: HTTPRequest(
                    method: "PUT", path: "/lake/k", headers: ["Content-Length": "100000"],
                    body: .stream { pieces.next() }),
                scope: CredentialScope(service: "s3"), requestID: "r", host: "localhost"))
        #expect(response.refusal == "400 IncompleteBody")
        #expect(try world.bodyFiles == [])
    }
}

@Suite struct `In process` {
    @Test func `objects are put, got and listed`() async throws {
        let world = try World()
        try await world.service.createBucket("lake")
        try await world.service.putObject(bucket: "lake", key: "a/b", bytes: [1, 2, 3], contentType: "a/b")
        #expect(try await world.service.getObject(bucket: "lake", key: "a/b") == [1, 2, 3])
        #expect(try await world.service.listKeys(bucket: "lake", prefix: "a") == ["a/b"])
        #expect(try await world.service.listBuckets() == ["lake"])
        #expect(await world.send("HEAD", "/lake/a/b").headers["content-type"] == "a/b")
        await #expect(throws: S3Error.noSuchKey(ObjectKey("c"))) {
            try await world.service.getObject(bucket: "lake", key: "c")
        }
    }

    @Test func `a bucket becomes a tree of files`() async throws {
        let world = try World()
        try await world.service.createBucket("lake")
        let large = [UInt8](repeating: 7, count: 100_000)
        try await world.service.putObject(bucket: "lake", key: "gold/day=1/part.parquet", bytes: large)
        try await world.service.putObject(bucket: "lake", key: "gold/small", bytes: [1])
        try await world.service.putObject(bucket: "lake", key: "gold/folder/", bytes: [])
        try await world.service.putObject(bucket: "lake", key: "other", bytes: [2])
        let folder = world.folder.appending(path: "out")
        #expect(try await world.service.export(bucket: "lake", prefix: "gold/", to: folder) == 2)
        #expect(try await world.service.export(bucket: "lake", prefix: "gold/", to: folder) == 2)
        #expect(try Data(contentsOf: folder.appending(path: "gold/day=1/part.parquet")) == Data(large))
        #expect(try Data(contentsOf: folder.appending(path: "gold/small")) == Data([1]))
        #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "other").path))
    }

    @Test(arguments: ["../up", "a/../../up", "/etc/passwd", "a//b", "a/./b", "..", "nul\0l"])
    func `a key that would leave the folder stops an export before it begins`(key: String) async throws {
        let world = try World()
        try await world.service.createBucket("lake")
        try await world.service.putObject(bucket: "lake", key: "0 fine", bytes: [1])
        try await world.service.putObject(bucket: "lake", key: key, bytes: [1])
        let folder = world.folder.appending(path: "out")
        await #expect(throws: ExportError.escapes(bucket: "lake", key: key)) {
            try await world.service.export(bucket: "lake", to: folder)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
}

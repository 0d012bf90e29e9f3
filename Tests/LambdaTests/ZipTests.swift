import Foundation
import Testing

@testable import Lambda

@Suite struct `Opening a zip` {
    private func names(_ bytes: [UInt8], entries: Int = 100, size: Int = 10_000) throws -> [String] {
        try ZipArchive(bytes, maximumEntries: entries, maximumSize: size).entries.map { $0.path.joined(separator: "/") }
    }

    private func unpack(_ bytes: [UInt8], _ check: (URL) throws -> Void = { _ in }) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rivulet-zip-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let root = folder.appending(path: "task")
        try ZipArchive(bytes, maximumEntries: 100, maximumSize: 1_000_000).extract(to: root)
        try check(root)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["task"], "nothing landed beside it")
    }

    @Test func `what Python packed is unpacked with its permissions`() async throws {
        let bytes = try await Zip.byPython([("bootstrap", CBootstrap.path), ("lib/deep/data.txt", "/etc/passwd")])
        try unpack(bytes) { root in
            let bootstrap = root.appending(path: "bootstrap").path
            #expect(FileManager.default.isExecutableFile(atPath: bootstrap))
            #expect(FileManager.default.contentsEqual(atPath: bootstrap, andPath: CBootstrap.path))
            let text = root.appending(path: "lib/deep/data.txt").path
            #expect(FileManager.default.contentsEqual(atPath: text, andPath: "/etc/passwd"))
        }
    }

    @Test(arguments: ["../out", "/etc/out", "a/../../out", "..", "a\\..\\out", "a/..", ""])
    func `a name that leads out is refused`(name: String) {
        #expect(throws: ZipError.unsafe(name)) { try names(Zip.bytes([.init(name)])) }
    }

    @Test(arguments: ["/etc/passwd", "..", "../x", "sub/../..", "../../x", "a/../../../x"])
    func `a link that leads out is refused`(target: String) {
        let link = Zip.Entry("link", Array(target.utf8), mode: 0o120777)
        #expect(throws: ZipError.unsafe("link")) { try unpack(Zip.bytes([link])) }
    }

    @Test func `a link to the folder does not help a second one out of it`() {
        let first = Zip.Entry("here", Array(".".utf8), mode: 0o120777)
        let second = Zip.Entry("out", Array("here/../x".utf8), mode: 0o120777)
        #expect(throws: ZipError.unsafe("out")) { try unpack(Zip.bytes([first, second])) }
    }

    @Test func `a file behind a link is refused`() {
        let link = Zip.Entry("dir", Array("elsewhere".utf8), mode: 0o120777)
        #expect(throws: ZipError.self) { try unpack(Zip.bytes([link, .init("dir/file")])) }
    }

    @Test func `a link within is kept`() throws {
        let link = Zip.Entry("sub/link", Array("../data".utf8), mode: 0o120777)
        try unpack(Zip.bytes([.init("data", Array("hello".utf8)), link])) { root in
            let text = try String(contentsOf: root.appending(path: "sub/link"), encoding: .utf8)
            #expect(text == "hello")
        }
    }

    @Test func `a bomb is refused before it is unpacked`() {
        let bomb = Zip.bytes([.init("a", claimedSize: 6000), .init("b", claimedSize: 6000)])
        #expect(throws: ZipError.tooLarge) { try names(bomb) }
        #expect(throws: ZipError.tooManyEntries) { try names(Zip.bytes([.init("a"), .init("b")]), entries: 1) }
    }

    @Test func `content that is not as long as it says is refused`() {
        #expect(throws: ZipError.self) { try unpack(Zip.bytes([.init("a", claimedSize: 0)])) }
        #expect(throws: ZipError.self) { try unpack(Zip.bytes([.init("a", claimedSize: 2)])) }
    }

    @Test func `what is encrypted, oddly compressed or there twice is refused`() {
        #expect(throws: ZipError.unsupported("an encrypted entry")) { try names(Zip.bytes([.init("a", flags: 1)])) }
        #expect(throws: ZipError.unsupported("compression method 12")) {
            try names(Zip.bytes([.init("a", method: 12)]))
        }
        #expect(throws: ZipError.damaged("'a' twice")) { try names(Zip.bytes([.init("a"), .init("a")])) }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `damaged bytes are refused or unpacked within the folder`(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var bytes = Zip.bytes([
            .init("bootstrap", Array("#!/bin/sh".utf8), mode: 0o100755), .init("dir/", []),
            .init("dir/link", Array("../bootstrap".utf8), mode: 0o120777),
        ])
        for _ in 0...(random.next() % 6) {
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 255)
        }
        if random.next() % 4 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
        do {
            try unpack(bytes)
        } catch is ZipError {
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import RivuletDeploy

@Suite struct `Zip files` {
    private static func entries(_ generator: inout SeededGenerator) -> [ZipEntry] {
        (0..<Int.random(in: 1...5, using: &generator)).map { index in
            let size = [0, 1, 300, 70_000].randomElement(using: &generator) ?? 0
            let spread = UInt8.random(in: 0...255, using: &generator)
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...spread, using: &generator) }
            return ZipEntry(name: "d/file\(index)", bytes: bytes, isExecutable: .random(using: &generator))
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `what was packed comes out, and the order given does not matter`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let entries = Self.entries(&generator)
        let zip = try ZipArchive.bytes(of: entries)
        #expect(try ZipArchive.entries(of: zip) == entries)
        #expect(try ZipArchive.bytes(of: entries.shuffled(using: &generator)) == zip)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `changed and cut archives are read or refused, never more`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var zip = try ZipArchive.bytes(of: [
            ZipEntry(name: "bootstrap", bytes: Array("a program ".utf8), isExecutable: true),
            ZipEntry(name: "lib/x", bytes: Array(repeating: 7, count: 500), isExecutable: false),
        ])
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            zip[Int.random(in: 0..<zip.count, using: &generator)] = .random(in: .min ... .max, using: &generator)
        }
        zip = Array(zip.prefix(Int.random(in: zip.count / 2...zip.count, using: &generator)))
        do {
            _ = try ZipArchive.entries(of: zip, limit: 1 << 20)
        } catch {
            #expect(error is ZipError)
        }
    }

    @Test func `a changed file is told by its name, a bomb by the limit`() throws {
        var zip = try ZipArchive.bytes(of: [
            ZipEntry(name: "bootstrap", bytes: Array("a program".utf8), isExecutable: true)
        ])
        #expect(throws: ZipError.tooLarge(limit: 8)) { try ZipArchive.entries(of: zip, limit: 8) }
        zip[14] ^= 1
        zip[zip.count - 22 - 46 - 9 + 16] ^= 1
        #expect(throws: ZipError.damaged(name: "bootstrap")) { try ZipArchive.entries(of: zip) }
        #expect(throws: ZipError.notAZip) { try ZipArchive.entries(of: Array("no zip".utf8)) }
    }

    @Test func `a package holds what the executable needs, and only that`() throws {
        let folder = try TemporaryFolder()
        func write(_ name: String, _ elf: ELFBytes) throws -> String {
            let file = folder.url.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(elf.bytes()).write(to: file)
            return file.path
        }
        let executable = try write(
            "bin/bootstrap", ELFBytes(needed: ["libone.so", "libc.so.6"], runPath: "$ORIGIN/../lib"))
        _ = try write("lib/libone.so", ELFBytes(interpreter: nil, needed: ["libtwo.so", "libone.so"]))
        _ = try write("lib/libtwo.so", ELFBytes(interpreter: nil, needed: ["libm.so.6"]))
        let package = try BootstrapPackage(executable: executable, original: executable, folders: [])
        #expect(package.entries.map(\.name).sorted() == ["bootstrap", "lib/libone.so", "lib/libtwo.so"])
        #expect(package.kind == .staticSwift)
        #expect(AmazonLinux.checks(of: package.entries, architecture: "x86_64").failures.isEmpty)
        try FileManager.default.removeItem(atPath: folder.url.appending(path: "lib/libtwo.so").path)
        #expect(throws: PackageError.libraryNotFound("libtwo.so")) {
            try BootstrapPackage(executable: executable, original: executable, folders: [])
        }
    }
}

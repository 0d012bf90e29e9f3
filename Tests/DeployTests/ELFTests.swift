import Foundation
import TestSupport
import Testing

@testable import RivuletDeploy

@Suite struct `ELF files` {
    static let whole = ELFBytes(
        runPath: "$ORIGIN/lib:/opt/lib",
        versions: [
            ("libc.so.6", [("GLIBC_2.2.5", false), ("GLIBC_2.34", false), ("GLIBC_2.38", true)]),
            ("libm.so.6", [("GLIBC_2.29", false)]),
        ])

    @Test func `everything that a loader goes by is read`() throws {
        let elf = try ELFFile(Self.whole.bytes())
        #expect(elf.machine == .x86_64)
        #expect(elf.interpreter == "/lib64/ld-linux-x86-64.so.2")
        #expect(elf.needed == ["libm.so.6", "libc.so.6"])
        #expect(elf.runPath == ["$ORIGIN/lib", "/opt/lib"])
        #expect(elf.versions == ["libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.34"], "libm.so.6": ["GLIBC_2.29"]])
        #expect(elf.newest("GLIBC")?.description == "GLIBC_2.34", "a weak version may be absent")
    }

    @Test func `a static executable needs nothing`() throws {
        let elf = try ELFFile(ELFBytes(machine: 183, interpreter: nil, needed: []).bytes())
        #expect(elf.isStatic)
        #expect(elf.machine == .arm64)
        #expect(elf.newest("GLIBC") == nil)
    }

    @Test func `versions are ordered by their numbers`() throws {
        let sorted = ["GLIBC_2.4", "GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.35"].compactMap(SymbolVersion.init).sorted()
        #expect(sorted.map(\.description) == ["GLIBC_2.2.5", "GLIBC_2.4", "GLIBC_2.34", "GLIBC_2.35"])
        #expect(SymbolVersion("GLIBC_PRIVATE") == nil)
        #expect(SymbolVersion("GLIBC_2.x") == nil)
        #expect(SymbolVersion("_2") == nil)
    }

    @Test func `what is no ELF file is told so`() {
        #expect(throws: ELFError.notELF) { try ELFFile(Array("#!/bin/sh\nexit 0\n".utf8)) }
        #expect(throws: ELFError.notELF) { try ELFFile([]) }
        #expect(throws: ELFError.damaged("header")) { try ELFFile([0x7F, 0x45, 0x4C, 0x46, 2, 1]) }
        var small = Self.whole.bytes()
        small[4] = 1
        #expect(throws: ELFError.unsupported("not a 64-bit little-endian file")) { try ELFFile(small) }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `changed and cut files are read or refused, never more`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Self.whole.bytes()
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: .min ... .max, using: &generator)
        }
        if Bool.random(using: &generator) {
            bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
        }
        do {
            _ = try ELFFile(bytes)
        } catch {
            #expect(error is ELFError)
        }
    }

    @Test func `the running program is read as the system's own tools would`() throws {
        let data = try #require(FileManager.default.contents(atPath: "/proc/self/exe"))
        let elf = try ELFFile([UInt8](data))
        #expect(elf.needed.contains("libc.so.6"))
        #expect(elf.interpreter == AmazonLinux.interpreter(on: elf.machine))
    }
}

@Suite struct `Whether Amazon Linux can start a package` {
    private func checks(_ files: [String: ELFBytes], architecture: String = "x86_64") -> [Check] {
        let entries = files.map { ZipEntry(name: $0.key, bytes: $0.value.bytes(), isExecutable: $0.key == "bootstrap") }
        return AmazonLinux.checks(of: entries, architecture: architecture)
    }

    private func failure(_ checks: [Check]) -> String? {
        checks.failures.count == 1 ? checks.failures.first?.name : "\(checks.failures)"
    }

    @Test func `one that needs only what is there passes`() {
        let checks = checks([
            "bootstrap": ELFBytes(
                needed: ["libz.so.1", "libc.so.6"], versions: [("libc.so.6", [("GLIBC_2.34", false)])]),
            "lib/libz.so.1": ELFBytes(interpreter: nil, needed: ["libc.so.6"]),
        ])
        #expect(checks.failures.isEmpty)
        #expect(checks.map(\.name) == ["architecture", "loader", "libraries", "symbols"])
    }

    @Test func `each reason why it cannot start is found, with what to do`() {
        let newer = ELFBytes(versions: [("libc.so.6", [("GLIBC_2.35", false)])])
        #expect(failure(checks(["bootstrap": newer])) == "symbols")
        #expect(failure(checks(["bootstrap": ELFBytes(needed: ["libz.so.1"])])) == "libraries")
        #expect(failure(checks(["bootstrap": ELFBytes(interpreter: "/lib/ld-musl-x86_64.so.1")])) == "loader")
        #expect(failure(checks(["bootstrap": ELFBytes()], architecture: "arm64")) == "architecture")
        #expect(failure(checks(["main": ELFBytes()])) == "bootstrap")
        let plain = ZipEntry(name: "bootstrap", bytes: ELFBytes().bytes(), isExecutable: false)
        #expect(failure(AmazonLinux.checks(of: [plain], architecture: "x86_64")) == "bootstrap")
        let script = ZipEntry(name: "bootstrap", bytes: Array("#!/bin/sh\n".utf8), isExecutable: true)
        let refused = AmazonLinux.checks(of: [script], architecture: "x86_64")
        #expect(refused.failures.allSatisfy { $0.remedy != nil })
        #expect(failure(refused) == "bootstrap")
    }
}

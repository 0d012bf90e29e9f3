import Foundation
import TestSupport

/// Writes zips for tests, bad ones as well: everything is stored, not compressed.
struct Zip {
    struct Entry {
        var name: String
        var content: [UInt8]
        var mode: UInt16
        /// What the headers claim, where it differs from the content.
        var claimedSize: Int?
        var flags: UInt16
        var method: UInt16

        init(
            _ name: String, _ content: [UInt8] = Array("x".utf8), mode: UInt16 = 0o100644, claimedSize: Int? = nil,
            flags: UInt16 = 0, method: UInt16 = 0
        ) {
            self.name = name
            self.content = content
            self.mode = mode
            self.claimedSize = claimedSize
            self.flags = flags
            self.method = method
        }
    }

    static func bytes(_ entries: [Entry]) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let name = Array(entry.name.utf8)
            let size = entry.claimedSize ?? entry.content.count
            let common =
                two(20) + two(Int(entry.flags)) + two(Int(entry.method)) + four(0) + four(Int(crc32(entry.content)))
                + four(entry.content.count) + four(size) + two(name.count) + two(0)
            directory += four(0x0201_4B50) + two(0x0314) + common + two(0) + two(0) + two(0)
            directory += four(Int(entry.mode) << 16) + four(file.count) + name
            file += four(0x0403_4B50) + common + name + entry.content
        }
        let end = two(0) + two(0) + two(entries.count) + two(entries.count) + four(directory.count) + four(file.count)
        return file + directory + four(0x0605_4B50) + end + two(0)
    }

    /// The archive that the `zip` of Python makes of these files, compressed.
    static func byPython(_ files: [(name: String, path: String)]) async throws -> [UInt8] {
        try await CBootstrap.built()
        let target = FileManager.default.temporaryDirectory.appending(path: "rivulet-\(UUID().uuidString).zip")
        defer { try? FileManager.default.removeItem(at: target) }
        let script = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
                for name, path in zip(sys.argv[2::2], sys.argv[3::2]): z.write(path, name)
            """
        try await Program.run("/usr/bin/python3", ["-c", script, target.path] + files.flatMap { [$0.name, $0.path] })
        return Array(try Data(contentsOf: target))
    }

    private static func two(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }
    private static func four(_ value: Int) -> [UInt8] { two(value & 0xFFFF) + two(value >> 16) }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}

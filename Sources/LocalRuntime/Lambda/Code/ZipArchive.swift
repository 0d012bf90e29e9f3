/// Why a zip was refused.
package enum ZipError: Error, Equatable {
    case notAZip
    case damaged(String)
    case unsupported(String)
    /// A name or a link that leads out of the folder.
    case unsafe(String)
    case tooManyEntries
    case tooLarge
}

/// The table of contents of a zip, read from its central directory and checked before anything is unpacked.
/// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3
struct ZipArchive {
    enum Kind: Equatable {
        case file
        case folder
        case link
    }

    struct Entry: Equatable {
        /// Components, none of them empty, `.` or `..`.
        var path: [String]
        var kind: Kind
        /// Unix permissions.
        var mode: UInt16
        var isDeflated: Bool
        var crc: UInt32
        var size: Int
        /// Where the (compressed) bytes lie in the zip.
        var bytes: Range<Int>
    }

    let bytes: [UInt8]
    private(set) var entries: [Entry] = []

    /// - Parameter maximumSize: of all files together, unpacked.
    init(_ bytes: [UInt8], maximumEntries: Int, maximumSize: Int) throws(ZipError) {
        self.bytes = bytes
        guard let end = Self.findEnd(bytes) else { throw .notAZip }
        let count = integer(end + 10, 2)
        var position = integer(end + 16, 4)
        guard count != 0xFFFF, position != 0xFFFF_FFFF else { throw .unsupported("zip64") }
        guard integer(end + 4, 2) == 0, integer(end + 6, 2) == 0 else { throw .unsupported("a zip in several parts") }
        guard count <= maximumEntries else { throw .tooManyEntries }
        var total = 0
        for _ in 0..<count {
            guard position + 46 <= bytes.count, integer(position, 4) == 0x0201_4B50 else {
                throw .damaged("central directory")
            }
            let entry = try entry(at: position)
            position += 46 + integer(position + 28, 2) + integer(position + 30, 2) + integer(position + 32, 2)
            total += entry.size
            guard total <= maximumSize else { throw .tooLarge }
            entries.append(entry)
        }
        try refuseDuplicates()
    }

    private func entry(at position: Int) throws(ZipError) -> Entry {
        let nameStart = position + 46
        let nameEnd = nameStart + integer(position + 28, 2)
        guard nameEnd <= bytes.count, let name = String(validating: bytes[nameStart..<nameEnd], as: UTF8.self) else {
            throw .damaged("a name")
        }
        let method = integer(position + 10, 2)
        guard integer(position + 8, 2) & 1 == 0 else { throw .unsupported("an encrypted entry") }
        guard method == 0 || method == 8 else { throw .unsupported("compression method \(method)") }
        let attributes = mode(at: position)
        let compressedSize = integer(position + 20, 4)
        return Entry(
            path: try Self.safePath(name),
            kind: name.hasSuffix("/") ? .folder : attributes & 0xF000 == 0xA000 ? .link : .file,
            mode: attributes & 0o777, isDeflated: method == 8, crc: UInt32(integer(position + 16, 4)),
            size: integer(position + 24, 4), bytes: try content(header: integer(position + 42, 4), compressedSize))
    }

    /// The bytes behind a local header, whose own lengths may differ from the central directory's.
    private func content(header: Int, _ size: Int) throws(ZipError) -> Range<Int> {
        guard header + 30 <= bytes.count, integer(header, 4) == 0x0403_4B50 else { throw .damaged("local header") }
        let start = header + 30 + integer(header + 26, 2) + integer(header + 28, 2)
        guard start + size <= bytes.count else { throw .damaged("an entry longer than the zip") }
        return start..<(start + size)
    }

    /// Unix mode where the zip was made on Unix (or macOS), a plain file's otherwise.
    private func mode(at position: Int) -> UInt16 {
        let system = integer(position + 5, 1)
        let mode = UInt16(integer(position + 40, 2))
        return (system == 3 || system == 19) && mode != 0 ? mode : 0o100644
    }

    private func refuseDuplicates() throws(ZipError) {
        var seen: Set<[String]> = []
        for entry in entries where entry.kind != .folder {
            guard seen.insert(entry.path).inserted else {
                throw .damaged("'\(entry.path.joined(separator: "/"))' twice")
            }
        }
    }

    private static func safePath(_ name: String) throws(ZipError) -> [String] {
        guard !name.hasPrefix("/"), !name.contains("\\"), !name.utf8.contains(0) else { throw .unsafe(name) }
        let parts = name.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard !parts.isEmpty || name.hasSuffix("/"), !parts.contains("..") else { throw .unsafe(name) }
        return parts
    }

    /// The end record is last but for a comment of at most 65,535 bytes.
    private static func findEnd(_ bytes: [UInt8]) -> Int? {
        let last = bytes.count - 22
        guard last >= 0 else { return nil }
        return (max(0, last - 65_535)...last).reversed().first { position in
            bytes[position] == 0x50 && bytes[position + 1] == 0x4B && bytes[position + 2] == 5
                && bytes[position + 3] == 6
        }
    }

    /// A little-endian number; the caller has checked that it lies within the zip.
    private func integer(_ position: Int, _ width: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
    }
}

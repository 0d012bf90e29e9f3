import CZlib

/// One file of a zip.
struct ZipEntry: Sendable, Equatable {
    let name: String
    let bytes: [UInt8]
    let isExecutable: Bool

    init(name: String, bytes: [UInt8], isExecutable: Bool) {
        self.name = name
        self.bytes = bytes
        self.isExecutable = isExecutable
    }
}

/// Zip files as Lambda takes them. The same entries give the same bytes: order, times and modes are fixed.
///
/// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
enum ZipArchive {
    private static let localHeader: UInt32 = 0x0403_4B50
    private static let centralHeader: UInt32 = 0x0201_4B50
    private static let end: UInt32 = 0x0605_4B50
    private static let endSize = 22
    private static let deflated: UInt16 = 8
    /// 1 January 1980, the first day that a zip can name.
    private static let date: UInt16 = 0x0021

    /// The archive's bytes, entries sorted by name.
    static func bytes(of entries: [ZipEntry]) throws -> [UInt8] {
        var (archive, directory) = ([UInt8](), [UInt8]())
        for entry in entries.sorted(by: { $0.name < $1.name }) {
            let body = try Deflate.compress(entry.bytes)
            let offset = archive.count
            let shared = description(of: entry, compressed: body.count)
            archive += join(little(localHeader), little(UInt16(20)), shared, Array(entry.name.utf8), body)
            // Made on Unix, so that the mode counts; a regular file, readable by all.
            let mode: UInt32 = (entry.isExecutable ? 0o100755 : 0o100644) << 16
            directory += join(little(centralHeader), little(UInt16(3 << 8 | 20)), little(UInt16(20)), shared)
            // No comment, the first disk, no text mark.
            directory += join(little(UInt16(0)), little(UInt16(0)), little(UInt16(0)), little(mode))
            directory += join(little(UInt32(offset)), Array(entry.name.utf8))
        }
        let count = little(UInt16(entries.count))
        let sizes = join(little(UInt32(directory.count)), little(UInt32(archive.count)), little(UInt16(0)))
        return join(archive, directory, little(end), little(UInt32(0)), count, count, sizes)
    }

    /// Flags, method, time, date, checksum, sizes, and the lengths of name and extra field.
    private static func description(of entry: ZipEntry, compressed: Int) -> [UInt8] {
        join(
            little(UInt16(0)), little(deflated), little(UInt16(0)), little(date),
            little(Deflate.checksum(entry.bytes)), little(UInt32(compressed)), little(UInt32(entry.bytes.count)),
            little(UInt16(entry.name.utf8.count)), little(UInt16(0)))
    }

    /// The entries of an archive, in its directory's order.
    ///
    /// - Parameter limit: the most bytes that all entries may have unpacked.
    /// - Throws: `ZipError`.
    static func entries(of archive: [UInt8], limit: Int = 250 << 20) throws -> [ZipEntry] {
        var at = try directoryStart(archive)
        var (entries, left) = ([ZipEntry](), limit)
        while try number(archive, at, UInt32.self) == centralHeader {
            let sizes = (
                name: Int(try number(archive, at + 28, UInt16.self)),
                others: Int(try number(archive, at + 30, UInt16.self)) + Int(try number(archive, at + 32, UInt16.self))
            )
            let name = String(decoding: try slice(archive, at + 46, sizes.name), as: UTF8.self)
            let size = Int(try number(archive, at + 24, UInt32.self))
            guard size <= left else { throw ZipError.tooLarge(limit: limit) }
            left -= size
            if !name.hasSuffix("/") {
                let mode = try number(archive, at + 38, UInt32.self) >> 16
                entries.append(
                    ZipEntry(name: name, bytes: try body(archive, at, name, size), isExecutable: mode & 0o111 != 0))
            }
            at += 46 + sizes.name + sizes.others
        }
        return entries
    }

    /// Where the directory begins, told by the record at the archive's end (which a comment may follow).
    private static func directoryStart(_ archive: [UInt8]) throws -> Int {
        let lowest = max(0, archive.count - endSize - 0xFFFF)
        for at in stride(from: archive.count - endSize, through: lowest, by: -1) {
            guard try number(archive, at, UInt32.self) == end else { continue }
            return Int(try number(archive, at + 16, UInt32.self))
        }
        throw ZipError.notAZip
    }

    private static func body(_ archive: [UInt8], _ at: Int, _ name: String, _ size: Int) throws -> [UInt8] {
        let local = Int(try number(archive, at + 42, UInt32.self))
        let lengths = try (number(archive, local + 26, UInt16.self), number(archive, local + 28, UInt16.self))
        let packed = try slice(
            archive, local + 30 + Int(lengths.0) + Int(lengths.1), Int(try number(archive, at + 20, UInt32.self)))
        let bytes: [UInt8]
        switch try number(archive, at + 10, UInt16.self) {
        case 0: bytes = Array(packed)
        case deflated: bytes = try Deflate.expand(Array(packed), size: size, name: name)
        case let method: throw ZipError.unsupported(name: name, method: Int(method))
        }
        guard bytes.count == size, Deflate.checksum(bytes) == (try number(archive, at + 16, UInt32.self)) else {
            throw ZipError.damaged(name: name)
        }
        return bytes
    }

    private static func join(_ parts: [UInt8]...) -> [UInt8] {
        Array(parts.joined())
    }

    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian, Array.init)
    }

    private static func number<Number: FixedWidthInteger>(
        _ archive: [UInt8], _ at: Int, _: Number.Type
    ) throws -> Number {
        try slice(archive, at, MemoryLayout<Number>.size).reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    private static func slice(_ archive: [UInt8], _ at: Int, _ count: Int) throws -> ArraySlice<UInt8> {
        guard at >= 0, count >= 0, at <= archive.count - count else { throw ZipError.notAZip }
        return archive[at..<at + count]
    }
}

/// Why bytes are no zip that Lambda would take.
enum ZipError: Error, Equatable {
    case notAZip
    case damaged(name: String)
    case unsupported(name: String, method: Int)
    case tooLarge(limit: Int)
}

extension ZipError: CustomStringConvertible {
    var description: String {
        switch self {
        case .notAZip: "It is no whole zip file: its directory is missing or cut off."
        case .damaged(let name): "Its file \(name) is damaged: the bytes are not those that the checksum was made of."
        case .unsupported(let name, let method): "Its file \(name) is packed by method \(method); Lambda knows 0 and 8."
        case .tooLarge(let limit): "It unpacks to more than \(limit) bytes, Lambda's limit."
        }
    }
}

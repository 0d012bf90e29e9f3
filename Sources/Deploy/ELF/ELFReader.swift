extension ELFFile {
    /// Reads the program headers and what the dynamic section leads to. Any bytes are safe: each offset is checked.
    ///
    /// - Throws: `ELFError`.
    init(_ bytes: [UInt8]) throws {
        let reader = ELFReader(bytes)
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { throw ELFError.notELF }
        guard bytes.count >= 64 else { throw ELFError.damaged("header") }
        guard bytes[4] == 2, bytes[5] == 1 else { throw ELFError.unsupported("not a 64-bit little-endian file") }
        let segments = try reader.segments()
        machine = Machine(try reader.number(18, "header"))
        interpreter = try segments.first { $0.type == ELFReader.interpreterSegment }.map {
            try reader.text($0.offset, "interpreter")
        }
        let dynamic = try reader.dynamic(segments)
        needed = try dynamic.texts(tag: 1, "needed libraries")
        runPath = try (dynamic.texts(tag: 29, "run path") + dynamic.texts(tag: 15, "run path"))
            .flatMap { $0.split(separator: ":").map(String.init) }
        versions = try dynamic.versions()
    }
}

/// Numbers and texts at offsets, each checked against the end of the file.
struct ELFReader {
    static let interpreterSegment: UInt32 = 3
    private static let loadSegment: UInt32 = 1
    private static let dynamicSegment: UInt32 = 2

    /// One program header.
    struct Segment {
        let type: UInt32
        let offset: Int
        let address: Int
        let size: Int
    }

    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func number<Number: FixedWidthInteger>(_ offset: Int, _ part: String, as: Number.Type = Number.self) throws
        -> Number
    {
        let size = MemoryLayout<Number>.size
        guard offset >= 0, offset <= bytes.count - size else { throw ELFError.damaged(part) }
        return bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    /// An offset, size or address, which no real file has beyond Swift's `Int`.
    func place(_ offset: Int, _ part: String) throws -> Int {
        guard let place = Int(exactly: try number(offset, part, as: UInt64.self)), place < Int.max / 4 else {
            throw ELFError.damaged(part)
        }
        return place
    }

    /// A text that ends with a zero byte.
    func text(_ offset: Int, _ part: String) throws -> String {
        guard offset >= 0, offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0) else {
            throw ELFError.damaged(part)
        }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    func segments() throws -> [Segment] {
        let (table, part) = (try place(32, "program headers"), "program headers")
        let (size, count) = (Int(try number(54, part, as: UInt16.self)), Int(try number(56, part, as: UInt16.self)))
        guard count == 0 || size >= 56 else { throw ELFError.damaged(part) }
        return try (0..<count).map { index in
            let at = table + index * size
            return Segment(
                type: try number(at, part), offset: try place(at + 8, part), address: try place(at + 16, part),
                size: try place(at + 32, part))
        }
    }

    /// The dynamic section's entries; none in a static executable.
    func dynamic(_ segments: [Segment]) throws -> DynamicSection {
        guard let segment = segments.first(where: { $0.type == Self.dynamicSegment }) else {
            return DynamicSection(reader: self, entries: [], loaded: [])
        }
        var entries: [(tag: UInt64, value: Int)] = []
        for at in stride(from: segment.offset, to: segment.offset + segment.size, by: 16) {
            let tag: UInt64 = try number(at, "dynamic section")
            if tag == 0 { break }
            // Not every value is a place, and only places are used.
            entries.append((tag, (try? place(at + 8, "dynamic section")) ?? -1))
        }
        return DynamicSection(
            reader: self, entries: entries, loaded: segments.filter { $0.type == Self.loadSegment })
    }
}

/// The entries of `.dynamic`, and where the addresses in them lie in the file.
struct DynamicSection {
    let reader: ELFReader
    let entries: [(tag: UInt64, value: Int)]
    let loaded: [ELFReader.Segment]

    func texts(tag: UInt64, _ part: String) throws -> [String] {
        try entries.filter { $0.tag == tag }.map { try text($0.value, part) }
    }

    /// Follows the chains of `DT_VERNEED`.
    /// https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
    func versions() throws -> [String: [String]] {
        guard let first = value(0x6FFF_FFFE), let count = value(0x6FFF_FFFF) else { return [:] }
        let part = "symbol versions"
        var (at, found) = (try offset(of: first, part), [String: [String]]())
        // No file holds more entries than bytes, whatever it says.
        for _ in 0..<max(0, min(count, reader.bytes.count / 16)) {
            let library = try text(Int(try reader.number(at + 4, part, as: UInt32.self)), part)
            let wanted = try names(at + Int(try reader.number(at + 8, part, as: UInt32.self)), of: at)
            found[library, default: []] += wanted
            let next = Int(try reader.number(at + 12, part, as: UInt32.self))
            if next == 0 { break }
            at += next
        }
        return found.mapValues { Array(Set($0)).sorted() }
    }

    private func names(_ start: Int, of entry: Int) throws -> [String] {
        let part = "symbol versions"
        let weak: UInt16 = 2
        var (at, names) = (start, [String]())
        for _ in 0..<(try reader.number(entry + 2, part, as: UInt16.self)) {
            if try reader.number(at + 4, part, as: UInt16.self) & weak == 0 {
                names.append(try text(Int(try reader.number(at + 8, part, as: UInt32.self)), part))
            }
            let next = Int(try reader.number(at + 12, part, as: UInt32.self))
            if next == 0 { break }
            at += next
        }
        return names
    }

    private func value(_ tag: UInt64) -> Int? {
        entries.first { $0.tag == tag }?.value
    }

    private func text(_ place: Int, _ part: String) throws -> String {
        guard let table = value(5) else { throw ELFError.damaged(part) }
        return try reader.text(try offset(of: table, part) + place, part)
    }

    /// Where in the file an address of the running program lies.
    private func offset(of address: Int, _ part: String) throws -> Int {
        guard address >= 0,
            let segment = loaded.first(where: { $0.address <= address && address - $0.address < $0.size })
        else { throw ELFError.damaged(part) }
        return segment.offset + address - segment.address
    }
}

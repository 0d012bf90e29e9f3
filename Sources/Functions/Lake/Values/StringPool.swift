/// Many byte strings in one block, laid out as Parquet's PLAIN encoding lays them out: four bytes of length, little
/// endian, then the bytes. So a page's values are taken in, and written out, by copying.
package struct StringPool: Sendable {
    private(set) var plain: [UInt8] = []
    /// Where the bytes of each string begin in `plain`; its length lies in the four bytes before.
    private(set) var starts: [UInt32] = []

    package init() {}

    /// The number of strings.
    package var count: Int { starts.count }

    /// About the memory that the strings take.
    var byteCount: Int { plain.count + starts.count * 4 }

    /// The bytes of the string with this code.
    package subscript(code: UInt32) -> ArraySlice<UInt8> {
        let start = Int(starts[Int(code)])
        let length = plain.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start - 4, as: UInt32.self) }
        return plain[start..<start + Int(UInt32(littleEndian: length))]
    }

    /// Adds a string and gives its code.
    ///
    /// - Throws: `ParquetProblem.tooLarge` when the block would pass 4 GiB.
    @inline(__always)
    mutating func append(_ bytes: ByteView) throws(ParquetProblem) -> UInt32 {
        try appendLength(bytes.count)
        plain.append(contentsOf: bytes)
        return UInt32(truncatingIfNeeded: starts.count - 1)
    }

    /// Adds a string with A-Z mapped to a-z.
    @inline(__always)
    mutating func appendLowered(_ bytes: ByteView) throws(ParquetProblem) -> UInt32 {
        let code = try append(bytes)
        guard bytes.hasASCIIUppercase else { return code }
        for index in plain.count - bytes.count..<plain.count { plain[index] = ByteView.lowered(plain[index]) }
        return code
    }

    /// Adds a string of another pool: one copy takes the length along.
    @inline(__always)
    mutating func append(_ code: UInt32, of views: StringViews) throws(ParquetProblem) -> UInt32 {
        let entry = views.entry(code)
        let start = plain.count + 4
        guard start + entry.count <= Int(UInt32.max) else { throw .tooLarge("a block of strings of more than 4 GiB") }
        plain.append(contentsOf: entry)
        starts.append(UInt32(truncatingIfNeeded: start))
        return UInt32(truncatingIfNeeded: starts.count - 1)
    }

    /// Makes room for `count` strings of `byteCount` bytes in all.
    mutating func reserve(count: Int, byteCount: Int) {
        plain.reserveCapacity(plain.count + byteCount + 4 * count)
        starts.reserveCapacity(starts.count + count)
    }

    /// Adds the UTF-8 bytes of `text`.
    package mutating func append(_ text: String) throws(ParquetProblem) -> UInt32 {
        var text = text
        // `withUTF8` cannot carry a typed error out of its closure, so the result does.
        let result = text.withUTF8 { bytes -> Result<UInt32, ParquetProblem> in
            Result { () throws(ParquetProblem) in try append(bytes) }
        }
        return try result.get()
    }

    /// True when the string with this code has exactly these bytes.
    @inline(__always)
    func equals(_ code: UInt32, _ bytes: ByteView) -> Bool {
        withViews { $0[code].equals(bytes) }
    }

    /// Adds all strings of another pool; their codes move up by this pool's count.
    mutating func append(_ other: StringPool) throws(ParquetProblem) {
        let base = plain.count
        guard base + other.plain.count <= Int(UInt32.max) else {
            throw .tooLarge("a block of strings of more than 4 GiB")
        }
        plain.append(contentsOf: other.plain)
        starts.append(contentsOf: other.starts.lazy.map { $0 + UInt32(truncatingIfNeeded: base) })
    }

    /// Takes over `count` strings as a PLAIN page holds them from `start` on. The first page becomes the block itself;
    /// what lies before and after its strings stays in it unused.
    mutating func appendPlain(_ page: [UInt8], from start: Int, count: Int) throws(ParquetProblem) {
        let isFirst = plain.isEmpty
        let base = isFirst ? 0 : plain.count - start
        guard plain.count + page.count <= Int(UInt32.max) else { throw .tooLarge("a column chunk of more than 4 GiB") }
        guard count <= (page.count - start) / 4 else { throw .truncated("PLAIN strings") }
        starts.reserveCapacity(starts.count + count)
        var offset = start
        try page.withRawBytes { (page) throws(ParquetProblem) in
            for _ in 0..<count {
                guard page.count - offset >= 4 else { throw .truncated("PLAIN strings") }
                let length = Int(UInt32(littleEndian: page.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                guard page.count - offset - 4 >= length else { throw .truncated("PLAIN strings") }
                starts.append(UInt32(truncatingIfNeeded: base + offset + 4))
                offset += 4 + length
            }
        }
        if isFirst {
            plain = page
        } else {
            plain.append(contentsOf: page[start..<offset])
        }
    }

    /// Calls `body` with the strings where they lie; the view must not outlive the call.
    @inline(__always)
    func withViews<Output, Failure: Error>(
        _ body: (StringViews) throws(Failure) -> Output
    ) throws(Failure) -> Output {
        try plain.withUnsafeBufferPointer { (plain) throws(Failure) in
            try starts.withUnsafeBufferPointer { (starts) throws(Failure) in
                try body(StringViews(plain: plain, starts: starts))
            }
        }
    }

    @inline(__always)
    private mutating func appendLength(_ length: Int) throws(ParquetProblem) {
        let start = plain.count + 4
        guard start + length <= Int(UInt32.max) else { throw .tooLarge("a block of strings of more than 4 GiB") }
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian) { plain.append(contentsOf: $0) }
        starts.append(UInt32(truncatingIfNeeded: start))
    }
}

/// The strings of a pool without bounds checks on their bytes: a pool never holds a start or a length that lies
/// outside its block.
struct StringViews {
    let plain: UnsafeBufferPointer<UInt8>
    let starts: UnsafeBufferPointer<UInt32>

    @inline(__always)
    subscript(code: UInt32) -> ByteView {
        let entry = entry(code)
        return ByteView(rebasing: entry[4...])
    }

    /// The string's bytes with the four bytes of length before them.
    @inline(__always)
    func entry(_ code: UInt32) -> ByteView {
        let start = Int(starts[Int(code)])
        let length = UnsafeRawBufferPointer(plain).loadUnaligned(fromByteOffset: start - 4, as: UInt32.self)
        return ByteView(rebasing: plain[start - 4..<start + Int(UInt32(littleEndian: length))])
    }
}

/// The bytes of one column chunk, page after page. A short chunk comes in one read; of a long one no more than a page is
/// held, so that a row group may be larger than memory.
struct ChunkBytes {
    private let source: ParquetSource
    private let range: Range<Int>
    private var window: ArraySlice<UInt8> = []
    /// Where `window` and the next page begin in the file.
    private var windowStart: Int
    private var position: Int

    private static let wholeByteCount = 4 << 20
    /// More than nearly every page header, and little beside a page.
    private static let headerByteCount = 16 << 10

    /// - Parameters:
    ///   - range: the chunk's place, within the file.
    init(_ source: ParquetSource, _ range: Range<Int>) throws {
        self.source = source
        self.range = range
        (windowStart, position) = (range.lowerBound, range.lowerBound)
        if range.count <= Self.wholeByteCount { window = try source.bytes(range) }
    }

    var isAtEnd: Bool { position >= range.upperBound }

    /// Reads the next page's header.
    mutating func header() throws -> PageHeader {
        while true {
            let rest = window.dropFirst(position - windowStart)
            do throws(ParquetProblem) {
                var reader = ThriftReader(rest)
                let header = try reader.pageHeader()
                position += reader.position - rest.startIndex
                return header
            } catch {
                guard case .truncated = error, position + rest.count < range.upperBound else { throw error }
            }
            let end = min(range.upperBound, position + max(Self.headerByteCount, 2 * rest.count))
            window = try source.bytes(position..<end)
            windowStart = position
        }
    }

    /// The page's bytes, after its header.
    mutating func body(of header: PageHeader) throws -> ArraySlice<UInt8> {
        let body = try bodyRange(header)
        let offset = position - windowStart
        position = body.upperBound
        guard body.upperBound > windowStart + window.count else { return window.dropFirst(offset).prefix(body.count) }
        return try source.bytes(body)
    }

    /// Goes past the page without reading it.
    mutating func skipBody(of header: PageHeader) throws {
        position = try bodyRange(header).upperBound
    }

    private func bodyRange(_ header: PageHeader) throws(ParquetProblem) -> Range<Int> {
        let count = Int(header.compressedByteCount)
        guard count <= range.upperBound - position else { throw .truncated("a page") }
        return position..<position + count
    }
}

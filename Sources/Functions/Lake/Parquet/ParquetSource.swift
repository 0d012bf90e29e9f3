/// The bytes of one Parquet file, in memory or fetched by ranges, so that a column is read without the others.
package struct ParquetSource: Sendable {
    /// What error messages call the file.
    package let name: String
    package let byteCount: Int
    private let read: @Sendable (Range<Int>) throws -> ArraySlice<UInt8>

    /// A file that is in memory as a whole.
    package init(name: String, bytes: [UInt8]) {
        self.init(name: name, byteCount: bytes.count) { bytes[$0] }
    }

    /// A file whose bytes `read` fetches. It is asked only for ranges within `byteCount`, and may be called from
    /// several threads at once.
    package init(name: String, byteCount: Int, read: @escaping @Sendable (Range<Int>) throws -> ArraySlice<UInt8>) {
        self.name = name
        self.byteCount = byteCount
        self.read = read
    }

    /// The bytes of a range that lies within the file.
    package func bytes(_ range: Range<Int>) throws -> ArraySlice<UInt8> {
        let bytes = try read(range)
        guard bytes.count == range.count else {
            throw ParquetError(file: name, problem: .truncated("the file, which has become shorter"))
        }
        return bytes
    }
}

/// A Parquet file open for reading: its footer, and its columns on demand.
///
/// Nothing in the file is trusted. Whatever is wrong ends in a `ParquetError` that names the place. Decoding one
/// column chunk allocates at most `memoryFloor + memoryFactor * byteCount` bytes for its values.
package struct ParquetFile: Sendable {
    package let source: ParquetSource
    let metadata: FileMetadata
    let columns: [FileColumn]

    /// Small files may hold much: a million equal values take a few bytes. So the limit has a floor beside the factor.
    private static let memoryFloor = 256 << 20
    private static let memoryFactor = 1024
    /// What a null takes in the widest column.
    static let nullByteCount = 9

    /// The most memory that one column chunk may take.
    var memoryLimit: Int { Self.memoryFloor + Self.memoryFactor * source.byteCount }

    /// Reads the footer.
    ///
    /// - Throws: `ParquetError`, or what the source throws.
    package init(_ source: ParquetSource) throws {
        self.source = source
        let bytes = try Self.footer(of: source)
        do throws(ParquetProblem) {
            var reader = ThriftReader(bytes)
            metadata = try reader.fileMetadata()
            let schema = try FileSchemaParser.columns(of: metadata.schema)
            columns = schema.columns
            try Self.check(metadata, leafCount: schema.leafCount)
        } catch {
            throw ParquetError(file: source.name, problem: error)
        }
    }

    package var rowCount: Int { Int(metadata.rowCount) }

    package var rowGroupCount: Int { metadata.rowGroups.count }

    /// The rows of one row group.
    package func rowCount(ofRowGroup index: Int) -> Int { Int(metadata.rowGroups[index].rowCount) }

    /// The file's own columns as a contract, as far as Lake reads them; others are left out.
    package var schema: TableSchema {
        let known = columns.compactMap { column -> ColumnSchema? in
            guard let type = try? column.valueType() else { return nil }
            return ColumnSchema(column.name, type, nullable: column.shape != .flat(isOptional: false), "")
        }
        return TableSchema(name: source.name, columns: known)
    }

    /// The bytes of the footer, without its length and magic.
    package static func footer(of source: ParquetSource) throws -> ArraySlice<UInt8> {
        func problem(_ problem: ParquetProblem) -> ParquetError { ParquetError(file: source.name, problem: problem) }
        let size = source.byteCount
        guard size >= 12 else { throw problem(.notParquet("\(size) bytes are too few")) }
        // Half of the small files' footers come with the same read as the tail.
        let guess = try source.bytes(max(0, size - 16_384)..<size)
        guard guess.suffix(4).elementsEqual("PAR1".utf8) else {
            let isEncrypted = guess.suffix(4).elementsEqual("PARE".utf8)
            throw problem(isEncrypted ? .unsupported("an encrypted footer") : .notParquet("no PAR1 at its end"))
        }
        let length = guess.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= size - 12 else { throw problem(.corrupt("a footer of \(length) bytes in a file of \(size)")) }
        let start = size - 8 - length
        if length + 8 <= guess.count { return guess.dropLast(8).suffix(length) }
        return try source.bytes(start..<size - 8)
    }

    private static func check(_ metadata: FileMetadata, leafCount: Int) throws(ParquetProblem) {
        var rows: Int64 = 0
        for (index, group) in metadata.rowGroups.enumerated() {
            guard group.columns.count == leafCount else {
                throw .corrupt("row group \(index) has \(group.columns.count) column chunks for \(leafCount) leaves")
            }
            guard (0...Int64(Int32.max)).contains(group.rowCount) else {
                throw .corrupt("row group \(index) with \(group.rowCount) rows")
            }
            rows += group.rowCount
        }
        guard rows == metadata.rowCount else {
            throw .corrupt("row groups with \(rows) rows in a file with \(metadata.rowCount)")
        }
    }
}

extension ParquetFile {
    /// The least and the greatest day that the footer gives for a DATE column; nil where it gives none to rely on.
    func dayBounds(ofColumn name: String, rowGroup: Int) -> ClosedRange<Int32>? {
        guard metadata.hasColumnOrders, let column = columns.first(where: { $0.name == name }),
            (try? column.valueType()) == .date, !column.isList,
            let statistics = metadata.rowGroups[rowGroup].columns[column.leafIndex].statistics,
            let low = statistics.minimum.flatMap(Self.day), let high = statistics.maximum.flatMap(Self.day), low <= high
        else { return nil }
        return low...high
    }

    private static func day(_ bytes: [UInt8]) -> Int32? {
        guard bytes.count == 4 else { return nil }
        return Int32(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) })
    }
}

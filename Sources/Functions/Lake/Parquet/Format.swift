// Numbers and names of the file format:
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift

/// How a leaf's values are stored.
enum PhysicalType: Int32, Sendable {
    case boolean = 0
    case int32, int64, int96, float, double, byteArray, fixedLengthByteArray
}

enum Repetition: Int32, Sendable {
    case required = 0
    case optional, repeated
}

/// The older annotation of a schema element; several readers know only this one.
enum ConvertedType: Int32, Sendable {
    case utf8 = 0
    case map = 1
    case mapKeyValue = 2
    case list = 3
    case enumeration = 4
    case decimal = 5
    case date = 6
    case timeMillis = 7
    case timeMicros = 8
    case timestampMillis = 9
    case timestampMicros = 10
    case uint8 = 11
    case uint16, uint32, uint64
    case int8, int16, int32, int64
    case json, bson, interval
}

enum TimeUnit: Sendable {
    case millis, micros, nanos
}

/// The newer annotation of a schema element, as far as it changes what a column means here.
enum LogicalType: Sendable, Equatable {
    case string
    case list
    case date
    case timestamp(TimeUnit)
    case integer(bitWidth: UInt8, isSigned: Bool)
    /// Nulls alone.
    case unknown
    /// Any other, by its field number in `LogicalType`.
    case other(Int16)
}

package enum Codec: Int32, Sendable, CaseIterable {
    case uncompressed = 0
    case snappy = 1
    case gzip = 2
    case zstd = 6

    /// The format's name of any codec, for error messages.
    static func name(_ code: Int32) -> String {
        let names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]
        return names.indices.contains(Int(code)) ? names[Int(code)] : "\(code)"
    }
}

enum Encoding: Int32, Sendable {
    case plain = 0
    case plainDictionary = 2
    case rle = 3
    case bitPacked = 4
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    case deltaByteArray = 7
    case rleDictionary = 8
    case byteStreamSplit = 9
}

/// One node of the schema tree, in the flattened depth-first order of the footer.
struct SchemaElement: Sendable, Equatable {
    var name = ""
    var physicalType: Int32?
    var repetition: Repetition?
    var childCount: Int32?
    var convertedType: Int32?
    var logicalType: LogicalType?
}

/// Counts and bounds of a column chunk; the deprecated `min` and `max` are neither read nor written.
struct ColumnStatistics: Sendable, Equatable {
    var nullCount: Int64?
    var minimum: [UInt8]?
    var maximum: [UInt8]?
}

/// What the footer says of one column chunk.
struct ColumnChunkMetadata: Sendable, Equatable {
    var physicalType: Int32 = 0
    var encodings: [Int32] = []
    var path: [String] = []
    var codec: Int32 = 0
    var valueCount: Int64 = 0
    var uncompressedByteCount: Int64 = 0
    var compressedByteCount: Int64 = 0
    var dataPageOffset: Int64 = 0
    var dictionaryPageOffset: Int64?
    var statistics: ColumnStatistics?

    /// Where the chunk's first page begins. Some writers give 0 for a dictionary that is not there.
    var startOffset: Int64 {
        guard let dictionary = dictionaryPageOffset, dictionary > 0 else { return dataPageOffset }
        return min(dictionary, dataPageOffset)
    }
}

struct RowGroupMetadata: Sendable, Equatable {
    var columns: [ColumnChunkMetadata] = []
    var byteCount: Int64 = 0
    var rowCount: Int64 = 0
}

struct FileMetadata: Sendable, Equatable {
    var version: Int32 = 1
    var schema: [SchemaElement] = []
    var rowCount: Int64 = 0
    var rowGroups: [RowGroupMetadata] = []
    var createdBy: String?
    /// True when the footer lists TYPE_ORDER for the leaves, without which min and max mean nothing.
    var hasColumnOrders = false
}

/// The header before each page's bytes.
package struct PageHeader: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case dataV1(valueCount: Int32, encoding: Int32, definitionEncoding: Int32, repetitionEncoding: Int32)
        case dataV2(DataPageV2)
        case dictionary(valueCount: Int32, encoding: Int32)
        /// An index page or a kind not yet known: passed over.
        case other(Int32)
    }

    package struct DataPageV2: Sendable, Equatable {
        package var valueCount: Int32 = -1
        package var nullCount: Int32 = 0
        package var rowCount: Int32 = 0
        package var encoding: Int32 = 0
        package var definitionByteCount: Int32 = 0
        package var repetitionByteCount: Int32 = 0
        package var isCompressed = true
    }

    package var kind: Kind
    package var uncompressedByteCount: Int32
    package var compressedByteCount: Int32
    package var crc: Int32?

    /// The values of a data page, nulls included; nil for other pages.
    var valueCount: Int? {
        switch kind {
        case .dataV1(let count, _, _, _): Int(count)
        case .dataV2(let page): Int(page.valueCount)
        case .dictionary, .other: nil
        }
    }
}

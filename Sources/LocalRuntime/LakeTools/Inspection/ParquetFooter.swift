/// A Parquet footer with everything that it says, whether Lake reads such columns or not.
///
/// `ParquetFile` keeps what reading needs; this keeps what a person, or a check, asks for.
/// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
package struct ParquetFooter: Sendable {
    package var version: Int32 = 0
    /// The tree, root first, flattened depth first.
    package var nodes: [SchemaNode] = []
    package var rowCount: Int64 = 0
    package var rowGroups: [RowGroup] = []
    package var keyValues: [KeyValue] = []
    package var createdBy: String?
    /// True for each leaf whose order is TYPE_ORDER; nil when the footer has no list of orders.
    package var columnOrders: [Bool]?
    /// The footer's own size.
    package var byteCount = 0

    package struct KeyValue: Sendable, Equatable {
        package var key = ""
        package var value: String?
    }

    package struct RowGroup: Sendable {
        package var chunks: [Chunk] = []
        /// Before compression.
        package var byteCount: Int64 = 0
        package var rowCount: Int64 = 0
    }

    package struct Chunk: Sendable {
        package var path: [String] = []
        package var physicalType: Int32 = -1
        package var encodings: [Int32] = []
        package var codec: Int32 = -1
        package var valueCount: Int64 = 0
        package var uncompressedByteCount: Int64 = 0
        package var compressedByteCount: Int64 = 0
        package var dataPageOffset: Int64 = 0
        package var dictionaryPageOffset: Int64?
        package var statistics: Statistics?
        /// The chunk lies in another file.
        package var filePath: String?

        /// Where the first page begins; some writers give 0 for a dictionary that is not there.
        package var startOffset: Int64 {
            guard let dictionary = dictionaryPageOffset, dictionary > 0 else { return dataPageOffset }
            return min(dictionary, dataPageOffset)
        }
    }

    package struct Statistics: Sendable {
        package var nullCount: Int64?
        package var distinctCount: Int64?
        package var minimum: [UInt8]?
        package var maximum: [UInt8]?
        package var isMinimumExact: Bool?
        package var isMaximumExact: Bool?
        /// The old pair, whose order nobody can rely on.
        package var deprecatedMinimum: [UInt8]?
        package var deprecatedMaximum: [UInt8]?
    }

    package var leaves: [SchemaNode] { nodes.filter(\.isLeaf) }
}

/// One node of a Parquet schema.
package struct SchemaNode: Sendable {
    package var name = ""
    /// The names from below the root down to this node.
    package var path: [String] = []
    package var physicalType: Int32?
    /// Bytes of a FIXED_LEN_BYTE_ARRAY.
    package var typeLength: Int32?
    /// 0 required, 1 optional, 2 repeated.
    package var repetition: Int32?
    package var childCount: Int32?
    package var convertedType: Int32?
    package var scale: Int32?
    package var precision: Int32?
    package var logicalType: LogicalAnnotation?

    package var isLeaf: Bool { physicalType != nil }
    package var depth: Int { path.count }

    /// `INT64`, `FIXED_LEN_BYTE_ARRAY(16)`; nil for a group.
    package var physicalName: String? {
        physicalType.map { type in
            ParquetNames.physicalType(type) + (type == 7 ? "(\(typeLength ?? 0))" : "")
        }
    }

    package var repetitionName: String? {
        repetition.map { $0 == 0 ? "required" : $0 == 1 ? "optional" : $0 == 2 ? "repeated" : "code \($0)" }
    }

    package var convertedName: String? {
        convertedType.map { $0 == 5 ? "DECIMAL(\(precision ?? 0), \(scale ?? 0))" : ParquetNames.convertedType($0) }
    }
}

/// The newer annotation of a schema node.
package enum LogicalAnnotation: Sendable, Equatable, CustomStringConvertible {
    package enum Unit: String, Sendable {
        case millis = "MILLIS"
        case micros = "MICROS"
        case nanos = "NANOS"
    }

    case decimal(scale: Int32, precision: Int32)
    case time(Unit, isUTC: Bool)
    case timestamp(Unit, isUTC: Bool)
    case integer(bitWidth: UInt8, isSigned: Bool)
    /// The kinds without parameters, by their name.
    case plain(String)

    package var description: String {
        switch self {
        case .decimal(let scale, let precision): "DECIMAL(\(precision), \(scale))"
        case .time(let unit, let isUTC): "TIME(\(unit.rawValue)\(isUTC ? ", UTC" : ""))"
        case .timestamp(let unit, let isUTC): "TIMESTAMP(\(unit.rawValue)\(isUTC ? ", UTC" : ""))"
        case .integer(let bitWidth, let isSigned): "INTEGER(\(bitWidth), \(isSigned ? "signed" : "unsigned"))"
        case .plain(let name): name
        }
    }

    package static let string = LogicalAnnotation.plain("STRING")
    package static let list = LogicalAnnotation.plain("LIST")
    package static let date = LogicalAnnotation.plain("DATE")
}

/// The format's names of its numbers.
package enum ParquetNames {
    package static func physicalType(_ code: Int32) -> String {
        name(
            code, ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"])
    }

    package static func codec(_ code: Int32) -> String {
        name(code, ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"])
    }

    package static func encoding(_ code: Int32) -> String {
        name(
            code,
            [
                "PLAIN", "code 1", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED",
                "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT",
            ])
    }

    package static func convertedType(_ code: Int32) -> String {
        name(
            code,
            [
                "UTF8", "MAP", "MAP_KEY_VALUE", "LIST", "ENUM", "DECIMAL", "DATE", "TIME_MILLIS", "TIME_MICROS",
                "TIMESTAMP_MILLIS", "TIMESTAMP_MICROS", "UINT_8", "UINT_16", "UINT_32", "UINT_64", "INT_8", "INT_16",
                "INT_32", "INT_64", "JSON", "BSON", "INTERVAL",
            ])
    }

    private static func name(_ code: Int32, _ names: [String]) -> String {
        names.indices.contains(Int(code)) ? names[Int(code)] : "code \(code)"
    }
}

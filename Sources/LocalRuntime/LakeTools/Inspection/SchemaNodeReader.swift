import Lake

extension ThriftReader {
    /// Reads a `SchemaElement`.
    mutating func schemaNode() throws(ParquetProblem) -> SchemaNode {
        var node = SchemaNode()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): node.physicalType = try reader.int32()
            case (2, .int32): node.typeLength = try reader.int32()
            case (3, .int32): node.repetition = try reader.int32()
            case (4, .binary): node.name = try reader.string()
            case (5, .int32): node.childCount = try reader.int32()
            case (6, .int32): node.convertedType = try reader.int32()
            case (7, .int32): node.scale = try reader.int32()
            case (8, .int32): node.precision = try reader.int32()
            case (10, .structure): node.logicalType = try reader.logicalAnnotation()
            default: try reader.skip(type)
            }
        }
        return node
    }

    private static let plainKinds: [Int16: String] = [
        1: "STRING", 2: "MAP", 3: "LIST", 4: "ENUM", 6: "DATE", 11: "NULL", 12: "JSON", 13: "BSON", 14: "UUID",
        15: "FLOAT16", 16: "VARIANT", 17: "GEOMETRY", 18: "GEOGRAPHY",
    ]

    private mutating func logicalAnnotation() throws(ParquetProblem) -> LogicalAnnotation? {
        var annotation: LogicalAnnotation?
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (5, .structure): annotation = try reader.decimal()
            case (7, .structure):
                let time = try reader.time()
                annotation = .time(time.unit, isUTC: time.isUTC)
            case (8, .structure):
                let time = try reader.time()
                annotation = .timestamp(time.unit, isUTC: time.isUTC)
            case (10, .structure): annotation = try reader.integerAnnotation()
            default:
                annotation = .plain(Self.plainKinds[id] ?? "logical type \(id)")
                try reader.skip(type)
            }
        }
        return annotation
    }

    private mutating func decimal() throws(ParquetProblem) -> LogicalAnnotation {
        var (scale, precision) = (Int32(0), Int32(0))
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): scale = try reader.int32()
            case (2, .int32): precision = try reader.int32()
            default: try reader.skip(type)
            }
        }
        return .decimal(scale: scale, precision: precision)
    }

    private mutating func time() throws(ParquetProblem) -> (unit: LogicalAnnotation.Unit, isUTC: Bool) {
        var (unit, isUTC): (LogicalAnnotation.Unit?, Bool) = (nil, false)
        try fields { (reader, id, type) throws(ParquetProblem) in
            guard id == 2, type == .structure else {
                if id == 1 { isUTC = type == .booleanTrue }
                return try reader.skip(type)
            }
            try reader.fields { (reader, id, type) throws(ParquetProblem) in
                unit = id == 1 ? .millis : id == 2 ? .micros : id == 3 ? .nanos : nil
                try reader.skip(type)
            }
        }
        guard let unit else { throw .corrupt("a time of no known unit in the schema") }
        return (unit, isUTC)
    }

    private mutating func integerAnnotation() throws(ParquetProblem) -> LogicalAnnotation {
        var (bitWidth, isSigned) = (UInt8(0), true)
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .byte): bitWidth = try reader.rawByte()
            case (2, .booleanTrue), (2, .booleanFalse): isSigned = type == .booleanTrue
            default: try reader.skip(type)
            }
        }
        return .integer(bitWidth: bitWidth, isSigned: isSigned)
    }
}

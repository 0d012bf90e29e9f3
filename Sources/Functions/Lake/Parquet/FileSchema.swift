/// A top-level column as a file declares it.
struct FileColumn: Sendable {
    enum Shape: Sendable, Equatable {
        case flat(isOptional: Bool)
        /// A list; its element is the leaf. `isOptional` speaks of the list, `elementIsOptional` of the element.
        case list(isOptional: Bool, elementIsOptional: Bool)
        case unsupported(String)
    }

    let name: String
    let shape: Shape
    /// The position of the leaf among the column chunks of a row group.
    let leafIndex: Int
    /// The schema node that holds the values.
    let leaf: SchemaElement

    var maximumDefinition: UInt8 {
        switch shape {
        case .flat(let isOptional): isOptional ? 1 : 0
        case .list(let isOptional, let elementIsOptional): (isOptional ? 1 : 0) + 1 + (elementIsOptional ? 1 : 0)
        case .unsupported: 0
        }
    }

    var isList: Bool {
        if case .list = shape { true } else { false }
    }

    /// A column of nulls alone, written without a type: the physical one means nothing.
    var isUntyped: Bool { leaf.logicalType == .unknown }

    var physicalType: PhysicalType? { leaf.physicalType.flatMap(PhysicalType.init) }

    /// The unit of a timestamp column; nil for other columns.
    var timeUnit: TimeUnit? {
        switch (leaf.logicalType, leaf.convertedType.flatMap(ConvertedType.init)) {
        case (.timestamp(let unit), _): unit
        case (nil, .timestampMillis): .millis
        case (nil, .timestampMicros): .micros
        default: nil
        }
    }

    /// The type of the column's values, or why Lake does not read them.
    func valueType() throws(ParquetProblem) -> ColumnType {
        if case .unsupported(let reason) = shape { throw .unsupported(reason) }
        guard let physicalType else { throw .corrupt("a leaf of no known type") }
        if isUntyped { return isList ? .stringList : .string }
        let annotation = leaf.convertedType.flatMap(ConvertedType.init)
        switch (physicalType, annotation, leaf.logicalType) {
        case (.boolean, _, _): return .boolean
        case (.int96, _, _): return .timestamp
        case (.float, nil, nil), (.double, nil, nil): return .double
        case (.int32, .date, _), (.int32, _, .date): return .date
        case (.int32, nil, nil), (.int32, .int8, _), (.int32, .int16, _), (.int32, .int32, _): return .int32
        case (.int32, _, .integer(_, true)): return .int32
        case (.int64, _, .timestamp), (.int64, .timestampMillis, nil), (.int64, .timestampMicros, nil):
            return .timestamp
        case (.int64, nil, nil), (.int64, .int64, _), (.int64, _, .integer(_, true)): return .int64
        case (.byteArray, nil, nil), (.byteArray, .utf8, _), (.byteArray, _, .string):
            return isList ? .stringList : .string
        case (.byteArray, .enumeration, _), (.byteArray, .json, _): return isList ? .stringList : .string
        default: throw .unsupported("\(physicalType) values annotated \(annotationText)")
        }
    }

    private var annotationText: String {
        if let logical = leaf.logicalType { return "\(logical)" }
        return leaf.convertedType.map { ConvertedType(rawValue: $0).map { "\($0)" } ?? "with code \($0)" }
            ?? "as nothing"
    }
}

/// Reads the flattened schema tree into top-level columns.
struct FileSchemaParser {
    private let elements: [SchemaElement]
    private var position = 1
    private var leafCount = 0

    private static let maximumDepth = 32

    /// The top-level columns and the number of leaves below them.
    static func columns(
        of elements: [SchemaElement]
    ) throws(ParquetProblem) -> (columns: [FileColumn], leafCount: Int) {
        guard let root = elements.first, let count = root.childCount, count >= 0 else {
            throw .corrupt("a schema without a root")
        }
        guard count < elements.count else { throw .corrupt("a schema root with more children than elements") }
        var parser = FileSchemaParser(elements: elements)
        var columns: [FileColumn] = []
        for _ in 0..<count { columns.append(try parser.column()) }
        guard parser.position == elements.count else { throw .corrupt("schema elements outside the tree") }
        return (columns, parser.leafCount)
    }

    private init(elements: [SchemaElement]) {
        self.elements = elements
    }

    private mutating func column() throws(ParquetProblem) -> FileColumn {
        let first = position
        let leafIndex = leafCount
        let top = try next()
        try passChildren(of: top, depth: 1)
        let nodes = elements[first..<position]
        let (shape, leaf) = try Self.shape(of: Array(nodes))
        return FileColumn(name: top.name, shape: shape, leafIndex: leafIndex, leaf: leaf)
    }

    private mutating func next() throws(ParquetProblem) -> SchemaElement {
        guard position < elements.count else { throw .truncated("the schema") }
        defer { position += 1 }
        return elements[position]
    }

    private mutating func passChildren(of node: SchemaElement, depth: Int) throws(ParquetProblem) {
        guard depth <= Self.maximumDepth else { throw .corrupt("a schema nested too deeply") }
        guard node.physicalType == nil else {
            leafCount += 1
            return
        }
        guard let count = node.childCount, count >= 0 else { throw .corrupt("a group without children") }
        for _ in 0..<count { try passChildren(of: try next(), depth: depth + 1) }
    }

    /// Recognises flat columns and lists in two or three levels, whatever the inner names are: LAKE_SPEC 4 asks for
    /// `element`, `item` and `array_element` alike.
    ///
    /// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists
    private static func shape(of nodes: [SchemaElement]) throws(ParquetProblem) -> (FileColumn.Shape, SchemaElement) {
        let top = nodes[0]
        guard let repetition = top.repetition else { throw .corrupt("a column without a repetition") }
        if top.physicalType != nil {
            let isRepeated = repetition == .repeated
            let shape: FileColumn.Shape =
                isRepeated
                ? .list(isOptional: false, elementIsOptional: false) : .flat(isOptional: repetition == .optional)
            return (shape, top)
        }
        let isList = top.convertedType == ConvertedType.list.rawValue || top.logicalType == .list
        guard isList, repetition != .repeated, let last = nodes.last, nodes.count <= 3, nodes.count > 1,
            nodes[1].repetition == .repeated,
            last.physicalType == PhysicalType.byteArray.rawValue || last.logicalType == .unknown
        else { return (.unsupported("a nested column that is no list of strings"), top) }
        let isOptional = repetition == .optional
        if nodes.count == 2 { return (.list(isOptional: isOptional, elementIsOptional: false), last) }
        // In two-level lists a group of this name is the element itself, a structure of one field.
        guard nodes[1].name != "array", nodes[1].name != "\(top.name)_tuple", last.repetition != .repeated else {
            return (.unsupported("a list of structures"), top)
        }
        return (.list(isOptional: isOptional, elementIsOptional: last.repetition == .optional), last)
    }
}

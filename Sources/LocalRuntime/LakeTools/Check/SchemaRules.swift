import Lake

/// A file's schema against the table's contract: names, order, types, annotations, nullability.
struct SchemaRules {
    private let contract: TableSchema
    private let place: Place
    private(set) var findings: [Finding] = []
    /// Columns whose values can be read under the contract.
    private(set) var readable: Set<String> = []

    private static let partitionColumns: Set<String> = ["dt", "hour", "data_local"]

    init(_ footer: ParquetFooter, _ contract: TableSchema, _ place: Place) {
        self.contract = contract
        self.place = place
        let tops = footer.nodes.filter { $0.depth == 1 }
        checkNames(tops.map(\.name))
        for column in contract.columns {
            let nodes = footer.nodes.filter { $0.path.first == column.name }
            if !nodes.isEmpty { check(column, nodes) }
        }
    }

    private mutating func add(_ code: FindingCode, _ column: String?, _ message: String) {
        findings.append(Finding(code, place.with(column: column), message))
    }

    private mutating func checkNames(_ names: [String]) {
        let due = contract.columns.map(\.name)
        for name in due where !names.contains(name) {
            add(.columnMissing, name, "the column is missing")
        }
        for name in names where !due.contains(name) {
            if isPartitionColumn(name) {
                add(.partitionColumn, name, "a partition column repeated in the file")
            } else {
                add(.columnExtra, name, "a column that \(contract.name) does not have")
            }
        }
        for name in Set(names).sorted() where names.count(where: { $0 == name }) > 1 {
            add(.columnExtra, name, "the column stands several times")
        }
        let (common, dueCommon) = (names.filter(due.contains), due.filter(names.contains))
        if common != dueCommon, Set(common).count == common.count,
            let index = common.indices.first(where: { common[$0] != dueCommon[$0] })
        {
            add(.columnOrder, common[index], "stands where \(dueCommon[index]) is due")
        }
    }

    /// `data_local` is a column of silver, where partitions are `dt` and `hour`.
    private func isPartitionColumn(_ name: String) -> Bool {
        Self.partitionColumns.contains(name)
    }

    private mutating func check(_ column: ColumnSchema, _ nodes: [SchemaNode]) {
        guard let leaf = nodes.last else { return }
        let due = Expected(column.type)
        guard nodes.count == (column.type == .stringList ? 3 : 1), leaf.isLeaf else {
            let shape = nodes.map { "\($0.repetitionName ?? "") \($0.physicalName ?? "group") \($0.name)" }
            return add(.columnType, column.name, "[\(shape.joined(separator: " { "))], not \(column.type.rawValue)")
        }
        guard leaf.physicalType == due.physicalType, !due.excludes(leaf) else {
            return add(.columnType, column.name, "\(Self.text(leaf)), not \(due.text)")
        }
        readable.insert(column.name)
        if leaf.convertedType != due.convertedType || leaf.logicalType != due.logicalType {
            add(.columnAnnotation, column.name, "\(Self.text(leaf)), not \(due.text)")
        }
        if column.type == .stringList {
            checkList(column, nodes)
        } else {
            checkRepetition(column, leaf)
        }
    }

    private mutating func checkRepetition(_ column: ColumnSchema, _ leaf: SchemaNode) {
        let due: Int32 = column.isNullable ? 1 : 0
        guard leaf.repetition != due else { return }
        let word = column.isNullable ? "optional" : "required"
        add(.columnNullability, column.name, "\(leaf.repetitionName ?? "without repetition"), not \(word)")
    }

    /// `optional group tags (LIST) { repeated group list { optional binary element (STRING) } }`.
    private mutating func checkList(_ column: ColumnSchema, _ nodes: [SchemaNode]) {
        if nodes[0].convertedType != 3 || nodes[0].logicalType != .list {
            add(.columnAnnotation, column.name, "the group lacks LIST in the old or the new annotation")
        }
        if nodes[1].name != "list" || nodes[2].name != "element" {
            add(.columnAnnotation, column.name, "levels called \(nodes[1].name), \(nodes[2].name), not list, element")
        }
        if nodes.map(\.repetition) != [1, 2, 1] {
            let found = nodes.map { $0.repetitionName ?? "none" }.joined(separator: ", ")
            add(.columnNullability, column.name, "\(found), not optional, repeated, optional")
        }
    }

    private static func text(_ node: SchemaNode) -> String {
        let annotations = [node.logicalType?.description, node.convertedName].compactMap(\.self)
        return ([node.physicalName ?? "group"] + annotations).joined(separator: " ")
    }

    /// LAKE_SPEC 4's form of a type.
    private struct Expected {
        let physicalType: Int32
        let convertedType: Int32?
        let logicalType: LogicalAnnotation?

        init(_ type: ColumnType) {
            (physicalType, convertedType, logicalType) =
                switch type {
                case .boolean: (0, nil, nil)
                case .int32: (1, nil, nil)
                case .int64: (2, nil, nil)
                case .double: (5, nil, nil)
                case .string, .stringList: (6, 0, .string)
                case .date: (1, 6, .date)
                case .timestamp: (2, 10, .timestamp(.micros, isUTC: true))
                }
        }

        var text: String {
            var node = SchemaNode()
            (node.physicalType, node.convertedType, node.logicalType) = (physicalType, convertedType, logicalType)
            return SchemaRules.text(node)
        }

        /// The annotations make something else of the same physical type: a date of a number, an unsigned number.
        func excludes(_ leaf: SchemaNode) -> Bool {
            let found = leaf.logicalType ?? leaf.convertedType.flatMap(Self.logical)
            switch (found, logicalType) {
            case (nil, nil), (.integer(_, isSigned: true), nil): return false
            case (nil, .some(let due)): return due != .string
            default: return found != logicalType
            }
        }

        private static func logical(_ convertedType: Int32) -> LogicalAnnotation? {
            switch convertedType {
            case 0: .string
            case 6: .date
            case 9: .timestamp(.millis, isUTC: true)
            case 10: .timestamp(.micros, isUTC: true)
            case 15, 16, 17, 18: .integer(bitWidth: 64, isSigned: true)
            default: .plain(ParquetNames.convertedType(convertedType))
            }
        }
    }
}

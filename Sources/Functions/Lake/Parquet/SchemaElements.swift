extension ColumnSchema {
    /// The names from the root to the leaf.
    var path: [String] {
        type == .stringList ? [name, "list", "element"] : [name]
    }

    /// The column's schema nodes. Lists have LAKE_SPEC 4's three levels, list and element optional in every table.
    /// Each node bears the converted type beside the logical one: some readers know only the older.
    fileprivate var elements: [SchemaElement] {
        guard type == .stringList else {
            let repetition: Repetition = isNullable ? .optional : .required
            return [Self.leaf(name, type, repetition)]
        }
        var list = SchemaElement(name: name, repetition: .optional, childCount: 1)
        list.convertedType = ConvertedType.list.rawValue
        list.logicalType = .list
        let repeated = SchemaElement(name: "list", repetition: .repeated, childCount: 1)
        return [list, repeated, Self.leaf("element", .string, .optional)]
    }

    private static func leaf(_ name: String, _ type: ColumnType, _ repetition: Repetition) -> SchemaElement {
        var element = SchemaElement(name: name, repetition: repetition)
        let (physical, converted, logical): (PhysicalType, ConvertedType?, LogicalType?) =
            switch type {
            case .boolean: (.boolean, nil, nil)
            case .int32: (.int32, nil, nil)
            case .int64: (.int64, nil, nil)
            case .double: (.double, nil, nil)
            case .string, .stringList: (.byteArray, .utf8, .string)
            case .date: (.int32, .date, .date)
            case .timestamp: (.int64, .timestampMicros, .timestamp(.micros))
            }
        element.physicalType = physical.rawValue
        element.convertedType = converted?.rawValue
        element.logicalType = logical
        return element
    }
}

extension TableSchema {
    /// The flattened schema tree.
    var elements: [SchemaElement] {
        [SchemaElement(name: "schema", childCount: Int32(columns.count))] + columns.flatMap(\.elements)
    }

    /// Eight hexadecimal digits that change with the table's name, columns, types or nullability (FNV-1a): the build
    /// in `created_by`, so that a file tells which contract wrote it.
    var fingerprint: String {
        var hash: UInt32 = 0x811C_9DC5
        let text = columns.reduce(name) { "\($0);\($1.name):\($1.type.rawValue):\($1.isNullable)" }
        for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}

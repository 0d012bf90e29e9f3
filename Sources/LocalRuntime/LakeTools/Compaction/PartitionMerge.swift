import Lake

/// All rows of one partition as one file. The bytes depend on the rows alone: not on how many files hold them, nor on
/// the files' order, their writer, codec or pages.
///
/// One column of the partition is in memory at a time, beside the rows' order.
struct PartitionMerge {
    private let contract: TableSchema
    private let codec: Codec
    private let files: [ParquetFile]
    private let limits = ParquetLimits()

    /// Opens the files, and refuses those whose columns are not the contract's: a merge would lose or invent some.
    init(_ paths: [String], _ contract: TableSchema, _ codec: Codec) throws {
        self.contract = contract
        self.codec = codec
        files = try paths.map { path in
            let source = try LocalParquet.source(path)
            let rules = SchemaRules(try ParquetFooter(source), contract, Place(.raw))
            let fatal: Set<FindingCode> = [.columnMissing, .columnExtra, .columnType, .partitionColumn]
            if let finding = rules.findings.first(where: { fatal.contains($0.code) }) {
                throw ParquetError(file: path, column: finding.place.column, problem: .contract(finding.message))
            }
            return try ParquetFile(source)
        }
    }

    var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }

    /// Makes the file, piece by piece.
    func write(_ emit: ([UInt8]) throws -> Void) throws {
        let order = try SortOrder(contract).sorted(rowCount: rowCount, column)
        var writer = ParquetWriter(schema: contract, codec: codec, limits: limits)
        for first in stride(from: 0, to: order.count, by: limits.rowGroupRowCount) {
            let rows = Array(order[first..<min(order.count, first + limits.rowGroupRowCount)])
            for schema in contract.columns {
                try writer.write(try column(schema).gathered(rows).withoutRepeatedStrings)
                try emit(writer.takeBytes())
            }
        }
        try emit(try writer.finish())
    }

    /// The only run of a bronze partition; nil when there are several.
    func onlyRun() throws -> String? {
        guard let index = contract.index(of: "run_id") else { return nil }
        let runs = try column(contract.columns[index])
        guard case .string(let column) = runs else { return nil }
        let names = Set(column.codes.map { column.pool[$0] })
        return names.count == 1 ? names.first.map { String(decoding: $0, as: UTF8.self) } : nil
    }

    /// One column over all files.
    private func column(_ schema: ColumnSchema) throws -> ParquetColumn {
        var column = ParquetColumn(empty: schema.type)
        for file in files {
            for group in 0..<file.rowGroupCount { try column.append(try file.read(schema, rowGroup: group)) }
        }
        return column
    }
}

extension ParquetColumn {
    /// Equal strings under one code, the first. How a pool came about must not show in the written dictionary.
    fileprivate var withoutRepeatedStrings: ParquetColumn {
        switch self {
        case .string(let column): return .string(column.withoutRepeatedStrings)
        case .stringList(var column):
            column.elements = column.elements.withoutRepeatedStrings
            return .stringList(column)
        default: return self
        }
    }
}

extension StringColumn {
    fileprivate var withoutRepeatedStrings: StringColumn {
        var first: [ArraySlice<UInt8>: UInt32] = [:]
        let codes = (0..<UInt32(pool.count)).map { code in
            let known = first[pool[code]] ?? code
            first[pool[code]] = known
            return known
        }
        return StringColumn(pool: pool, codes: self.codes.map { $0 == Self.null ? $0 : codes[Int($0)] })
    }
}

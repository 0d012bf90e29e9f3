import Lake

/// One file of a table under check: its physical rules, its schema, its statistics, and its rows for whoever has rules
/// for them. One row group is in memory at a time.
struct TableFile {
    let place: Place
    private let path: String
    private let contract: TableSchema
    private(set) var findings: [Finding] = []
    private(set) var rowCount = 0
    private(set) var byteCount = 0
    /// The file was read to its end.
    private(set) var isReadable = false
    private var hasEveryColumn = false
    /// The file was read to its end and has every column of its contract in a form that can be read.
    var isWhole: Bool { isReadable && hasEveryColumn }

    init(_ path: String, _ contract: TableSchema, _ place: Place) {
        self.path = path
        self.contract = contract
        self.place = place
    }

    /// Runs all rules, and hands each row group to `body`.
    mutating func check(_ body: (RowGroupValues) -> Void) {
        do {
            let source = try LocalParquet.source(path)
            byteCount = source.byteCount
            try check(source, body)
            isReadable = true
        } catch let error as ParquetError {
            let place = place.with(rowGroup: error.rowGroup, column: error.column)
            let page = error.page.map { " (page \($0))" } ?? ""
            findings.append(Finding(.unreadable, place, error.problem.message + page))
        } catch {
            findings.append(Finding(.unreadable, place, "\(error)"))
        }
    }

    private mutating func check(_ source: ParquetSource, _ body: (RowGroupValues) -> Void) throws {
        let footer = try ParquetFooter(source)
        let file = try ParquetFile(source)
        rowCount = file.rowCount
        var physical = FileRules(source, footer, place)
        defer { findings += physical.findings }
        try physical.check()
        let schema = SchemaRules(footer, contract, place)
        findings += schema.findings
        hasEveryColumn = schema.readable.count == contract.columns.count
        var firstRow = 0
        for group in 0..<file.rowGroupCount {
            body(try read(file, group, footer, schema.readable, firstRow))
            firstRow += file.rowCount(ofRowGroup: group)
        }
    }

    private mutating func read(
        _ file: ParquetFile, _ index: Int, _ footer: ParquetFooter, _ readable: Set<String>, _ firstRow: Int
    ) throws -> RowGroupValues {
        let count = file.rowCount(ofRowGroup: index)
        let chunks = zip(footer.leaves, footer.rowGroups[index].chunks)
        let byColumn = Dictionary(chunks.map { ($0.path.first ?? "", $1) }) { first, _ in first }
        var broken: Set<Int> = []
        var columns: [ParquetColumn] = []
        for column in contract.columns {
            guard readable.contains(column.name), let chunk = byColumn[column.name] else {
                columns.append(ParquetColumn(nulls: count, type: column.type))
                continue
            }
            // Read as if nulls were welcome: one that is not becomes a finding, and the other rows are still checked.
            let welcome = ColumnSchema(column.name, column.type, nullable: true, column.meaning)
            let values = try file.read(welcome, rowGroup: index)
            let place = place.with(rowGroup: index, column: column.name)
            findings += StatisticsRules.findings(values, chunk, place)
            if !column.isNullable { broken.formUnion(nulls(values, place, firstRow)) }
            columns.append(values)
        }
        return RowGroupValues(
            table: ParquetTable(schema: contract, columns: columns), place: place.with(rowGroup: index),
            firstRow: firstRow, isWhole: hasEveryColumn, brokenRows: broken)
    }

    private mutating func nulls(_ column: ParquetColumn, _ place: Place, _ firstRow: Int) -> [Int] {
        guard column.hasNulls else { return [] }
        let rows = (0..<column.rowCount).filter(column.isNull)
        let others = rows.count > 1 ? " (and in \(rows.count - 1) more rows)" : ""
        let first = rows.first.map { firstRow + $0 }
        findings.append(Finding(.nullValue, place.with(row: first), "null, where none may be" + others))
        return rows
    }
}

extension ParquetColumn {
    func isNull(_ row: Int) -> Bool {
        switch self {
        case .boolean(let column): column[row] == nil
        case .int32(let column): column[row] == nil
        case .int64(let column): column[row] == nil
        case .double(let column): column[row] == nil
        case .string(let column): column.codes[row] == StringColumn.null
        case .stringList(let column): column.validity?[row] == false
        }
    }
}

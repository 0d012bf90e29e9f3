import Lake

/// Holds the rows of a table's files against those that are due, in any order, doubles to 1e-9.
///
/// Two passes: digests of both sides first, which tell equal tables at once; then only the buckets that differ, a few
/// thousand rows at a time.
struct RowComparison {
    private let contract: TableSchema
    private let key: Set<String>

    private let rowLimit: Int

    init(_ contract: TableSchema) {
        self.init(contract, key: contract.key, rowLimit: 1 << 14)
    }

    /// - Parameters:
    ///   - rowLimit: rows of either side in memory at a time, or of one bucket where that has more.
    init(_ contract: TableSchema, key: Set<String>, rowLimit: Int) {
        self.contract = contract
        self.key = key
        self.rowLimit = rowLimit
    }

    /// The first row in which the two sides part.
    struct Difference {
        enum Kind {
            case missing, unexpected
            /// The row is there and has another value in this column.
            case value(column: String)
        }

        let kind: Kind
        let message: String
        /// Where the row lies among the files that were found; nil for one that is missing.
        let place: (file: String, row: Int)?
    }

    /// - Parameters:
    ///   - found: the table's files as they lie in the lake; `due`: the same rows made anew.
    /// - Returns: nil when both hold the same rows.
    func difference(found: [ParquetFile], due: [ParquetFile]) throws -> Difference? {
        let suspects = try digests(found).differing(from: try digests(due), rowLimit: rowLimit)
        for buckets in suspects {
            let (left, right) = (try rows(found, buckets), try rows(due, buckets))
            if let difference = difference(left, right) { return difference }
        }
        return nil
    }

    private func digests(_ files: [ParquetFile]) throws -> RowDigests {
        var digests = RowDigests()
        for file in files {
            for group in 0..<file.rowGroupCount { digests.add(RowHashes(try table(file, group), key: key)) }
        }
        return digests
    }

    private func table(_ file: ParquetFile, _ group: Int) throws -> ParquetTable {
        ParquetTable(schema: contract, columns: try contract.columns.map { try file.read($0, rowGroup: group) })
    }

    private struct Row {
        let key: [Cell]
        let cells: [Cell]
        let place: (file: String, row: Int)
    }

    private func rows(_ files: [ParquetFile], _ buckets: Set<Int>) throws -> [Row] {
        var rows: [Row] = []
        for file in files {
            var first = 0
            for group in 0..<file.rowGroupCount {
                let table = try table(file, group)
                let hashes = RowHashes(table, key: key)
                for row in hashes.keys.indices where buckets.contains(RowDigests.bucket(hashes.keys[row])) {
                    let cells = table.columns.map { Cell($0, row) }
                    let keys = zip(contract.columns, cells).filter { key.contains($0.0.name) }.map(\.1)
                    rows.append(Row(key: keys, cells: cells, place: (file.source.name, first + row)))
                }
                first += table.rowCount
            }
        }
        return rows
    }

    private func difference(_ found: [Row], _ due: [Row]) -> Difference? {
        var missing = Dictionary(due.map { ($0.key, $0) }) { first, _ in first }
        for row in found {
            guard let match = missing.removeValue(forKey: row.key) else {
                return Difference(kind: .unexpected, message: "\(name(row)) is not due", place: row.place)
            }
            for (column, (left, right)) in zip(contract.columns, zip(row.cells, match.cells)) where !left.isSame(right)
            {
                let message = "\(column.name) of \(name(row)) is \(left), not \(right)"
                return Difference(kind: .value(column: column.name), message: message, place: row.place)
            }
        }
        guard let lost = due.first(where: { missing[$0.key] != nil }) else { return nil }
        return Difference(kind: .missing, message: "\(name(lost)) is missing", place: nil)
    }

    private func name(_ row: Row) -> String {
        let names = contract.columns.map(\.name).filter(key.contains)
        return zip(names, row.key).map { "\($0) \($1)" }.joined(separator: ", ")
    }
}

/// One value of a row, texts as bytes.
private enum Cell: Hashable, CustomStringConvertible {
    case null
    case number(Int64)
    case double(Double)
    case bytes([UInt8])
    case list([[UInt8]?])

    init(_ column: ParquetColumn, _ row: Int) {
        self =
            switch column {
            case .boolean(let column): column[row].map { .number($0 ? 1 : 0) } ?? .null
            case .int32(let column): column[row].map { .number(Int64($0)) } ?? .null
            case .int64(let column): column[row].map(Cell.number) ?? .null
            case .double(let column): column[row].map(Cell.double) ?? .null
            case .string(let column): column[row].map { .bytes(Array($0)) } ?? .null
            case .stringList(let column): column[row].map { .list($0.map { $0.map(Array.init) }) } ?? .null
            }
    }

    func isSame(_ other: Cell) -> Bool {
        if case (.double(let left), .double(let right)) = (self, other) { return isClose(left, right) }
        return self == other
    }

    var description: String {
        switch self {
        case .null: "null"
        case .number(let value): "\(value)"
        case .double(let value): "\(value)"
        case .bytes(let value): "\"\(Array(value.prefix(60)).text)\""
        case .list(let values): "[\(values.prefix(10).map { $0.map(\.text) ?? "null" }.joined(separator: ", "))]"
        }
    }
}

extension TableSchema {
    /// The columns that tell a table's rows apart within one partition (LAKE_SPEC 2 and 3).
    var key: Set<String> {
        switch name {
        case "streams": ["id_stream", "slot_coleta"]
        case "quarentena": ["run_id", "row_no"]
        case "execucoes": ["run_id"]
        case "fato_streams":
            ["id_streamer", "id_categoria", "nome_categoria", "tipo_conteudo", "periodo_dia", "idioma"]
        case "top_jogos", "top_streamers": ["posicao"]
        case "participacao_idioma": ["idioma"]
        case "tendencia_horaria": ["hora_local"]
        case "faixa_popularidade": ["faixa_espectadores"]
        default: Set(columns.map(\.name))
        }
    }
}

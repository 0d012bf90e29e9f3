/// Makes silver columns of one bronze column, chunk by chunk.
protocol SilverColumnBuilder {
    /// Adds these rows of a chunk.
    mutating func add(_ column: ParquetColumn, rows: [UInt32]) throws(ParquetProblem)
    /// The silver columns, in the contract's order.
    mutating func finish() throws(ParquetProblem) -> [ParquetColumn]
}

/// A text under a rule.
struct TextBuilder: SilverColumnBuilder {
    let rule: TextRule
    private(set) var column: StringColumn
    private let blankCode: UInt32

    init(_ rule: TextRule) throws(ParquetProblem) {
        self.rule = rule
        column = StringColumn()
        blankCode = try column.pool.append(rule.blank)
    }

    mutating func add(_ stored: ParquetColumn, rows: [UInt32]) throws(ParquetProblem) {
        guard case .string(let stored) = stored else { return }
        var known = [UInt32](repeating: .max, count: stored.pool.count)
        column.codes.reserveCapacity(column.codes.count + rows.count)
        try stored.pool.withViews { (views) throws(ParquetProblem) in
            for row in rows {
                let code = stored.codes[Int(row)]
                guard code != StringColumn.null else {
                    column.codes.append(blankCode)
                    continue
                }
                if known[Int(code)] == .max {
                    known[Int(code)] = try rule.code(code, views, blankCode, in: &column.pool)
                }
                column.codes.append(known[Int(code)])
            }
        }
    }

    func finish() -> [ParquetColumn] { [.string(column)] }

    /// The rows with the rule's blank word.
    func isBlank(_ row: Int) -> Bool { column.codes[row] == blankCode }
}

/// `nome_streamer`: the name, or the login where it is blank.
struct NameBuilder: SilverColumnBuilder {
    private var names: TextBuilder
    private let login: StringColumn

    init(login: StringColumn) throws(ParquetProblem) {
        names = try TextBuilder(.nome)
        self.login = login
    }

    mutating func add(_ stored: ParquetColumn, rows: [UInt32]) throws(ParquetProblem) {
        try names.add(stored, rows: rows)
    }

    func finish() throws(ParquetProblem) -> [ParquetColumn] {
        var column = names.column
        var mapper = PoolMapper(login.pool)
        for row in column.codes.indices where names.isBlank(row) {
            column.codes[row] = try mapper.copy(login.codes[row], into: &column.pool)
        }
        return [.string(column)]
    }
}

/// `nome_categoria` and `tipo_conteudo`.
struct CategoryBuilder: SilverColumnBuilder {
    private var names: TextBuilder

    init() throws(ParquetProblem) {
        names = try TextBuilder(.categoria)
    }

    mutating func add(_ stored: ParquetColumn, rows: [UInt32]) throws(ParquetProblem) {
        try names.add(stored, rows: rows)
    }

    func finish() throws(ParquetProblem) -> [ParquetColumn] {
        let kinds = names.column.mapped(null: .game, ContentKind.init(category:))
        return [.string(names.column), .string(try ContentKind.column(kinds))]
    }
}

/// `id_categoria`: 0 for what is no numeric id.
struct CategoryIDBuilder: SilverColumnBuilder {
    private var ids: [Int64] = []

    mutating func add(_ stored: ParquetColumn, rows: [UInt32]) {
        guard case .string(let stored) = stored else { return }
        let all = stored.mapped(null: 0, \.numericID)
        ids.append(contentsOf: rows.lazy.map { all[Int($0)] })
    }

    func finish() -> [ParquetColumn] { [.int64(FixedColumn(values: ids))] }
}

/// `tags` and `qtd_tags`: elements trimmed, null and blank ones dropped.
struct TagsBuilder: SilverColumnBuilder {
    private var tags = StringListColumn()

    mutating func add(_ stored: ParquetColumn, rows: [UInt32]) throws(ParquetProblem) {
        guard case .stringList(let stored) = stored else { return }
        // The new code of each string of the pool, null for blank ones.
        let codes = try stored.elements.pool.withViews { (views) throws(ParquetProblem) in
            var codes: [UInt32] = []
            codes.reserveCapacity(views.starts.count)
            for code in 0..<UInt32(views.starts.count) {
                codes.append(try TextRule.tag.code(code, views, StringColumn.null, in: &tags.elements.pool))
            }
            return codes
        }
        for row in rows {
            for index in stored.range(of: Int(row)) {
                let code = stored.elements.codes[index]
                if code != StringColumn.null, codes[Int(code)] != StringColumn.null {
                    tags.elements.codes.append(codes[Int(code)])
                }
            }
            tags.ends.append(UInt32(truncatingIfNeeded: tags.elements.codes.count))
        }
    }

    func finish() -> [ParquetColumn] {
        let counts = tags.ends.indices.map { Int32(truncatingIfNeeded: tags.range(of: $0).count) }
        return [.stringList(tags), .int32(FixedColumn(values: counts))]
    }
}

/// `conteudo_adulto`: null is false.
struct MatureBuilder: SilverColumnBuilder {
    private var flags: [Bool] = []

    mutating func add(_ stored: ParquetColumn, rows: [UInt32]) {
        guard case .boolean(let stored) = stored else { return }
        flags.append(contentsOf: rows.lazy.map { stored[Int($0)] ?? false })
    }

    func finish() -> [ParquetColumn] { [.boolean(FixedColumn(values: flags))] }
}

/// Makes the columns of silver `streams` for the kept rows, in the contract's order.
struct SilverColumns {
    private let partition: BronzePartition
    private let selection: RowSelection
    private let configuration: LakeConfiguration
    /// Kept for `nome_streamer`, which falls back to it.
    private var login = StringColumn()

    /// The bronze columns that `made` looks at; the others it can do without.
    static let sources: Set<String> = [
        "user_login", "user_name", "game_id", "game_name", "title", "language", "tags", "is_mature",
    ]

    init(_ partition: BronzePartition, _ selection: RowSelection, _ configuration: LakeConfiguration) {
        self.partition = partition
        self.selection = selection
        self.configuration = configuration
    }

    /// The silver columns that come of one bronze column.
    mutating func made(from name: String, _ stored: [ParquetColumn?]) throws -> [ParquetColumn] {
        switch name {
        case "id": return [number(selection.keptValues(partition.idStream))]
        case "user_id": return [number(selection.keptValues(partition.idStreamer))]
        case "user_login":
            login = try TextRule.login.column(stored, selection)
            return [.string(login)]
        case "user_name": return [.string(try names(stored))]
        case "game_id": return [number(categoryIDs(stored))]
        case "game_name":
            let names = try TextRule.categoria.column(stored, selection)
            return [.string(names), .string(try kinds(names))]
        case "title": return [.string(try TextRule.titulo.column(stored, selection))]
        case "language": return [.string(try TextRule.idioma.column(stored, selection))]
        case "tags":
            let tags = try tags(stored)
            return [
                .stringList(tags),
                .int32(FixedColumn(values: tags.ends.indices.map { Int32(tags.range(of: $0).count) })),
            ]
        case "is_mature": return [.boolean(FixedColumn(values: mature(stored)))]
        default: return []
        }
    }

    private func number(_ values: [Int64]) -> ParquetColumn {
        .int64(FixedColumn(values: values))
    }

    /// `user_name` trimmed, or the login where it is blank.
    private func names(_ stored: [ParquetColumn?]) throws(ParquetProblem) -> StringColumn {
        // The rule's blank word has code 0 in its pool.
        var names = try TextRule.titulo.column(stored, selection)
        var mapper = PoolMapper(login.pool)
        for row in names.codes.indices where names.codes[row] == 0 {
            names.codes[row] = try mapper.copy(login.codes[row], into: &names.pool)
        }
        return names
    }

    private func categoryIDs(_ stored: [ParquetColumn?]) -> [Int64] {
        var result: [Int64] = []
        for case (.string(let column)?, let rows) in zip(stored, selection.kept) {
            let ids = column.mapped(null: 0, \.numericID)
            result += rows.map { ids[Int($0)] }
        }
        return result
    }

    private func kinds(_ names: StringColumn) throws(ParquetProblem) -> StringColumn {
        try ContentKind.column(names.mapped(null: .game, ContentKind.init(category:)))
    }

    /// Elements trimmed; null and blank ones dropped.
    private func tags(_ stored: [ParquetColumn?]) throws(ParquetProblem) -> StringListColumn {
        var result = StringListColumn()
        for case (.stringList(let column)?, let rows) in zip(stored, selection.kept) {
            let cleaned = try TextRule.titulo.elements(of: column.elements)
            let first = UInt32(result.elements.pool.count)
            try result.elements.pool.append(cleaned.pool)
            for row in rows {
                for index in column.range(of: Int(row)) where cleaned.codes[index] != StringColumn.null {
                    result.elements.codes.append(cleaned.codes[index] + first)
                }
                result.ends.append(UInt32(truncatingIfNeeded: result.elements.codes.count))
            }
        }
        return result
    }

    private func mature(_ stored: [ParquetColumn?]) -> [Bool] {
        var result: [Bool] = []
        for case (.boolean(let column)?, let rows) in zip(stored, selection.kept) {
            result += rows.map { column[Int($0)] ?? false }
        }
        return result
    }

    /// The columns from `espectadores` on.
    func madeFromNumbers() throws -> [ParquetColumn] {
        let viewers = selection.keptValues(partition.viewers)
        let started = selection.keptValues(partition.startedAt)
        let collected = selection.keptValues(partition.collectedAt)
        let intervals = zip(started, collected).map { StreamNumbers.interval($0, $1, configuration) }
        let local = collected.mapRuns { StreamNumbers.local($0, configuration) }
        return [
            number(viewers),
            .string(try AudienceBand.column(viewers.map(AudienceBand.init(viewers:)))),
            .boolean(FixedColumn(values: viewers.map { $0 > configuration.popularThreshold })),
            number(started), number(collected), number(collected.mapRuns { StreamNumbers.slot($0, configuration) }),
            number(zip(started, collected).map(StreamNumbers.minutes)), number(intervals),
            .double(FixedColumn(values: zip(viewers, intervals).map(StreamNumbers.hours))),
            .int32(FixedColumn(values: local.map(\.day))), .int32(FixedColumn(values: local.map(\.hour))),
            .string(try DayPeriod.column(local.map { DayPeriod(hour: $0.hour) })),
            .string(StringColumn(pool: partition.runs.ids.pool, codes: selection.keptValues(partition.run))),
        ]
    }
}

extension [Int64] {
    /// Like `map`, for columns in which the same value stands many times in a row.
    fileprivate func mapRuns<Output>(_ body: (Int64) -> Output) -> [Output] {
        guard let first else { return [] }
        var (last, output) = (first, body(first))
        return map { value in
            if value != last { (last, output) = (value, body(value)) }
            return output
        }
    }
}

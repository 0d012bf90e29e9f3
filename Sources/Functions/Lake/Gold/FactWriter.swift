/// Writes `fato_streams`, pass after pass, a row group at a time: the one gold table that may be long.
struct FactWriter {
    private var writer: ParquetWriter
    private let rowGroupLimit: Int

    init(_ codec: Codec, rowGroupLimit: Int) {
        writer = ParquetWriter(schema: .fatoStreams, codec: codec)
        self.rowGroupLimit = rowGroupLimit
    }

    mutating func write(
        _ table: FactTable, _ totals: DateTotals, _ emit: (GoldTable, [UInt8]) throws -> Void
    ) throws {
        for first in stride(from: 0, to: table.count, by: rowGroupLimit) {
            let rows = first..<min(table.count, first + rowGroupLimit)
            for make in Self.columns(table, totals, rows) {
                try writer.write(make())
                try emit(.fatoStreams, writer.takeBytes())
            }
        }
    }

    mutating func finish(_ emit: (GoldTable, [UInt8]) throws -> Void) throws {
        try emit(.fatoStreams, try writer.finish())
    }

    /// Makes the columns one at a time, each when it is called for.
    private static func columns(
        _ table: FactTable, _ totals: DateTotals, _ rows: Range<Int>
    ) -> [() -> ParquetColumn] {
        let (keys, categories) = (table.keys.keys, totals.categories.keys)
        func numbers(_ value: @escaping (FactTable.Key) -> Int64) -> () -> ParquetColumn {
            { .int64(rows.map { value(keys[$0]) }) }
        }
        func texts(_ pool: StringPool, _ code: @escaping (FactTable.Key) -> UInt32) -> () -> ParquetColumn {
            { .string(pool, rows.map { code(keys[$0]) }) }
        }
        func counts(_ value: @escaping (Measures) -> Int64) -> () -> ParquetColumn {
            { .int64(rows.map { value(table.facts[$0].measures) }) }
        }
        func doubles(_ value: @escaping (Measures) -> Double) -> () -> ParquetColumn {
            { .double(rows.map { value(table.facts[$0].measures) }) }
        }
        return [
            numbers(\.idStreamer), numbers { categories[Int($0.category)].id },
            texts(totals.categoryNames.pool) { categories[Int($0.category)].name },
            texts(totals.words.pool) { categories[Int($0.category)].kind }, texts(totals.words.pool, \.period),
            texts(totals.words.pool, \.language), { .string(table.names, rows.map { table.facts[$0].name.code }) },
            counts(\.streamCount), counts(\.rowCount), doubles(\.minutes), doubles(\.hours), doubles(\.meanViewers),
            counts(\.peak),
        ]
    }
}

extension ParquetColumn {
    /// Columns without nulls, as gold writes them.
    static func int64(_ values: [Int64]) -> ParquetColumn {
        .int64(FixedColumn(values: values))
    }

    static func double(_ values: [Double]) -> ParquetColumn {
        .double(FixedColumn(values: values))
    }

    static func string(_ pool: StringPool, _ codes: [UInt32]) -> ParquetColumn {
        .string(StringColumn(pool: pool, codes: codes))
    }
}

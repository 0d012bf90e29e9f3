import Testing

@testable import Lake
@testable import LakeTools

@Suite struct `Row comparison` {
    private let schema = TableSchema(
        name: "numbers",
        columns: [
            ColumnSchema("id", .int64, ""), ColumnSchema("share", .double, ""), ColumnSchema("word", .string, ""),
        ])

    /// Rows in two files and several row groups, in the order that `places` gives.
    private func files(_ places: [Int], _ change: (Int) -> Double = { _ in 1 }) throws -> [ParquetFile] {
        try [places.prefix(places.count / 3), places.dropFirst(places.count / 3)].map { part in
            var words = StringColumn()
            for place in part { try words.append("word \(place)") }
            let columns: [ParquetColumn] = [
                .int64(FixedColumn(values: part.map(Int64.init))),
                .double(FixedColumn(values: part.map { Double($0) / 7 * change($0) })), .string(words),
            ]
            var limits = ParquetLimits()
            limits.rowGroupRowCount = 300
            let bytes = try ParquetWriter.file(ParquetTable(schema: schema, columns: columns), limits: limits)
            return try ParquetFile(ParquetSource(name: "part", bytes: bytes))
        }
    }

    private var comparison: RowComparison { RowComparison(schema, key: ["id"], rowLimit: 50) }

    @Test func `order, files and row groups make no difference, nor does a billionth`() throws {
        let due = try files(Array(0..<2_000))
        #expect(try comparison.difference(found: try files((0..<2_000).reversed()), due: due) == nil)
        let near = try files(Array(0..<2_000)) { $0.isMultiple(of: 2) ? 1 + 1e-11 : 1 }
        #expect(try comparison.difference(found: near, due: due) == nil)
    }

    @Test(arguments: [0, 777, 1_999])
    func `one row among many is found, whichever it is`(place: Int) throws {
        let due = try files(Array(0..<2_000))
        let changed = try files(Array(0..<2_000)) { $0 == place ? 1 + 1e-6 : 1 + 1e-11 }
        // Of zero no factor makes another number.
        let difference = try comparison.difference(found: changed, due: due)
        #expect(difference?.message.hasPrefix("share of id \(place) is ") == (place == 0 ? nil : true))
        let fewer = try comparison.difference(found: try files((0..<2_000).filter { $0 != place }), due: due)
        #expect(fewer?.message == "id \(place) is missing")
        let more = try comparison.difference(found: try files(Array(0..<2_000) + [place]), due: due)
        #expect(more?.message == "id \(place) is not due")
    }
}

import LakeTools
import Testing

@testable import Lake

@Suite struct `Lake check of contracts` {
    @Test(arguments: contracts)
    func `each breach of a contract is found alone`(breakage: Breakage) throws {
        try breakage.check()
    }

    static let contracts = [
        Breakage(name: "a missing column", code: .columnMissing, column: "popular") {
            try $0.rewrite(GoodFile.streams) { $0.filter { $0.name != "popular" } }
        },
        Breakage(name: "an extra column", code: .columnExtra, column: "more") {
            try $0.rewrite(GoodFile.streams) { $0 + [ColumnSchema("more", .int64, nullable: true, "")] }
        },
        Breakage(name: "a partition column in the file", code: .partitionColumn, column: "hour") {
            try $0.rewrite(GoodFile.streams) { $0 + [ColumnSchema("hour", .int32, nullable: true, "")] }
        },
        Breakage(name: "columns in another order", code: .columnOrder, column: "coletado_em") {
            try $0.rewrite(GoodFile.runs) { [$0[1], $0[0]] + $0[2...] }
        },
        Breakage(name: "a number of another width", code: .columnType, column: "linhas_lidas") { lake in
            let table = try lake.table(GoodFile.runs)
            guard case .int64(let read)? = table["linhas_lidas"] else { return }
            var columns = table.columns
            columns[2] = .int32(FixedColumn(values: read.values.map(Int32.init)))
            var schema = table.schema.columns
            schema[2] = ColumnSchema("linhas_lidas", .int32, "")
            let changed = ParquetTable(schema: TableSchema(name: "x", columns: schema), columns: columns)
            try lake.write(GoodFile.runs, try ParquetWriter.file(changed))
        },
        Breakage(name: "a timestamp that is only a number", code: .columnType, column: "coletado_em") {
            try $0.rewriteFooter(GoodFile.runs) { metadata in
                metadata.schema[2].logicalType = nil
                metadata.schema[2].convertedType = nil
            }
        },
        Breakage(name: "text without the old annotation", code: .columnAnnotation, column: "run_id") {
            try $0.rewriteFooter(GoodFile.runs) { $0.schema[1].convertedType = nil }
        },
        Breakage(name: "a list without the old annotation", code: .columnAnnotation, column: "tags") {
            try $0.rewriteFooter(GoodFile.streams) { metadata in
                for index in metadata.schema.indices where metadata.schema[index].name == "tags" {
                    metadata.schema[index].convertedType = nil
                }
            }
        },
        Breakage(name: "an optional column that has no null", code: .columnNullability, column: "run_id") {
            try $0.rewrite(GoodFile.runs) { [ColumnSchema("run_id", .string, nullable: true, "")] + $0.dropFirst() }
        },
    ]

    @Test func `a null where none may be is found, and its row asked nothing more`() throws {
        let lake = try GoodLake()
        try lake.rewrite(GoodFile.streams, as: { $0.map { ColumnSchema($0.name, $0.type, nullable: true, "") } })
        let optional = try lake.check()
        #expect(Set(optional.findings.map(\.code)) == [.columnNullability])
        let file = try ParquetFile(ParquetSource(name: "x", bytes: try lake.bytes(GoodFile.streams)))
        var table = try file.table()
        guard let index = table.schema.index(of: "espectadores"), case .int64(var viewers) = table.columns[index] else {
            Issue.record("no viewers")
            return
        }
        viewers.validity = viewers.values.indices.map { $0 != 4 }
        table.columns[index] = .int64(viewers)
        try lake.write(GoodFile.streams, try ParquetWriter.file(table))
        try lake.remove("gold")
        let nulls = try lake.check().findings.filter { $0.code != .columnNullability }
        #expect(nulls.map(\.code) == [.nullValue])
        #expect(nulls.first?.place.row == 4)
        #expect(nulls.first?.place.column == "espectadores")
    }
}

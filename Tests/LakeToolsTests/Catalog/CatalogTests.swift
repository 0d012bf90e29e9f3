import Foundation
import Lake
import Testing

@testable import LakeTools

@Suite struct `The contract` {
    @Test(arguments: LakeTable.all)
    func `names each column once, and says what it means`(table: LakeTable) {
        let columns = table.allColumns
        #expect(Set(columns.map(\.name)).count == columns.count)
        #expect(Set(columns.map(\.englishName)).count == columns.count)
        for column in columns {
            #expect(!column.meaning.isEmpty, "\(column.name)")
            for name in [column.name, column.englishName] {
                #expect(name.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) }, "\(name)")
            }
        }
    }

    @Test(arguments: LakeTable.all.filter { [.silver, .gold].contains($0.layer) })
    func `has an English name for each Portuguese one`(table: LakeTable) {
        let english = Set(TableSchema.bronze.columns.map(\.name) + ["dt", "hour"])
        for column in table.allColumns {
            #expect((column.name == column.englishName) == english.contains(column.name), "\(column.name)")
        }
    }

    @Test func `gives a unit to every number that is no id, place or code`() {
        let plain: Set = [
            "id_stream", "id_streamer", "id_categoria", "row_no", "posicao",
        ]
        for column in LakeTable.all.flatMap(\.schema.columns) {
            let isNumber = [.int32, .int64, .double].contains(column.type)
            #expect((column.unit != nil) == (isNumber && !plain.contains(column.name)), "\(column.name)")
        }
    }

    @Test func `uses no word that Trino reserves, so that views need no quotes`() {
        // https://trino.io/docs/current/language/reserved.html
        let reserved = Set(
            """
            alter and as between by case cast constraint create cross cube current_catalog current_date current_path \
            current_role current_schema current_time current_timestamp current_user deallocate delete describe distinct \
            drop else end escape except exists extract false for from full group grouping having in inner insert \
            intersect into is join left like listagg localtime localtimestamp natural normalize not null on or order \
            outer prepare recursive right rollup select skip table then trim true uescape union unnest using values when \
            where with
            """.split(separator: " ").map(String.init))
        let names = LakeTable.all.flatMap { table in
            [table.sqlName, table.englishName] + table.allColumns.flatMap { [$0.name, $0.englishName] }
        }
        #expect(reserved.isDisjoint(with: names))
    }

    @Test func `names tables and views apart`() {
        let views = LakeTable.all.filter { [.silver, .gold].contains($0.layer) }.map(\.englishName)
        let names = LakeTable.all.map(\.sqlName) + views + [EnrichedView.name]
        #expect(Set(names).count == names.count)
    }
}

@Suite struct `What is made from the contract` {
    @Test(arguments: ContractFormat.allCases)
    func `stands in the repository as it would be made now`(format: ContractFormat) throws {
        // The package may be built through a symbolic link to its tests.
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let root = (0..<4).reduce(file) { folder, _ in folder.deletingLastPathComponent() }
        let kept = try? String(contentsOf: root.appendingPathComponent(format.path), encoding: .utf8)
        #expect(
            kept == format.text(),
            "\(format.path) is not what the contract says; run: make contract-docs")
    }

    @Test(arguments: ContractFormat.allCases)
    func `has every column of every table`(format: ContractFormat) {
        let text = format.text().replacing("''", with: "'").replacing("\\'", with: "'")
        for table in LakeTable.all {
            #expect(text.contains(table.sqlName), "\(table.sqlName)")
            for column in table.allColumns {
                let isCommented = format != .duckdb
                #expect(text.contains(column.name), "\(column.name)")
                #expect(!isCommented || text.contains(column.meaning), "\(column.meaning)")
            }
        }
    }

    @Test func `takes the lake's root as it is given`() {
        for root in ["s3://bucket/lake", "s3://bucket/lake//"] {
            let text = ContractFormat.athena.text(for: LakePlace(root: root))
            #expect(text.contains("LOCATION 's3://bucket/lake/silver/streams/'"))
            #expect(!text.contains(LakePlace.placeholder))
        }
        #expect(
            ContractFormat.duckdb.text(for: LakePlace(root: "/")).contains("'/gold/top_jogos/data_local=*/*.parquet'"))
    }

    @Test func `reads files of this machine or of S3 in ClickHouse`() {
        let local = ContractFormat.clickhouse.text(for: LakePlace(root: "/data"))
        #expect(local.contains("ENGINE = File(Parquet, '/data/raw/dt=*/hour=*/*.parquet')"))
        let remote = ContractFormat.clickhouse.text(for: LakePlace(root: "s3://bucket"))
        #expect(remote.contains("ENGINE = S3('s3://bucket/raw/dt=*/hour=*/*.parquet', 'Parquet')"))
    }

    @Test func `gives DuckDB an empty view of a table without files`() {
        var place = LakePlace(root: "/data")
        place.emptyTables = [.enriched]
        let text = ContractFormat.duckdb.text(for: place)
        #expect(!text.contains("/data/enriched"))
        #expect(
            text.contains(
                "CREATE OR REPLACE VIEW game_streams_enriched AS\nSELECT\n    CAST(NULL AS VARCHAR) AS stream_id"))
        #expect(text.contains("/data/raw"))
    }

    @Test func `lists partitions from the first date on`() {
        let place = LakePlace(firstDate: CivilDate(year: 2025, month: 7, day: 1))
        let text = ContractFormat.athena.text(for: place)
        #expect(text.contains("'projection.dt.range' = '2025-07-01,NOW'"))
        #expect(text.contains("'projection.data_local.range' = '2025-07-01,NOW+1DAYS'"))
        #expect(ContractFormat.athena.text().contains("'2026-01-01,NOW'"))
    }

    @Test func `is a catalogue that for_each can walk`() throws {
        struct Column: Decodable, Equatable {
            let name: String
            let type: String
        }
        struct Table: Decodable {
            let folder: String
            let columns: [Column]
            let partition_keys: [Column]
            let parameters: [String: String]
        }
        let tables = try JSONDecoder().decode([String: Table].self, from: Data(ContractFormat.glue.text().utf8))
        #expect(tables.count == LakeTable.all.count)
        let streams = try #require(tables["silver_streams"])
        #expect(streams.folder == "silver/streams")
        #expect(streams.columns.map(\.name) == TableSchema.silverStreams.columns.map(\.name))
        #expect(streams.columns[9] == Column(name: "tags", type: "array<string>"))
        #expect(streams.partition_keys == [Column(name: "dt", type: "string"), Column(name: "hour", type: "string")])
        #expect(streams.parameters["projection.hour.digits"] == "2")
    }
}

import Lake

/// Views for DuckDB over the lake's files, every column cast to its type, partitions out of the path.
///
/// https://duckdb.org/docs/stable/data/partitioning/hive_partitioning
struct DuckDBSQL {
    private let place: LakePlace

    init(_ place: LakePlace) {
        self.place = place
    }

    var text: String {
        let notes =
            SQLText.placeNote(place) + [
                "DuckDB looks at the files when a view is made, and refuses one of a table without any file yet;",
                "--lake with a folder makes it empty instead: print the script again once the table has files.",
            ]
        let parts =
            [SQLText.header("Tables and English views for DuckDB.", .duckdb, notes)]
            + LakeTable.all.map(view) + SQLText.englishViews() + [Self.enriched.text]
        return parts.joined(separator: "\n")
    }

    private func view(_ table: LakeTable) -> String {
        let view = place.emptyTables.contains(table) ? emptyView(table) : filesView(table)
        return "\(view)COMMENT ON VIEW \(table.sqlName) IS \(SQLText.literal(table.description));\n"
    }

    private func emptyView(_ table: LakeTable) -> String {
        let columns = table.allColumns.map { "CAST(NULL AS \(Self.type($0.type))) AS \($0.name)" }
        return """
            CREATE OR REPLACE VIEW \(table.sqlName) AS
            SELECT
            \(SQLText.list(columns))
            WHERE false;

            """
    }

    private func filesView(_ table: LakeTable) -> String {
        let partitions = table.partitioning.columns
        let columns = table.schema.columns.map { "CAST(\($0.name) AS \(Self.type($0.type))) AS \($0.name)" }
        let types = partitions.map { "'\($0.name)': \(Self.type($0.type))" }.joined(separator: ", ")
        return """
            CREATE OR REPLACE VIEW \(table.sqlName) AS
            SELECT
            \(SQLText.list(columns + partitions.map(\.name)))
            FROM read_parquet(
                \(SQLText.literal(place.glob(table))),
                hive_partitioning = true, hive_types = {\(types)});

            """
    }

    static func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "BOOLEAN"
        case .int32: "INTEGER"
        case .int64: "BIGINT"
        case .double: "DOUBLE"
        case .string: "VARCHAR"
        case .stringList: "VARCHAR[]"
        case .date: "DATE"
        case .timestamp: "TIMESTAMP WITH TIME ZONE"
        }
    }

    private static let enriched = EnrichedView(
        instant: "TRY_CAST(started_at AS TIMESTAMP WITH TIME ZONE)",
        hasForm: "regexp_full_match(started_at, '\(EnrichedView.pattern)')",
        tags: "CASE WHEN tags IS NOT NULL THEN coalesce(array_to_string(tags, ','), '') END", textType: "VARCHAR",
        instantType: "TIMESTAMP WITH TIME ZONE")
}

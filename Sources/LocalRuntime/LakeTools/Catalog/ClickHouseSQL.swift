import Lake

/// Tables for ClickHouse that read the lake where it lies, partitions out of the path.
///
/// https://clickhouse.com/docs/engines/table-engines/integrations/s3
struct ClickHouseSQL {
    private let place: LakePlace

    init(_ place: LakePlace) {
        self.place = place
    }

    var text: String {
        let notes =
            SQLText.placeNote(place) + [
                "Partition columns come from the path (use_hive_partitioning, on by default since 25.1).",
                "A list that is null in a file reads as an empty one: ClickHouse has no null lists.",
            ]
        let parts =
            [SQLText.header("Tables and English views for ClickHouse.", .clickhouse, notes)]
            + LakeTable.all.map(table) + SQLText.englishViews() + [Self.enriched.text]
        return parts.joined(separator: "\n")
    }

    private func table(_ table: LakeTable) -> String {
        let columns = table.allColumns.map { "\($0.name) \(Self.type($0)) COMMENT \(SQLText.literal($0.meaning))" }
        let glob = SQLText.literal(place.glob(table))
        let engine = place.isLocal ? "File(Parquet, \(glob))" : "S3(\(glob), 'Parquet')"
        return """
            CREATE TABLE IF NOT EXISTS \(table.sqlName) (
            \(SQLText.list(columns))
            )
            ENGINE = \(engine)
            COMMENT \(SQLText.literal(table.description));

            """
    }

    static func type(_ column: ColumnSchema) -> String {
        let type =
            switch column.type {
            case .boolean: "Bool"
            case .int32: "Int32"
            case .int64: "Int64"
            case .double: "Float64"
            case .string: "String"
            case .stringList: column.isNullable ? "Array(Nullable(String))" : "Array(String)"
            case .date: "Date32"
            case .timestamp: "DateTime64(6, 'UTC')"
            }
        return column.isNullable && column.type != .stringList ? "Nullable(\(type))" : type
    }

    private static let enriched = EnrichedView(
        instant: "parseDateTime64BestEffortOrNull(started_at, 6, 'UTC')",
        hasForm: #"match(started_at, '^\#(EnrichedView.pattern)\\z')"#,
        tags: "arrayStringConcat(arrayFilter(tag -> tag IS NOT NULL, tags), ',')", textType: "Nullable(String)",
        instantType: "Nullable(DateTime64(6, 'UTC'))")
}

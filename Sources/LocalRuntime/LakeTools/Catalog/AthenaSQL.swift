import Lake

/// External tables for Athena with partition projection: no crawler, no `MSCK REPAIR`.
///
/// https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
struct AthenaSQL {
    private let place: LakePlace

    init(_ place: LakePlace) {
        self.place = place
    }

    var text: String {
        let notes =
            SQLText.placeNote(place) + [
                "Athena runs one statement a query. Instants have milliseconds there.",
                "Partition columns are text: dt = '2026-03-01' and hour = '07' name one partition.",
            ]
        let parts =
            [SQLText.header("Tables and English views for Athena.", .athena, notes)]
            + LakeTable.all.map(table) + SQLText.englishViews(Self.selected) + [Self.enriched.text]
        return parts.joined(separator: "\n")
    }

    private func table(_ table: LakeTable) -> String {
        let parameters = Self.parameters(table, place).map { "'\($0.key)' = '\($0.value)'" }
        return """
            CREATE EXTERNAL TABLE IF NOT EXISTS \(table.sqlName) (
            \(SQLText.list(table.schema.columns.map { Self.column($0, HiveType.of($0.type)) }))
            )
            COMMENT \(Self.literal(table.description))
            PARTITIONED BY (
            \(SQLText.list(table.partitioning.columns.map { Self.column($0, HiveType.partition) }))
            )
            STORED AS PARQUET
            LOCATION \(Self.literal(place.folder(table) + "/"))
            TBLPROPERTIES (
            \(SQLText.list(parameters))
            );

            """
    }

    /// The table's properties, the projection's among them, in the order of their names.
    ///
    /// A local date can be a day ahead of UTC, in which Athena reads `NOW`.
    /// https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
    static func parameters(_ table: LakeTable, _ place: LakePlace) -> [(key: String, value: String)] {
        var parameters = ["classification": "parquet", "projection.enabled": "true"]
        for column in table.partitioning.columns {
            let prefix = "projection.\(column.name)"
            if column.type == .date {
                let last = table.partitioning == .localDate ? "NOW+1DAYS" : "NOW"
                parameters["\(prefix).type"] = "date"
                parameters["\(prefix).format"] = "yyyy-MM-dd"
                parameters["\(prefix).interval"] = "1"
                parameters["\(prefix).interval.unit"] = "DAYS"
                parameters["\(prefix).range"] = "\(place.firstDate),\(last)"
            } else {
                parameters["\(prefix).type"] = "integer"
                parameters["\(prefix).digits"] = "2"
                parameters["\(prefix).range"] = "0,23"
            }
        }
        return parameters.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
    }

    /// A local date is a date in the views, so that it joins with that of the snapshots; `dt` stays text, which prunes.
    private static func selected(_ column: ColumnSchema) -> String {
        column == LakeTable.Partitioning.localDateColumn ? "CAST(\(column.name) AS date)" : column.name
    }

    private static func column(_ column: ColumnSchema, _ type: String) -> String {
        "`\(column.name)` \(type) COMMENT \(literal(column.meaning))"
    }

    /// Athena's DDL is Hive's, where a backslash escapes the quote.
    private static func literal(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }

    private static let enriched = EnrichedView(
        instant: "TRY(CAST(from_iso8601_timestamp(started_at) AT TIME ZONE 'UTC' AS timestamp))",
        hasForm: "regexp_extract(started_at, '\(EnrichedView.pattern)') = started_at",
        tags: "array_join(tags, ',')", textType: "varchar",
        instantType: "timestamp")
}

/// Types of the Hive metastore, which Glue and Athena's DDL share.
///
/// https://docs.aws.amazon.com/athena/latest/ug/data-types.html
enum HiveType {
    /// Partition values are text, as they stand in the path: `'2026-03-01'`, `'07'`.
    static let partition = "string"

    static func of(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "boolean"
        case .int32: "int"
        case .int64: "bigint"
        case .double: "double"
        case .string: "string"
        case .stringList: "array<string>"
        case .date: "date"
        case .timestamp: "timestamp"
        }
    }
}

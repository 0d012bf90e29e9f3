import Lake

/// External tables for Spark; their partitions are found by `MSCK REPAIR TABLE`, after each new hour or date again.
///
/// https://spark.apache.org/docs/latest/sql-ref-syntax-ddl-create-table-datasource.html
struct SparkSQL {
    private let place: LakePlace

    init(_ place: LakePlace) {
        self.place = place
    }

    var text: String {
        let notes =
            SQLText.placeNote(place) + [
                "Instants need spark.sql.session.timeZone = UTC to be shown as they are."
            ]
        let parts =
            [SQLText.header("Tables and English views for Spark.", .spark, notes)]
            + LakeTable.all.map(table) + SQLText.englishViews()
        return parts.joined(separator: "\n")
    }

    private func table(_ table: LakeTable) -> String {
        let columns = table.allColumns.map { column in
            "\(column.name) \(Self.type(column.type)) COMMENT \(Self.literal(column.meaning))"
        }
        return """
            CREATE TABLE IF NOT EXISTS \(table.sqlName) (
            \(SQLText.list(columns))
            )
            USING PARQUET
            PARTITIONED BY (\(table.partitioning.columns.map(\.name).joined(separator: ", ")))
            LOCATION \(Self.literal(place.folder(table)))
            COMMENT \(Self.literal(table.description));
            MSCK REPAIR TABLE \(table.sqlName);

            """
    }

    static func type(_ type: ColumnType) -> String {
        switch type {
        case .boolean: "BOOLEAN"
        case .int32: "INT"
        case .int64: "BIGINT"
        case .double: "DOUBLE"
        case .string: "STRING"
        case .stringList: "ARRAY<STRING>"
        case .date: "DATE"
        case .timestamp: "TIMESTAMP"
        }
    }

    /// Spark's literals know the backslash, too.
    private static func literal(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }
}

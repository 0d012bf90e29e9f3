import Lake

/// The data dictionary, a page in Markdown: every table and column, what it means and where its rule stands.
enum DataDictionary {
    static var text: String {
        ([head] + LakeTable.all.map(section)).joined(separator: "\n")
    }

    private static var head: String {
        let rows = LakeTable.all.map { table in
            [
                "[\(table.folder)](#\(table.sqlName))", table.layer.rawValue, "`\(table.sqlName)`",
                viewName(table).map { "`\($0)`" } ?? "", table.description,
            ]
        }
        return """
            # Data dictionary

            Made from `Sources/Functions/Lake/Contract` by `make contract-docs`; change it there. The scripts in
            [sql/](sql) make these tables and their English views in Athena, ClickHouse, DuckDB and Spark.

            Types are Parquet's (LAKE_SPEC 4): TIMESTAMP is microseconds in UTC, `LIST<STRING>` a list of texts. Partition columns
            stand in the path, not in the files. Null is written only where *null* says yes.

            \(table(["folder", "layer", "SQL name", "English view", "content"], rows))
            """
    }

    private static func section(_ lakeTable: LakeTable) -> String {
        let path = lakeTable.partitioning.columns.map { "\($0.name)=…" }.joined(separator: "/")
        let facts =
            ["folder `\(lakeTable.folder)/\(path)/`"] + (viewName(lakeTable).map { ["English view `\($0)`"] } ?? [])
            + (lakeTable.rule.map { ["LAKE_SPEC \($0)"] } ?? [])
        let rows =
            lakeTable.schema.columns.map { row($0, of: lakeTable, isPartition: false) }
            + lakeTable.partitioning.columns.map { row($0, of: lakeTable, isPartition: true) }
        return """
            ## \(lakeTable.sqlName)

            \(lakeTable.description) (\(facts.joined(separator: "; ")))

            \(table(["column", "type", "null", "English name", "meaning", "unit", "rule"], rows))
            """
    }

    private static func row(_ column: ColumnSchema, of table: LakeTable, isPartition: Bool) -> [String] {
        let type = "`\(column.type.rawValue)`" + (isPartition ? ", partition" : "")
        return [
            "`\(column.name)`", type, column.isNullable ? "yes" : "", "`\(column.englishName)`", column.meaning,
            column.unit?.rawValue ?? "", (column.rule ?? table.rule).map { "LAKE_SPEC \($0)" } ?? "",
        ]
    }

    /// Only silver and gold have views: the other layers' names are English as they are.
    private static func viewName(_ table: LakeTable) -> String? {
        table.layer == .silver || table.layer == .gold ? table.englishName : nil
    }

    private static func table(_ titles: [String], _ rows: [[String]]) -> String {
        ([titles, titles.map { _ in "---" }] + rows)
            .map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }
}

extension TableSchema {
    /// The raw layer: what Twitch sent, one file per run of `extract` (LAKE_SPEC 1).
    package static let bronze = TableSchema(name: "raw", columns: helixColumns + runColumns)

    private static let helixColumns = [
        ColumnSchema("id", .string, nullable: true, "stream id as sent"),
        ColumnSchema("user_id", .string, nullable: true, "broadcaster id as sent"),
        ColumnSchema("user_login", .string, nullable: true, "broadcaster login as sent"),
        ColumnSchema("user_name", .string, nullable: true, "broadcaster display name as sent"),
        ColumnSchema("game_id", .string, nullable: true, "category id as sent"),
        ColumnSchema("game_name", .string, nullable: true, "category name as sent"),
        ColumnSchema("type", .string, nullable: true, "stream type as sent, normally `live`"),
        ColumnSchema("title", .string, nullable: true, "stream title as sent"),
        ColumnSchema("viewer_count", .int64, nullable: true, "viewers at the moment of the answer", unit: .viewers),
        ColumnSchema("started_at", .string, nullable: true, "start of the stream, text as sent"),
        ColumnSchema("language", .string, nullable: true, "language code as sent"),
        ColumnSchema("thumbnail_url", .string, nullable: true, "preview image address as sent"),
        ColumnSchema("tag_ids", .stringList, nullable: true, "tag ids as sent (empty since 2023)"),
        ColumnSchema("tags", .stringList, nullable: true, "free tags as sent"),
        ColumnSchema("is_mature", .boolean, nullable: true, "marked as for adults"),
    ]

    private static let runColumns = [
        ColumnSchema("collected_at", .timestamp, "instant the run started, whole milliseconds"),
        ColumnSchema(
            "stream_minutes", .int64, nullable: true, "whole minutes live at collection; null without a start",
            unit: .minutes),
        ColumnSchema("run_id", .string, "identifier of the extract run"),
        ColumnSchema("row_no", .int32, "0-based position in the run, in order of arrival"),
    ]
}

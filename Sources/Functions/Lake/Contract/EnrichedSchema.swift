extension TableSchema {
    /// Streams joined with their broadcasters' profiles, the 17 columns of the first founding document.
    /// `viewer_count` is INT64 because LAKE_SPEC 4 forbids unsigned types; `tags` is one text, elements joined by commas.
    package static let gameStreamsEnriched = TableSchema(
        name: "game_streams_enriched",
        columns: [
            ColumnSchema("stream_id", .string, "stream id"),
            ColumnSchema("user_id", .string, "broadcaster id"),
            ColumnSchema("user_login", .string, nullable: true, "broadcaster login"),
            ColumnSchema("user_name", .string, nullable: true, "broadcaster display name"),
            ColumnSchema("game_id", .string, "category id, empty when the stream has none"),
            ColumnSchema("game_name", .string, nullable: true, "category name"),
            ColumnSchema("stream_type", .string, nullable: true, "stream type"),
            ColumnSchema("title", .string, nullable: true, "stream title"),
            ColumnSchema("viewer_count", .int64, nullable: true, "viewers at the snapshot", unit: .viewers),
            ColumnSchema("started_at", .timestamp, "start of the stream"),
            ColumnSchema("language", .string, nullable: true, "language code"),
            ColumnSchema("is_mature", .boolean, nullable: true, "marked as for adults"),
            ColumnSchema("tags", .string, nullable: true, "free tags, joined by commas"),
            ColumnSchema("broadcaster_type", .string, nullable: true, "partner, affiliate or empty"),
            ColumnSchema("user_description", .string, nullable: true, "the broadcaster's own words"),
            ColumnSchema("user_created_at", .timestamp, nullable: true, "creation of the broadcaster's account"),
            ColumnSchema("data_retrieved_at", .timestamp, "instant of the snapshot"),
        ])
}

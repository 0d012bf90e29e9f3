import Lake

/// `game_streams_enriched` as far as bronze alone tells it: the same 17 columns, of which the three of the broadcaster's
/// profile are null, and a category without a name stays so.
///
/// The rows are those of `EnrichedTable`: a stream id, a user id and a valid start (LAKE_SPEC 2.2), the last sight of a
/// stream in its run.
struct EnrichedView {
    /// `started_at` as an instant, or null when the calendar has no such date; the form has been checked.
    let instant: String
    /// Whether the whole of `started_at` has the form `pattern`.
    let hasForm: String
    /// The elements of `tags` that are not null, joined by commas.
    let tags: String
    /// The engine's types for text and instant.
    let textType: String
    let instantType: String

    static let name = "game_streams_enriched_from_bronze"

    /// LAKE_SPEC 2.2 but for the calendar.
    static let pattern =
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z"

    var text: String {
        """
        CREATE OR REPLACE VIEW \(Self.name) AS
        SELECT
        \(SQLText.list(columns))
        FROM (
            SELECT *, row_number() OVER (PARTITION BY run_id, id ORDER BY row_no DESC) AS sight
            FROM \(LakeTable.bronze.sqlName)
            WHERE id IS NOT NULL AND user_id IS NOT NULL
                AND \(hasForm)
                AND started_at >= '2011-06-06'
                AND \(instant) IS NOT NULL
        ) AS sights
        WHERE sight = 1;

        """
    }

    private var columns: [String] {
        [
            "id AS stream_id", "user_id", "user_login", "user_name", "coalesce(game_id, '') AS game_id",
            "nullif(game_name, '') AS game_name", "type AS stream_type", "title", "viewer_count",
            "\(instant) AS started_at", "language", "is_mature", "\(tags) AS tags",
            "CAST(NULL AS \(textType)) AS broadcaster_type", "CAST(NULL AS \(textType)) AS user_description",
            "CAST(NULL AS \(instantType)) AS user_created_at", "collected_at AS data_retrieved_at", "dt", "hour",
        ]
    }
}

/// The three tables of the silver layer (LAKE_SPEC 2); the raw value is the folder's name.
package enum SilverTable: String, Sendable, CaseIterable {
    case streams
    case quarentena
    case execucoes

    package var schema: TableSchema {
        switch self {
        case .streams: .silverStreams
        case .quarentena: .quarentena
        case .execucoes: .execucoes
        }
    }
}

extension TableSchema {
    /// One row per stream and slot (LAKE_SPEC 2.1).
    package static let silverStreams = TableSchema(name: "streams", columns: identity + audience + time)

    /// Refused rows as they stood in bronze, and why (LAKE_SPEC 2.3).
    package static let quarentena = TableSchema(
        name: "quarentena",
        columns: bronze.columns + [ColumnSchema("motivo", .string, "first rule that the row broke", english: "reason")])

    /// One row per run: what became of its lines (LAKE_SPEC 2.3).
    package static let execucoes = TableSchema(
        name: "execucoes",
        columns: [
            ColumnSchema("run_id", .string, "identifier of the extract run"),
            ColumnSchema("coletado_em", .timestamp, "instant the run started", english: "collected_at"),
            ColumnSchema("linhas_lidas", .int64, "bronze rows read", english: "rows_read", unit: .rows),
            ColumnSchema("linhas_validas", .int64, "rows kept in streams", english: "rows_kept", unit: .rows),
            ColumnSchema(
                "linhas_duplicadas", .int64, "valid rows replaced by a later sight of the same stream and slot",
                english: "rows_duplicate", unit: .rows),
            ColumnSchema("linhas_quarentena", .int64, "rows refused", english: "rows_quarantined", unit: .rows),
        ])

    private static let identity = [
        ColumnSchema("id_stream", .int64, "stream id", english: "stream_id"),
        ColumnSchema("id_streamer", .int64, "broadcaster id", english: "streamer_id"),
        ColumnSchema("login_streamer", .string, "broadcaster login, lower case", english: "streamer_login"),
        ColumnSchema("nome_streamer", .string, "broadcaster display name, or the login", english: "streamer_name"),
        ColumnSchema("id_categoria", .int64, "category id, 0 when unknown", english: "category_id"),
        ColumnSchema("nome_categoria", .string, "category name, `Unknown` when blank", english: "category_name"),
        ColumnSchema(
            "tipo_conteudo", .string, "`Game` or `Non-Game`, by category name", english: "content_type", rule: "2.4"),
        ColumnSchema("titulo", .string, "stream title, trimmed", english: "title"),
        ColumnSchema("idioma", .string, "language code, lower case, `other` when blank", english: "language"),
        ColumnSchema("tags", .stringList, "free tags, trimmed, without blanks"),
        ColumnSchema("qtd_tags", .int32, "number of tags", english: "tag_count", unit: .tags),
        ColumnSchema("conteudo_adulto", .boolean, "marked as for adults", english: "is_mature"),
    ]

    private static let audience = [
        ColumnSchema("espectadores", .int64, "viewers at the snapshot", english: "viewers", unit: .viewers),
        ColumnSchema(
            "faixa_espectadores", .string, "audience band: low, mid, high, very_high, mega", english: "viewer_band"),
        ColumnSchema("popular", .boolean, "more viewers than POPULAR_THRESHOLD", english: "is_popular"),
    ]

    private static let time = [
        ColumnSchema("inicio_em", .timestamp, "start of the stream", english: "started_at", rule: "2.2"),
        ColumnSchema("coletado_em", .timestamp, "instant of the snapshot", english: "collected_at"),
        ColumnSchema("slot_coleta", .timestamp, "start of the snapshot's slot", english: "slot"),
        ColumnSchema(
            "minutos_transmissao", .int64, "whole minutes live at the snapshot", english: "minutes_live", unit: .minutes
        ),
        ColumnSchema(
            "segundos_intervalo", .int64, "seconds that the snapshot stands for", english: "interval_seconds",
            unit: .seconds),
        ColumnSchema(
            "horas_assistidas_total", .double, "viewer hours of the interval", english: "watch_hours",
            unit: .viewerHours),
        ColumnSchema("data_local", .date, "local date of the snapshot", english: "local_date"),
        ColumnSchema(
            "hora_local", .int32, "local hour of the snapshot, 0 to 23", english: "local_hour", unit: .hourOfDay),
        ColumnSchema(
            "periodo_dia", .string, "part of the local day: Dawn, Morning, Afternoon, Night", english: "day_period"),
        ColumnSchema("run_id", .string, "identifier of the extract run"),
    ]
}

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
        columns: bronze.columns + [ColumnSchema("motivo", .string, "first rule that the row broke")])

    /// One row per run: what became of its lines (LAKE_SPEC 2.3).
    package static let execucoes = TableSchema(
        name: "execucoes",
        columns: [
            ColumnSchema("run_id", .string, "identifier of the extract run"),
            ColumnSchema("coletado_em", .timestamp, "instant the run started"),
            ColumnSchema("linhas_lidas", .int64, "bronze rows read"),
            ColumnSchema("linhas_validas", .int64, "rows kept in streams"),
            ColumnSchema(
                "linhas_duplicadas", .int64, "valid rows replaced by a later sight of the same stream and slot"),
            ColumnSchema("linhas_quarentena", .int64, "rows refused"),
        ])

    private static let identity = [
        ColumnSchema("id_stream", .int64, "stream id"),
        ColumnSchema("id_streamer", .int64, "broadcaster id"),
        ColumnSchema("login_streamer", .string, "broadcaster login, lower case"),
        ColumnSchema("nome_streamer", .string, "broadcaster display name, or the login"),
        ColumnSchema("id_categoria", .int64, "category id, 0 when unknown"),
        ColumnSchema("nome_categoria", .string, "category name, `Unknown` when blank"),
        ColumnSchema("tipo_conteudo", .string, "`Game` or `Non-Game`, by category name"),
        ColumnSchema("titulo", .string, "stream title, trimmed"),
        ColumnSchema("idioma", .string, "language code, lower case, `other` when blank"),
        ColumnSchema("tags", .stringList, "free tags, trimmed, without blanks"),
        ColumnSchema("qtd_tags", .int32, "number of tags"),
        ColumnSchema("conteudo_adulto", .boolean, "marked as for adults"),
    ]

    private static let audience = [
        ColumnSchema("espectadores", .int64, "viewers at the snapshot"),
        ColumnSchema("faixa_espectadores", .string, "audience band: low, mid, high, very_high, mega"),
        ColumnSchema("popular", .boolean, "more viewers than POPULAR_THRESHOLD"),
    ]

    private static let time = [
        ColumnSchema("inicio_em", .timestamp, "start of the stream"),
        ColumnSchema("coletado_em", .timestamp, "instant of the snapshot"),
        ColumnSchema("slot_coleta", .timestamp, "start of the snapshot's slot"),
        ColumnSchema("minutos_transmissao", .int64, "whole minutes live at the snapshot"),
        ColumnSchema("segundos_intervalo", .int64, "seconds that the snapshot stands for"),
        ColumnSchema("horas_assistidas_total", .double, "viewer hours of the interval"),
        ColumnSchema("data_local", .date, "local date of the snapshot"),
        ColumnSchema("hora_local", .int32, "local hour of the snapshot, 0 to 23"),
        ColumnSchema("periodo_dia", .string, "part of the local day: Dawn, Morning, Afternoon, Night"),
        ColumnSchema("run_id", .string, "identifier of the extract run"),
    ]
}

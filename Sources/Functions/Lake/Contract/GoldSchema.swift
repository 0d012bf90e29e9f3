/// The six tables of the gold layer (LAKE_SPEC 3); the raw value is the folder's name.
package enum GoldTable: String, Sendable, CaseIterable {
    case fatoStreams = "fato_streams"
    case topJogos = "top_jogos"
    case topStreamers = "top_streamers"
    case participacaoIdioma = "participacao_idioma"
    case tendenciaHoraria = "tendencia_horaria"
    case faixaPopularidade = "faixa_popularidade"

    package var schema: TableSchema {
        switch self {
        case .fatoStreams: .fatoStreams
        case .topJogos: .topJogos
        case .topStreamers: .topStreamers
        case .participacaoIdioma: .participacaoIdioma
        case .tendenciaHoraria: .tendenciaHoraria
        case .faixaPopularidade: .faixaPopularidade
        }
    }
}

extension TableSchema {
    /// Facts per streamer, category, kind, part of day and language.
    package static let fatoStreams = TableSchema(
        name: "fato_streams",
        columns: [
            ColumnSchema("id_streamer", .int64, "broadcaster id", english: "streamer_id"),
            ColumnSchema("id_categoria", .int64, "category id", english: "category_id"),
            ColumnSchema("nome_categoria", .string, "category name", english: "category_name"),
            ColumnSchema("tipo_conteudo", .string, "`Game` or `Non-Game`", english: "content_type", rule: "2.4"),
            ColumnSchema("periodo_dia", .string, "part of the local day", english: "day_period", rule: "2.1"),
            ColumnSchema("idioma", .string, "language code", english: "language"),
            ColumnSchema("nome_streamer", .string, "broadcaster name at its latest snapshot", english: "streamer_name"),
            totalStreams, totalColetas, totalMinutos, totalHoras, mediaEspectadores, picoEspectadores,
        ])

    /// The date's most watched games.
    package static let topJogos = TableSchema(
        name: "top_jogos",
        columns: [
            posicao,
            ColumnSchema("id_categoria", .int64, "category id", english: "category_id"),
            ColumnSchema("nome_categoria", .string, "category name", english: "category_name"),
            totalStreams, totalStreamers, totalColetas, totalHoras, mediaEspectadores, picoSimultaneo,
        ])

    /// The date's most watched broadcasters.
    package static let topStreamers = TableSchema(
        name: "top_streamers",
        columns: [
            posicao,
            ColumnSchema("id_streamer", .int64, "broadcaster id", english: "streamer_id"),
            ColumnSchema("nome_streamer", .string, "broadcaster name at its latest snapshot", english: "streamer_name"),
            totalStreams, totalColetas, totalMinutos, totalHoras, mediaEspectadores, picoEspectadores,
        ])

    /// Each language's share of the date.
    package static let participacaoIdioma = TableSchema(
        name: "participacao_idioma",
        columns: [
            ColumnSchema("idioma", .string, "language code", english: "language"),
            totalStreams, totalColetas, totalHoras,
            ColumnSchema(
                "fracao_horas", .double, "share of the date's viewer hours, 0 to 1", english: "watch_hours_share",
                unit: .fraction),
            ColumnSchema(
                "fracao_coletas", .double, "share of the date's snapshots, 0 to 1", english: "snapshot_share",
                unit: .fraction),
            ColumnSchema(
                "fracao_adulto", .double, "share of the language's snapshots marked as for adults, 0 to 1",
                english: "mature_share", unit: .fraction),
        ])

    /// The date hour by hour.
    package static let tendenciaHoraria = TableSchema(
        name: "tendencia_horaria",
        columns: [
            ColumnSchema("hora_local", .int32, "local hour, 0 to 23", english: "local_hour", unit: .hourOfDay),
            ColumnSchema(
                "total_slots", .int64, "distinct slots that have snapshots", english: "slot_count", unit: .slots),
            totalStreams, totalColetas, totalHoras,
            ColumnSchema(
                "media_simultanea", .double, "viewers per slot, mean over the slots",
                english: "mean_concurrent_viewers", unit: .viewers),
            picoSimultaneo,
        ])

    /// The date by audience band.
    package static let faixaPopularidade = TableSchema(
        name: "faixa_popularidade",
        columns: [
            ColumnSchema("faixa_espectadores", .string, "audience band", english: "viewer_band", rule: "2.1"),
            totalStreams, totalColetas, totalHoras, mediaEspectadores,
        ])

    private static let posicao = ColumnSchema("posicao", .int32, "rank, from 1", english: "rank")
    private static let totalStreams = ColumnSchema(
        "total_streams", .int64, "distinct streams", english: "stream_count", unit: .streams)
    private static let totalStreamers = ColumnSchema(
        "total_streamers", .int64, "distinct broadcasters", english: "streamer_count", unit: .broadcasters)
    private static let totalColetas = ColumnSchema(
        "total_coletas", .int64, "snapshots", english: "snapshot_count", unit: .snapshots)
    private static let totalMinutos = ColumnSchema(
        "total_minutos_transmitidos", .double, "minutes that the snapshots stand for", english: "minutes_streamed",
        unit: .minutes)
    private static let totalHoras = ColumnSchema(
        "total_horas_assistidas", .double, "viewer hours", english: "watch_hours", unit: .viewerHours)
    private static let mediaEspectadores = ColumnSchema(
        "media_espectadores", .double, "mean viewers of the snapshots", english: "mean_viewers", unit: .viewers)
    private static let picoEspectadores = ColumnSchema(
        "pico_espectadores", .int64, "most viewers of one snapshot", english: "peak_viewers", unit: .viewers)
    private static let picoSimultaneo = ColumnSchema(
        "pico_simultaneo", .int64, "most viewers of one slot, summed", english: "peak_concurrent_viewers",
        unit: .viewers)
}

/// A table as it lies in the lake: its schema, where its files are and what it is for.
///
/// `all` is the contract. Dictionary, catalogue and every engine's DDL are made from it.
package struct LakeTable: Sendable, Hashable {
    /// The first folder of a table's files.
    package enum Layer: String, Sendable, CaseIterable {
        case bronze, silver, gold, enriched
    }

    /// How a table is cut into folders `name=value` (LAKE_SPEC 1, 2 and 3).
    package enum Partitioning: Sendable, Hashable {
        /// `dt=YYYY-MM-DD/hour=HH`, both of `collected_at` in UTC.
        case utcHour
        /// `data_local=YYYY-MM-DD`.
        case localDate

        /// The columns that a path gives and a file does not hold, outermost first. `hour` is text: two digits.
        package var columns: [ColumnSchema] {
            switch self {
            case .utcHour:
                [
                    ColumnSchema("dt", .date, "UTC date of the collection"),
                    ColumnSchema("hour", .string, "UTC hour of the collection, two digits"),
                ]
            case .localDate:
                [Self.localDateColumn]
            }
        }

        /// `data_local` of a path; silver has a column of the same name in its files.
        package static let localDateColumn = ColumnSchema("data_local", .date, "local date", english: "local_date")
    }

    package let layer: Layer
    package let schema: TableSchema
    package let partitioning: Partitioning
    /// The table's name among the English views.
    package let englishName: String
    /// What one row is.
    package let description: String
    /// The part of LAKE_SPEC that defines the table; nil for one that LAKE_SPEC does not know.
    package let rule: String?

    /// Where the table's partitions lie, from the lake's root.
    package var folder: String {
        switch layer {
        case .bronze: schema.name
        case .silver, .gold, .enriched: "\(layer.rawValue)/\(schema.name)"
        }
    }

    /// The table's name in an engine that keeps all layers in one database.
    package var sqlName: String {
        switch layer {
        case .bronze: "bronze_streams"
        case .silver, .gold: "\(layer.rawValue)_\(schema.name)"
        case .enriched: schema.name
        }
    }

    /// The columns in the files, then those in the path.
    package var allColumns: [ColumnSchema] { schema.columns + partitioning.columns }

    /// Every table, in the order in which data flows.
    package static let all = [bronze] + SilverTable.allCases.map(\.table) + GoldTable.allCases.map(\.table) + [enriched]

    /// What Twitch sent (LAKE_SPEC 1).
    package static let bronze = LakeTable(
        layer: .bronze, schema: .bronze, partitioning: .utcHour, englishName: "bronze_streams",
        description: "One row per stream that Twitch listed to a run of `extract`, as sent.", rule: "1")

    /// What `enrich` writes: the table of the first founding document.
    package static let enriched = LakeTable(
        layer: .enriched, schema: .gameStreamsEnriched, partitioning: .utcHour, englishName: "game_streams_enriched",
        description: "One row per stream and run, joined with the broadcaster's profile and the category's name.",
        rule: nil)
}

extension SilverTable {
    /// The table's place in the contract.
    package var table: LakeTable {
        let (englishName, description, rule) =
            switch self {
            case .streams: ("stream_snapshots", "One row per live stream and slot of half an hour.", "2.1")
            case .quarentena:
                ("quarantine", "One row per refused bronze row, unchanged, and why it was refused.", "2.3")
            case .execucoes: ("runs", "One row per run of `extract`: what became of its rows.", "2.3")
            }
        return LakeTable(
            layer: .silver, schema: schema, partitioning: .utcHour, englishName: englishName, description: description,
            rule: rule)
    }
}

extension GoldTable {
    /// The table's place in the contract.
    package var table: LakeTable {
        let (englishName, description) =
            switch self {
            case .fatoStreams:
                ("stream_facts", "One row per local date, broadcaster, category, part of the day and language.")
            case .topJogos: ("top_games", "The most watched games of each local date.")
            case .topStreamers: ("top_streamers", "The most watched broadcasters of each local date.")
            case .participacaoIdioma: ("language_shares", "One row per local date and language.")
            case .tendenciaHoraria: ("hourly_trend", "One row per local date and local hour.")
            case .faixaPopularidade: ("viewer_bands", "One row per local date and audience band.")
            }
        return LakeTable(
            layer: .gold, schema: schema, partitioning: .localDate, englishName: englishName, description: description,
            rule: "3")
    }
}

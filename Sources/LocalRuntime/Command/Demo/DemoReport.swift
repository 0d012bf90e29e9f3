/// What a demo did: printed for people by `DemoSummary`, and as JSON by `--json`. The JSON keys are a stable contract.
struct DemoReport: Codable, Sendable {
    /// One run of the pipeline.
    struct Slot: Codable, Sendable {
        var instant: String
        var runID: String
        var bronzeRows: Int
        var pages: Int
        var repeatedInPull: Int
        var gamesFetched: Int
        var usersFetched: Int
        var unmatched: Int
        var messages: Int
        var seconds: Double

        enum CodingKeys: String, CodingKey {
            case instant, pages, messages, seconds, unmatched
            case runID = "run_id"
            case bronzeRows = "bronze_rows"
            case repeatedInPull = "repeated_in_pull"
            case gamesFetched = "games_fetched"
            case usersFetched = "users_fetched"
        }
    }

    struct Layers: Codable, Sendable {
        var bronze: Int
        var silver: Int
        var duplicates: Int
        var quarantine: Int
        /// Rows of each gold table.
        var gold: [String: Int]
    }

    struct Queue: Codable, Sendable {
        var sent: Int
        var waiting: Int
        var deadLetters: Int
        /// Rows of the real-time table.
        var stored: Int
        var plantedPoison: Int
        var plantedRepeats: Int

        enum CodingKeys: String, CodingKey {
            case sent, waiting, stored
            case deadLetters = "dead_letters"
            case plantedPoison = "planted_poison"
            case plantedRepeats = "planted_repeats"
        }
    }

    /// A row of `top_jogos` or `top_streamers`.
    struct Ranked: Codable, Sendable {
        var date: String
        var position: Int
        var name: String
        var hoursWatched: Double
        var peakViewers: Int

        enum CodingKeys: String, CodingKey {
            case date, position, name
            case hoursWatched = "hours_watched"
            case peakViewers = "peak_viewers"
        }
    }

    var source: String
    var slots: [Slot]
    var layers: Layers
    /// Rejected rows by `motivo`.
    var quarantineReasons: [String: Int]
    var queue: Queue
    var topGames: [Ranked]
    var topStreamers: [Ranked]
    /// Broken invariants of LAKE_SPEC 5; empty when all hold.
    var violations: [String]
    var seconds: Double
    var emulatorPeakBytes: Int
    var functionPeakBytes: Int
    var state: String
    var lake: String
    var endpoint: String

    enum CodingKeys: String, CodingKey {
        case source, slots, layers, queue, violations, seconds, state, lake, endpoint
        case quarantineReasons = "quarantine_reasons"
        case topGames = "top_games"
        case topStreamers = "top_streamers"
        case emulatorPeakBytes = "emulator_peak_bytes"
        case functionPeakBytes = "function_peak_bytes"
    }
}

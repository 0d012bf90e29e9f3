import Foundation

/// What a demo did: printed for people by `DemoSummary`, and as JSON by `--json`. The JSON keys, these names in snake case, are
/// a stable contract.
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

        /// As they are before they become snake case: `run_id` comes back as `runId`.
        enum CodingKeys: String, CodingKey {
            case instant, bronzeRows, pages, repeatedInPull, gamesFetched, usersFetched, unmatched, messages, seconds
            case runID = "runId"
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
    }

    /// A row of `top_jogos` or `top_streamers`.
    struct Ranked: Codable, Sendable {
        var date: String
        var position: Int
        var name: String
        var hoursWatched: Double
        var peakViewers: Int
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
}

extension DemoReport {
    init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(DemoReport.self, from: json)
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

import FoundationEssentials
import Lake
import Twitch

/// What one pull brought. It travels with the bronze object, as metadata, so that object and counts cannot part.
struct PullSummary: Sendable, Equatable, Codable {
    let division: PullPlan.Division
    private(set) var rows = 0
    private(set) var pages = 0
    /// Rows whose stream had come before in the same walk.
    private(set) var duplicates = 0
    /// Requests to Helix, repeated ones included.
    var requests = 0
    /// Rows by walk: by language, or by game.
    private(set) var rowsByWalk: [String: Int] = [:]
    /// How each walk ended, when it did not bring all that was asked for.
    private(set) var gaps: [String: Pagination.End] = [:]
    /// Rows over the rows that a complete pull would have; nil when nobody knows how many those are.
    private(set) var completeness: Double? = 1
    private var expected = 0
    /// Rows wanted of each walk; nil for all there are.
    private let wanted: Int?
    /// `collected_at` in microseconds since the epoch; nil in objects of before it was noted.
    let collectedAt: Int64?

    /// Of the object's metadata, in lower case because S3 lowers names.
    static let metadataName = "pull"

    private enum CodingKeys: String, CodingKey {
        case division, rows, pages, duplicates, requests, gaps, completeness, expected, wanted
        case collectedAt = "collected_at_us"
        case rowsByWalk = "walks"
    }

    init(_ plan: PullPlan, collectedAt: Instant) {
        division = plan.division
        wanted = plan.streamsPerWalk
        self.collectedAt = collectedAt.microseconds
    }

    var isComplete: Bool { gaps.isEmpty }

    /// Whether the other pull wanted the same; which walks it had is told by their names.
    func hasSamePlan(as other: PullSummary) -> Bool {
        division == other.division && wanted == other.wanted
    }

    /// Counts one walk in. A complete one expects what came; another one what was wanted.
    ///
    /// - Parameter earlier: the rows that the walk had shortly before, where it has shrunk since: it then expects these.
    mutating func add(_ walk: StreamsWalk, of name: String, shrunkFrom earlier: Int? = nil) {
        rows += walk.streams.count
        pages += walk.pages
        duplicates += walk.duplicates
        rowsByWalk[name] = walk.streams.count
        if let earlier {
            gaps[name] = .shrunk
            expected += earlier
        } else if walk.end.isComplete {
            expected += walk.streams.count
        } else {
            gaps[name] = walk.end
            if let wanted { expected += wanted } else { completeness = nil }
        }
        if completeness != nil { completeness = expected == 0 ? 1 : Double(rows) / Double(expected) }
    }

    /// One line of ASCII: the keys are ours, the values numbers, language codes and words of `Pagination.End`.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    init?(metadata: [String: String]) {
        guard let json = metadata[Self.metadataName] else { return nil }
        self.init(json: json)
    }

    init?(json: String) {
        guard let summary = try? JSONDecoder().decode(PullSummary.self, from: Data(json.utf8)) else { return nil }
        self = summary
    }
}

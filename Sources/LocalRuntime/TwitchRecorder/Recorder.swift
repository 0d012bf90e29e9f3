package import Foundation
package import HTTPTransport
package import Twitch

/// One pull from Twitch, kept as the answers came: the streams, and the games, users and channels that they name. The files
/// hold bodies only, and neither token nor client id; `rivulet-local demo --from` replays them.
///
/// The pipeline's own client asks, so that a recording is what a pull would have met: same pages, same rate, same patience.
package struct Recorder: Sendable {
    private let settings: RecorderSettings
    private let answers: KeptAnswers
    private let helix: HelixClient
    private let time: TimeAndChance

    package init(
        _ settings: RecorderSettings, http: any HTTPClient = CurlClient(), time: TimeAndChance = .real
    ) {
        self.settings = settings
        self.time = time
        let credentials = settings.credentials
        answers = KeptAnswers(http, settings)
        helix = HelixClient(
            apiURL: settings.apiURL,
            tokens: AppAccessTokens(
                tokenURL: settings.tokenURL, credentials: { credentials }, http: answers, time: time),
            http: answers, time: time)
    }

    /// What one recording holds. The JSON keys are a stable contract.
    package struct Report: Sendable, Equatable, Codable {
        /// One walk over `/streams`.
        package struct Walk: Sendable, Equatable, Codable {
            /// The code, or `*`.
            package var language: String
            package var streams: Int
            package var pages: Int
            /// Why it ended, in the ledger's words.
            package var end: String
        }

        package var walks: [Walk] = []
        package var games = 0
        package var users = 0
        package var channels = 0
        /// Of Helix, repeated ones included.
        package var requests = 0
        package var files: [String] = []
    }

    /// Asks Twitch and writes each walk when it is whole.
    ///
    /// - Parameter folder: made when it is not there; what is in it is left alone.
    /// - Throws: `RecorderError`, `TwitchError`, or what the file system says.
    package func record(to folder: URL) async throws -> Report {
        try Self.prepare(folder)
        let deadline = time.now() + Self.patience
        var report = Report()
        var streams: [GetStreams.Item] = []
        for language in settings.languages.isEmpty ? ["*"] : settings.languages {
            let walk = try await walk(language, deadline: deadline)
            if let failure = walk.failure, walk.streams.isEmpty { throw failure }
            try write(Self.pages(of: answers.take(), walk.end), "streams", to: folder, &report)
            report.walks.append(
                .init(language: language, streams: walk.streams.count, pages: walk.pages, end: walk.end.rawValue))
            streams += walk.streams
        }
        guard !streams.isEmpty else { throw RecorderError.noStreams }
        try await recordReferences(of: streams, to: folder, deadline, &report)
        report.requests = answers.requestCount
        return report
    }

    /// What a walk stands for in the end: its last attempt, or the one that came furthest; without a page that led back.
    private static func pages(of attempts: [[[UInt8]]], _ end: Pagination.End) -> [[UInt8]] {
        let pages = (end.isComplete ? attempts.last : attempts.max { $0.count < $1.count }) ?? []
        return end == .loop ? pages.dropLast() : pages
    }

    private func walk(_ language: String, deadline: Duration) async throws -> StreamsWalk {
        let wanted = settings.streamsPerLanguage
        return try await helix.walkStreams(
            GetStreams(first: min(wanted ?? 100, 100), languages: language == "*" ? [] : [language]), wanted: wanted,
            pageCap: wanted.map { 10 + 4 * ($0 / 100) } ?? 4000, deadline: deadline)
    }

    private func recordReferences(
        of streams: [GetStreams.Item], to folder: URL, _ deadline: Duration, _ report: inout Report
    ) async throws {
        let users = Self.chunks(streams.compactMap(\.userID))
        for ids in Self.chunks(streams.compactMap(\.gameID)) {
            report.games += try await helix.get(GetGames(ids: ids), deadline: deadline).items.count
        }
        try write(answers.take().flatMap(\.self), "games", to: folder, &report)
        for ids in users {
            report.users += try await helix.get(GetUsers(ids: ids), deadline: deadline).items.count
        }
        try write(answers.take().flatMap(\.self), "users", to: folder, &report)
        for ids in users {
            report.channels += try await helix.get(GetChannels(broadcasterIDs: ids), deadline: deadline).items.count
        }
        try write(answers.take().flatMap(\.self), "channels", to: folder, &report)
    }

    /// Files go on in number from walk to walk, for they are replayed in the order of their names.
    private func write(_ bodies: [[UInt8]], _ kind: String, to folder: URL, _ report: inout Report) throws {
        let first = report.files.count { $0.hasPrefix(kind) } + 1
        for (index, body) in bodies.enumerated() {
            let number = String(first + index)
            let name = "\(kind)-\(String(repeating: "0", count: max(0, 5 - number.count)))\(number).json"
            try Data(body).write(to: folder.appending(path: name), options: .atomic)
            report.files.append(name)
        }
    }

    private static func prepare(_ folder: URL) throws {
        let files = FileManager.default
        if files.fileExists(atPath: folder.path) {
            guard try files.contentsOfDirectory(atPath: folder.path).isEmpty else {
                throw RecorderError.folderIsInUse(path: folder.path)
            }
        }
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// The different ids, a hundred a call; a stream without a category has an empty one.
    private static func chunks(_ ids: [String]) -> [[String]] {
        let ids = Set(ids).subtracting([""]).sorted()
        return stride(from: 0, to: ids.count, by: 100).map { Array(ids[$0..<min($0 + 100, ids.count)]) }
    }

    /// The whole directory takes a quarter of an hour at the rate that Twitch allows.
    private static let patience = Duration.seconds(3600)
}

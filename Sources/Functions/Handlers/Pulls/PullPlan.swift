import Twitch

/// Which walks over `/streams` make one pull, in their order.
struct PullPlan: Sendable, Equatable {
    /// What the walks are divided by; the raw value is the key under which an answer lists their rows.
    enum Division: String, Sendable, Codable {
        case languages
        case topGames = "top_games"
    }

    /// One walk: all pages of one request.
    struct Walk: Sendable, Equatable {
        /// The language, the game's id, or `*`.
        let name: String
        let request: GetStreams
    }

    /// Language codes in the order of the walks; empty for all languages at once.
    let languages: [String]
    /// How many of the most watched games to walk over, one by one; 0 to walk over languages.
    let topGames: Int
    /// Rows wanted of each walk; nil for all there are.
    let streamsPerWalk: Int?

    var division: Division { topGames > 0 ? .topGames : .languages }

    /// Reads `LANGUAGES` and `STREAMS_PER_LANGUAGE`, or, when `TOP_GAMES` is given, that and `STREAMS_PER_GAME` (founding
    /// document 000); `LANGUAGES` then narrows the games' walks.
    init(_ settings: Settings) throws {
        topGames = try settings.integer("TOP_GAMES", default: 0, in: 0...Self.walkLimit)
        languages = try Self.languages(settings.text("LANGUAGES") ?? (topGames > 0 ? "*" : "pt,en,es"))
        let (variable, standard) = topGames > 0 ? ("STREAMS_PER_GAME", 50) : ("STREAMS_PER_LANGUAGE", 100)
        streamsPerWalk =
            settings.text(variable) == "all"
            ? nil : try settings.integer(variable, default: standard, in: 1...1_000_000)
    }

    /// The walks; with top games this asks Twitch which they are.
    func walks(_ helix: HelixClient, deadline: Duration) async throws -> [Walk] {
        let page = min(streamsPerWalk ?? 100, 100)
        guard topGames > 0 else {
            guard !languages.isEmpty else { return [Walk(name: "*", request: GetStreams(first: page))] }
            return languages.map { Walk(name: $0, request: GetStreams(first: page, languages: [$0])) }
        }
        let games = try await helix.get(GetTopGames(first: topGames), deadline: deadline).items.compactMap(\.id)
        return games.map {
            Walk(name: $0, request: GetStreams(first: page, languages: languages, gameIDs: [$0]))
        }
    }

    /// More pages than any honest walk takes: Twitch's pages come short, so four times the full pages are let pass.
    var pageCap: Int {
        streamsPerWalk.map { 10 + 4 * ($0 / 100) } ?? 4000
    }

    /// The counts of so many walks fit into an object's metadata, which S3 limits to 2 KB.
    private static let walkLimit = 40

    private static func languages(_ text: String) throws -> [String] {
        guard text != "*" else { return [] }
        let codes = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let isList = codes.allSatisfy { code in
            (2...8).contains(code.utf8.count)
                && code.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "-") }
        }
        guard isList, Set(codes).count == codes.count, codes.count <= walkLimit else {
            throw SettingError.invalid(
                variable: "LANGUAGES", value: text,
                expected: "up to \(walkLimit) different lower-case codes with commas and without blanks, such as "
                    + "pt,en,es, or *")
        }
        return codes
    }
}

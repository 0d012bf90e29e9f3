import Twitch

/// Which walks over `/streams` make one pull, in their order.
struct PullPlan: Sendable, Equatable {
    /// Language codes in the order of the walks; `*` alone is one walk over all languages.
    let languages: [String]
    /// Rows wanted of each; nil for all there are.
    let streamsPerLanguage: Int?

    static let everyLanguage = "*"

    /// Reads `LANGUAGES` and `STREAMS_PER_LANGUAGE`.
    init(_ settings: Settings) throws {
        languages = try Self.languages(settings.text("LANGUAGES") ?? "pt,en,es")
        streamsPerLanguage =
            settings.text("STREAMS_PER_LANGUAGE") == "all"
            ? nil : try settings.integer("STREAMS_PER_LANGUAGE", default: 100, in: 1...1_000_000)
    }

    /// The request that begins the walk of `language`.
    func request(_ language: String) -> GetStreams {
        GetStreams(
            first: min(streamsPerLanguage ?? 100, 100), languages: language == Self.everyLanguage ? [] : [language])
    }

    /// More pages than any honest walk takes: Twitch's pages come short, so four times the full pages are let pass.
    var pageCap: Int {
        streamsPerLanguage.map { 10 + 4 * ($0 / 100) } ?? 4000
    }

    private static func languages(_ text: String) throws -> [String] {
        let codes = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let isList = codes.allSatisfy { code in
            code.utf8.count >= 2
                && code.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "-") }
        }
        guard codes == [everyLanguage] || isList && Set(codes).count == codes.count else {
            throw SettingError.invalid(
                variable: "LANGUAGES", value: text,
                expected: "different lower-case codes with commas and without blanks, such as pt,en,es, or *")
        }
        return codes
    }
}

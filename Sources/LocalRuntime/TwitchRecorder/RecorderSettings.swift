package import Twitch

/// What to record, and as whom: the variables of `extract`, under its names (docs/settings.md).
package struct RecorderSettings: Sendable {
    package let apiURL: String
    package let tokenURL: String
    package let credentials: ClientCredentials
    /// To look for in what is about to be written.
    let secret: String
    /// Codes in the order of the walks; empty for one walk over all languages.
    package let languages: [String]
    /// Streams wanted of each walk; nil for all there are.
    package let streamsPerLanguage: Int?

    /// Reads `TWITCH_CLIENT_ID`, `TWITCH_CLIENT_SECRET`, `TWITCH_API_URL`, `TWITCH_TOKEN_URL`, `LANGUAGES` and
    /// `STREAMS_PER_LANGUAGE`. An empty variable counts as unset.
    ///
    /// - Throws: `RecorderError` with the variable's name.
    package init(environment: [String: String]) throws {
        let environment = environment.filter { !$0.value.isEmpty }
        guard let clientID = environment["TWITCH_CLIENT_ID"] else {
            throw RecorderError.missing(variable: "TWITCH_CLIENT_ID")
        }
        guard let secret = environment["TWITCH_CLIENT_SECRET"] else {
            throw RecorderError.missing(variable: "TWITCH_CLIENT_SECRET")
        }
        self.secret = secret
        credentials = ClientCredentials(clientID: clientID, secret: ClientSecret(secret))
        let apiURL = try Self.url("TWITCH_API_URL", environment, default: "https://api.twitch.tv/helix")
        self.apiURL = apiURL.hasSuffix("/") ? String(apiURL.dropLast()) : apiURL
        tokenURL = try Self.url("TWITCH_TOKEN_URL", environment, default: "https://id.twitch.tv/oauth2/token")
        languages = try Self.languages(environment["LANGUAGES"] ?? "pt,en,es")
        streamsPerLanguage = try Self.count(environment["STREAMS_PER_LANGUAGE"] ?? "100")
    }

    private static func url(
        _ variable: String, _ environment: [String: String], default standard: String
    ) throws -> String {
        guard let text = environment[variable] else { return standard }
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains(where: { "?#@ ".contains($0) })
        else { throw RecorderError.invalid(variable: variable, value: text, expected: "a URL such as \(standard)") }
        return text
    }

    private static func languages(_ text: String) throws -> [String] {
        guard text != "*" else { return [] }
        let codes = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard codes.allSatisfy({ $0.wholeMatch(of: /[a-z][a-z-]{1,7}/) != nil }), Set(codes).count == codes.count else {
            throw RecorderError.invalid(
                variable: "LANGUAGES", value: text,
                expected: "different lower-case codes with commas and without blanks, such as pt,en,es, or *")
        }
        return codes
    }

    private static func count(_ text: String) throws -> Int? {
        guard text != "all" else { return nil }
        guard let count = Int(text), (1...1_000_000).contains(count) else {
            throw RecorderError.invalid(
                variable: "STREAMS_PER_LANGUAGE", value: text, expected: "a whole number from 1 to 1000000, or all")
        }
        return count
    }
}

/// Why nothing is recorded, or no more.
package enum RecorderError: Error, Equatable {
    case missing(variable: String)
    case invalid(variable: String, value: String, expected: String)
    /// The folder holds something: recordings do not mix.
    case folderIsInUse(path: String)
    /// An answer repeats the token, the client id or the secret.
    case answerTellsSecret(path: String)
    /// Nobody was live in what was asked for.
    case noStreams
}

extension RecorderError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let variable):
            "\(variable) is not set. Recording asks Twitch itself: set TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET to those "
                + "of an application of yours (https://dev.twitch.tv/console/apps)."
        case .invalid(let variable, let value, let expected):
            "\(variable) is \"\(value)\"; give \(expected), or leave it unset for the default."
        case .folderIsInUse(let path): "\(path) holds something; it was left alone. Name a new folder."
        case .answerTellsSecret(let path):
            "The answer to GET \(path) repeats the token, the client id or the secret, so it was not stored. "
                + "Twitch does not do that: look at what TWITCH_API_URL names."
        case .noStreams: "Nobody is live in what was asked for: widen LANGUAGES."
        }
    }
}

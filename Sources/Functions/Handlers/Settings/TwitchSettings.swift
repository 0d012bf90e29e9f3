import AWSClient
import HTTPTransport
import LambdaRuntime
import Twitch

/// How to reach Twitch, and as whom.
struct TwitchSettings: Sendable {
    let apiURL: String
    let tokenURL: String
    let clientID: String
    let secret: SecretSource
    /// The table of the token that all instances share; nil when each asks for its own.
    let tokensTable: String?

    /// Where the client secret lies.
    enum SecretSource: Sendable {
        case inEnvironment(ClientSecret)
        /// The name of a SecureString parameter, read when a token is needed.
        case inParameter(String)
    }

    init(_ settings: Settings) throws {
        apiURL = try settings.url("TWITCH_API_URL", default: "https://api.twitch.tv/helix")
        tokenURL = try settings.url("TWITCH_TOKEN_URL", default: "https://id.twitch.tv/oauth2/token")
        tokensTable = settings.text("TOKENS_TABLE")
        clientID = try settings.text("TWITCH_CLIENT_ID", expected: "the client id of your Twitch application")
        switch (settings.text("TWITCH_CLIENT_SECRET"), settings.text("TWITCH_CLIENT_SECRET_PARAMETER")) {
        case (let secret?, nil): self.secret = .inEnvironment(ClientSecret(secret))
        case (nil, let name?): secret = .inParameter(name)
        case (_?, _?):
            throw SettingError.conflict(variable: "TWITCH_CLIENT_SECRET", other: "TWITCH_CLIENT_SECRET_PARAMETER")
        case (nil, nil):
            throw SettingError.missing(
                variable: "TWITCH_CLIENT_SECRET_PARAMETER",
                expected: "the name of the SSM parameter with the client secret, or TWITCH_CLIENT_SECRET itself")
        }
    }

    /// The Helix client over these settings; nothing is sent before its first call.
    func helix(_ services: Services) -> HelixClient {
        let tokens = AppAccessTokens(
            tokenURL: tokenURL,
            shared: tokensTable.map { TokenTable(name: $0, dynamoDB: services.dynamoDB, clientID: clientID) },
            credentials: { [clientID, secret, ssm = services.ssm] in
                switch secret {
                case .inEnvironment(let secret): ClientCredentials(clientID: clientID, secret: secret)
                case .inParameter(let name):
                    ClientCredentials(
                        clientID: clientID, secret: ClientSecret(try await ssm.getParameter(name).value))
                }
            },
            http: services.http, time: services.time)
        services.logger.info(
            "Twitch is asked at these addresses.", ["twitch_api_url": apiURL, "twitch_token_url": tokenURL])
        return HelixClient(apiURL: apiURL, tokens: tokens, http: services.http, time: services.time)
    }
}

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
        /// The name or ARN of a secret of the Secrets Manager, likewise; its text is the client secret and nothing else.
        case inSecretsManager(String)

        /// Reads the one variable of the three that is set.
        init(_ settings: Settings) throws {
            let sources: [(variable: String, source: (String) -> SecretSource)] = [
                ("TWITCH_CLIENT_SECRET", { .inEnvironment(ClientSecret($0)) }),
                ("TWITCH_CLIENT_SECRET_PARAMETER", { .inParameter($0) }),
                ("TWITCH_CLIENT_SECRET_ID", { .inSecretsManager($0) }),
            ]
            let given = sources.compactMap { variable, source in
                settings.text(variable).map { (variable: variable, source: source($0)) }
            }
            guard let first = given.first else {
                throw SettingError.missing(
                    variable: "TWITCH_CLIENT_SECRET_PARAMETER",
                    expected:
                        "the name of the SSM parameter with the client secret, TWITCH_CLIENT_SECRET_ID with that of "
                        + "a secret of the Secrets Manager, or TWITCH_CLIENT_SECRET itself")
            }
            guard given.count == 1 else {
                throw SettingError.conflict(variable: first.variable, other: given[1].variable)
            }
            self = first.source
        }

        /// - Throws: what the service says that keeps it.
        func read(_ services: Services) async throws -> ClientSecret {
            switch self {
            case .inEnvironment(let secret): return secret
            case .inParameter(let name): return ClientSecret(try await services.ssm.getParameter(name).value)
            case .inSecretsManager(let id):
                switch try await services.secretsManager.getSecretValue(id).content {
                case .string(let text): return ClientSecret(text)
                case .binary(let bytes): return ClientSecret(String(decoding: bytes, as: UTF8.self))
                }
            }
        }
    }

    init(_ settings: Settings) throws {
        apiURL = try settings.url("TWITCH_API_URL", default: "https://api.twitch.tv/helix")
        tokenURL = try settings.url("TWITCH_TOKEN_URL", default: "https://id.twitch.tv/oauth2/token")
        tokensTable = settings.text("TOKENS_TABLE")
        clientID = try settings.text("TWITCH_CLIENT_ID", expected: "the client id of your Twitch application")
        secret = try SecretSource(settings)
    }

    /// The Helix client over these settings; nothing is sent before its first call.
    func helix(_ services: Services) -> HelixClient {
        let tokens = AppAccessTokens(
            tokenURL: tokenURL,
            shared: tokensTable.map { TokenTable(name: $0, dynamoDB: services.dynamoDB, clientID: clientID) },
            credentials: { [clientID, secret] in
                ClientCredentials(clientID: clientID, secret: try await secret.read(services))
            },
            http: services.http, time: services.time)
        services.logger.info(
            "Twitch is asked at these addresses.", ["twitch_api_url": apiURL, "twitch_token_url": tokenURL])
        return HelixClient(apiURL: apiURL, tokens: tokens, http: services.http, time: services.time)
    }
}

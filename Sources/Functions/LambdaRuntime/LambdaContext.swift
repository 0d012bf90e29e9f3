#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What Lambda says about one invocation.
///
/// Fields: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next
public struct LambdaContext: Sendable {
    /// The id of this request; a retry of the same event has another.
    public let requestID: String
    /// The function as it was called, with its alias or version; empty when the caller's service sent none.
    public let invokedFunctionARN: String
    /// When Lambda will end the invocation; nil when the service sent no deadline.
    public let deadline: Date?
    /// The X-Ray trace header, also in `_X_AMZN_TRACE_ID` while the invocation lasts; nil when not traced.
    public let traceID: String?
    /// What a mobile SDK says about its client; nil from any other caller.
    public let clientContext: ClientContext?
    /// The Cognito identity that called through a mobile SDK; nil from any other caller.
    public let cognitoIdentity: CognitoIdentity?
    /// The function's name, memory, log group and every other variable.
    public let environment: LambdaEnvironment
    /// Writes lines that carry the request id. Replace it by `logger.with(…)` to bind more, such as a run id.
    public var logger: LambdaLogger

    let now: @Sendable () -> Date

    /// A context as the runtime makes it, or as a test needs it.
    ///
    /// - Parameter now: the wall clock that `remainingTime` reads.
    public init(
        requestID: String,
        invokedFunctionARN: String = "",
        deadline: Date? = nil,
        traceID: String? = nil,
        clientContext: ClientContext? = nil,
        cognitoIdentity: CognitoIdentity? = nil,
        environment: LambdaEnvironment = LambdaEnvironment([:]),
        logger: LambdaLogger? = nil,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.requestID = requestID
        self.invokedFunctionARN = invokedFunctionARN
        self.deadline = deadline
        self.traceID = traceID
        self.clientContext = clientContext
        self.cognitoIdentity = cognitoIdentity
        self.environment = environment
        self.logger = (logger ?? environment.logger).bound(to: requestID)
        self.now = now
    }

    /// The time left until the deadline, never below zero; nil when the service sent no deadline.
    public var remainingTime: Duration? {
        deadline.map { max(.zero, .seconds($0.timeIntervalSince(now()))) }
    }

    /// The function's name.
    public var functionName: String { environment.functionName }

    /// The configured memory in MiB; nil when the environment does not say.
    public var memorySizeMiB: Int? { environment.memorySizeMiB }
}

/// The client that called through a mobile SDK, from `Lambda-Runtime-Client-Context`.
///
/// Its `custom` and `env` values are strings; what is not a string object is read as absent.
public struct ClientContext: Sendable, Hashable, Decodable {
    /// The application that called.
    public struct Client: Sendable, Hashable, Decodable {
        /// The installation's id.
        public let installationID: String?
        /// The application's title.
        public let appTitle: String?
        /// The application's version, as people read it.
        public let appVersionName: String?
        /// The application's version, as programs compare it.
        public let appVersionCode: String?
        /// The application's package name.
        public let appPackageName: String?

        enum CodingKeys: String, CodingKey {
            case installationID = "installation_id"
            case appTitle = "app_title"
            case appVersionName = "app_version_name"
            case appVersionCode = "app_version_code"
            case appPackageName = "app_package_name"
        }
    }

    /// The application that called.
    public let client: Client?
    /// What the application chose to send.
    public let custom: [String: String]
    /// The device's environment.
    public let environment: [String: String]

    enum CodingKeys: String, CodingKey {
        case client
        case custom
        case environment = "env"
    }

    /// Reads the header's JSON; its parts may be missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        client = try container.decodeIfPresent(Client.self, forKey: .client)
        custom = (try? container.decode([String: String].self, forKey: .custom)) ?? [:]
        environment = (try? container.decode([String: String].self, forKey: .environment)) ?? [:]
    }
}

/// The Cognito identity that called, from `Lambda-Runtime-Cognito-Identity`.
public struct CognitoIdentity: Sendable, Hashable, Decodable {
    /// The identity's id.
    public let identityID: String
    /// The identity pool's id.
    public let identityPoolID: String?

    enum CodingKeys: String, CodingKey {
        case identityID = "cognitoIdentityId"
        case identityPoolID = "cognitoIdentityPoolId"
    }
}

/// The keys that sign for a function's role.
package struct Credentials: Sendable, Equatable {
    package let accessKeyID: String
    package let secretAccessKey: String
    package let sessionToken: String?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}

/// Names the key, never the secret or the token.
extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Credentials(\(accessKeyID))" }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}

/// Who calls, in which region, and where the services answer; read once from the environment, as every AWS SDK does.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
package struct AWSConfiguration: Sendable {
    package let region: String
    package let credentials: Credentials
    let trace: TraceHeader
    private let customEndpoints: [AWSService: Endpoint]

    /// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION` or `AWS_DEFAULT_REGION`,
    /// and `AWS_ENDPOINT_URL_<SERVICE>` before `AWS_ENDPOINT_URL`. An empty variable counts as unset.
    ///
    /// Throws `AWSConfigurationError` with the variable's name.
    package init(environment: [String: String]) throws {
        let set = environment.filter { !$0.value.isEmpty }
        func required(_ variable: String) throws -> String {
            guard let value = set[variable] else { throw AWSConfigurationError.missing(variable: variable) }
            return value
        }
        credentials = Credentials(
            accessKeyID: try required("AWS_ACCESS_KEY_ID"),
            secretAccessKey: try required("AWS_SECRET_ACCESS_KEY"),
            sessionToken: set["AWS_SESSION_TOKEN"])
        region = try set["AWS_REGION"] ?? set["AWS_DEFAULT_REGION"] ?? required("AWS_REGION")
        trace = TraceHeader(set)
        customEndpoints = try Self.customEndpoints(set)
    }

    private static func customEndpoints(_ environment: [String: String]) throws -> [AWSService: Endpoint] {
        var endpoints: [AWSService: Endpoint] = [:]
        for service in AWSService.allCases {
            let variables = ["AWS_ENDPOINT_URL_\(service.variableSuffix)", "AWS_ENDPOINT_URL"]
            guard let variable = variables.first(where: { environment[$0] != nil }) else { continue }
            guard let endpoint = environment[variable].flatMap(Endpoint.init(custom:)) else {
                throw AWSConfigurationError.invalid(
                    variable: variable, expected: "a URL such as http://127.0.0.1:4566, without a query")
            }
            endpoints[service] = endpoint
        }
        return endpoints
    }

    func endpoint(of service: AWSService) -> Endpoint {
        customEndpoints[service] ?? Endpoint(of: service, region: region)
    }
}

/// An environment variable that keeps the clients from being made. Values are not shown: they may be secrets.
package enum AWSConfigurationError: Error, Equatable {
    case missing(variable: String)
    case invalid(variable: String, expected: String)
}

extension AWSConfigurationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let variable): "The environment variable \(variable) is not set."
        case .invalid(let variable, let expected): "The environment variable \(variable) must be \(expected)."
        }
    }
}

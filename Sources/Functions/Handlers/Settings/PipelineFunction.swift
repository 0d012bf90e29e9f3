package import HTTPTransport
package import LambdaRuntime
package import Twitch

/// The functions of the pipeline under the names by which `_HANDLER` picks them.
package enum PipelineFunction: String, Sendable, CaseIterable {
    case extract, enrich, publishToQueue, sqsToStore, silverJob, goldJob

    /// Reads `_HANDLER`.
    package init(handler: String) throws {
        guard let function = PipelineFunction(rawValue: handler) else {
            throw SettingError.unknownHandler(handler)
        }
        self = function
    }

    /// Reads the function's settings and builds its handler; sends nothing.
    ///
    /// - Throws: `SettingError`, `LakeConfigurationError` or `AWSConfigurationError`, each with the variable's name.
    package func handler(
        environment: [String: String], logger: LambdaLogger, http: (any HTTPClient)? = nil,
        time: TimeAndChance = .real
    ) throws -> any RawLambdaHandler {
        let settings = Settings(environment)
        let http = http ?? CurlClient(trust: TrustStore(environment: environment))
        let services = try Services(environment: environment, http: http, time: time, logger: logger)
        return switch self {
        case .extract: try Extract(settings, services)
        case .enrich: try Enrich(settings, services)
        case .publishToQueue: try PublishToQueue(settings, services)
        case .sqsToStore: try SQSToStore(settings, services)
        case .silverJob: try SilverJob(settings, services)
        case .goldJob: try GoldJob(settings, services)
        }
    }
}

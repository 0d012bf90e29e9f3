import AWSProtocol
import EmulatorClock
import EventSourceMappings
import Lambda
import TwitchSimulator

/// Lambda's API is one service to its clients and two to us: functions, and the mappings that feed them.
struct LambdaEndpoint: AWSService {
    let lambda: LambdaService
    let mappings: MappingService
    let signingNames = ["lambda"]

    func respond(to request: AWSRequest) async -> HTTPResponse {
        await service(for: request).respond(to: request)
    }

    func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        service(for: request).refusal(error, to: request)
    }

    func spanSubject(of request: AWSRequest) -> SpanSubject? {
        service(for: request).spanSubject(of: request)
    }

    private func service(for request: AWSRequest) -> any AWSService {
        let path = request.http.path
        let isTagsOfMapping = path.hasPrefix("/2017-03-31/tags/") && path.contains("event-source-mapping")
        return path.hasPrefix(MappingService.pathPrefix) || isTagsOfMapping ? mappings : lambda
    }
}

/// The functions as event source mappings see them.
struct QueueConsumers: FunctionInvoking {
    let lambda: LambdaService

    func invoke(functionARN: String, payload: [UInt8]) async -> FunctionOutcome {
        do {
            let result = try await lambda.invoke(functionARN, payload: payload)
            guard let error = result.functionError else { return .success(result.payload) }
            return .functionError(result.payload, type: error)
        } catch LambdaError.tooManyRequests {
            return .throttled
        } catch LambdaError.functionNotFound {
            return .notFound
        } catch {
            return .serviceFailure("\(error)")
        }
    }

    func timeout(ofFunctionARN functionARN: String) async throws -> Duration? {
        do {
            return try lambda.functionTimeout(arn: functionARN)
        } catch LambdaError.functionNotFound {
            return nil
        }
    }
}

/// The Twitch simulator, alone or under the emulator's own address: there TWITCH_API_URL is `<endpoint>/_twitch/helix`,
/// TWITCH_TOKEN_URL `<endpoint>/_twitch/oauth2/token`.
struct TwitchRoute: OwnRoutes {
    static let application = TwitchApplication(clientID: "rivulet-simulated-client", clientSecret: "simulated")

    /// Of the emulator's paths; the simulator on its own has none.
    static let prefix = "/_twitch/"

    private let simulator: TwitchSimulator
    private let prefixLength: Int

    init(_ source: TwitchSimulator.Source, clock: any Timekeeper) {
        simulator = TwitchSimulator(source, application: Self.application, clock: clock)
        prefixLength = Self.prefix.count - 1
    }

    init(alone simulator: TwitchSimulator) {
        self.simulator = simulator
        prefixLength = 0
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        var inner = request
        inner.path = String(request.path.dropFirst(prefixLength))
        return await simulator.respond(to: inner)
    }
}

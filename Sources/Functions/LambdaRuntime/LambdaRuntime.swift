#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lambda's custom runtime: makes the handler, then feeds it events until the environment is shut down.
///
/// ```swift
/// LambdaRuntime.run { environment in
///     try Extract(environment)
/// }
/// ```
public enum LambdaRuntime {
    /// Runs a function for the life of the process. Call it from a synchronous `main`: an asynchronous one costs
    /// milliseconds at each cold start.
    ///
    /// Making the handler is Lambda's init phase. What it throws is posted to `init/error` and ends the process with
    /// code 1. The process ends with 0 after SIGTERM, and with 2 when there is no Runtime API to be reached.
    ///
    /// The calling thread belongs to the loop from then on, so a handler must not be bound to the main actor.
    ///
    /// - Parameter makeHandler: reads and checks the configuration, and gives a `LambdaHandler` or `RawLambdaHandler`.
    public static func run(
        _ makeHandler: @escaping @Sendable (LambdaEnvironment) async throws -> any RawLambdaHandler
    ) -> Never {
        let stop = StopSignal()
        stop.listenForTermination()
        let settings = Settings(environment: .process, stop: stop)
        exit(run(settings, makeHandler).code)
    }

    /// How a process ends.
    enum Exit: Equatable {
        case stopped
        case initFailed
        case unreachable(RuntimeAPIError)

        var code: CInt {
            switch self {
            case .stopped: 0
            case .initFailed: 1
            case .unreachable: 2
            }
        }
    }

    /// What a test sets otherwise than a process does.
    struct Settings {
        let environment: LambdaEnvironment
        let logger: LambdaLogger
        let stop: StopSignal
        let backoff: Backoff
        let pause: (Duration) -> Void

        init(
            environment: LambdaEnvironment, logger: LambdaLogger? = nil, stop: StopSignal,
            backoff: Backoff = Backoff(), pause: ((Duration) -> Void)? = nil
        ) {
            self.environment = environment
            self.logger = logger ?? environment.logger
            self.stop = stop
            self.backoff = backoff
            self.pause = pause ?? { stop.wait(upTo: $0) }
        }
    }

    static func run(
        _ settings: Settings,
        _ makeHandler: @escaping @Sendable (LambdaEnvironment) async throws -> any RawLambdaHandler
    ) -> Exit {
        do {
            let api = RuntimeAPI(try endpoint(settings.environment))
            let environment = settings.environment
            switch SynchronousCall<any RawLambdaHandler>()({ try await makeHandler(environment) }) {
            case .success(let handler): return try loop(settings, api, handler)
            case .failure(let error): return failInit(error, api, settings.logger)
            }
        } catch {
            settings.logger.fatal("The runtime ends: \(error.text).")
            return .unreachable(error)
        }
    }

    private static func endpoint(_ environment: LambdaEnvironment) throws(RuntimeAPIError) -> Endpoint {
        guard let address = environment.runtimeAPI else { throw .notConfigured }
        return try Endpoint(address)
    }

    private static func loop(
        _ settings: Settings, _ api: RuntimeAPI, _ handler: any RawLambdaHandler
    ) throws(RuntimeAPIError) -> Exit {
        let loop = RuntimeLoop(
            api: api, handler: handler, environment: settings.environment, logger: settings.logger,
            stop: settings.stop, backoff: settings.backoff, pause: settings.pause)
        switch loop.run() {
        case .stopped: return .stopped
        case .unreachable(let error): throw error
        }
    }

    private static func failInit(_ error: any Error, _ api: RuntimeAPI, _ logger: LambdaLogger) -> Exit {
        let report = ErrorReport(error)
        logger.fatal("Init failed: \(report.errorMessage)", ["error_type": report.errorType])
        do {
            try api.failInit(report)
        } catch {
            logger.error("The init error was not delivered: \(error.text).")
        }
        return .initFailed
    }
}

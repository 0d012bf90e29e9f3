#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Takes event after event to the handler and its answers back, on the thread that calls `run`.
final class RuntimeLoop {
    /// Why the loop ended.
    enum End: Equatable {
        case stopped
        case unreachable(RuntimeAPIError)
    }

    private let api: RuntimeAPI
    private let handler: any RawLambdaHandler
    private let environment: LambdaEnvironment
    private let logger: LambdaLogger
    private let stop: StopSignal
    private let pause: (Duration) -> Void
    private var backoff: Backoff
    private let call = SynchronousCall<[UInt8]>()
    private let trace = TraceVariable()

    /// - Parameter pause: waits between two tries to reach the Runtime API.
    init(
        api: RuntimeAPI, handler: any RawLambdaHandler, environment: LambdaEnvironment, logger: LambdaLogger,
        stop: StopSignal, backoff: Backoff, pause: @escaping (Duration) -> Void
    ) {
        self.api = api
        self.handler = handler
        self.environment = environment
        self.logger = logger
        self.stop = stop
        self.backoff = backoff
        self.pause = pause
    }

    /// Goes on until a stop is requested or the Runtime API stays unreachable.
    ///
    /// A stop ends the wait for an event at once; an invocation that has begun is finished and answered first.
    func run() -> End {
        while !stop.isRequested {
            do {
                guard let invocation = try api.next(unless: stop) else { return .stopped }
                backoff.reset()
                handle(invocation)
            } catch {
                guard !stop.isRequested else { return .stopped }
                guard let wait = backoff.next() else { return .unreachable(error) }
                logger.warn("No event: \(error.text). Trying again.", ["retry_in_ms": Int(wait / .milliseconds(1))])
                pause(wait)
            }
        }
        return .stopped
    }

    private func handle(_ invocation: Invocation) {
        trace.set(invocation.traceID)
        let context = context(of: invocation)
        let (handler, payload) = (handler, invocation.payload)
        switch call({ try await handler.handle(payload: payload, context: context) }) {
        case .success(let answer):
            deliver(context) { () throws(RuntimeAPIError) in try api.respond(to: invocation.requestID, answer) }
        case .failure(let error):
            let report = ErrorReport(error)
            context.logger.error(report.errorMessage, ["error_type": report.errorType])
            deliver(context) { () throws(RuntimeAPIError) in try api.fail(invocation.requestID, report) }
        }
    }

    /// An answer that Lambda refuses (413, 400) or cannot take is lost, and said so; the next event is not. To post an
    /// error after it would be refused too, for the invocation has left the state that takes one.
    private func deliver(_ context: LambdaContext, _ post: () throws(RuntimeAPIError) -> Void) {
        do {
            try post()
        } catch {
            context.logger.error(
                "The answer was not delivered: \(error.text).", ["error_type": "Runtime.AnswerRefused"])
        }
    }

    private func context(of invocation: Invocation) -> LambdaContext {
        LambdaContext(
            requestID: invocation.requestID,
            invokedFunctionARN: invocation.functionARN,
            deadline: invocation.deadlineMilliseconds.map { Date(timeIntervalSince1970: Double($0) / 1000) },
            traceID: invocation.traceID,
            clientContext: read(ClientContext.self, invocation.clientContext, invocation),
            cognitoIdentity: read(CognitoIdentity.self, invocation.cognitoIdentity, invocation),
            environment: environment,
            logger: logger)
    }

    /// A header that the caller may set freely must not fail the invocation; what is not readable is absent.
    private func read<Value: Decodable>(_ type: Value.Type, _ json: String?, _ invocation: Invocation) -> Value? {
        guard let json else { return nil }
        do {
            return try EventJSON.decode(type, from: Array(json.utf8))
        } catch {
            let logger = logger.bound(to: invocation.requestID)
            logger.warn("The \(type) header is not readable and is left out: \(error)")
            return nil
        }
    }
}

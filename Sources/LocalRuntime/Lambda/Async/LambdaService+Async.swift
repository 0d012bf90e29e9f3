import AWSProtocol
import EmulatorClock

/// Running what the asynchronous queue holds, and telling destinations of it.
extension LambdaService {
    /// Runs an event once, and says what is to become of it.
    func deal(with event: AsyncEvent) async -> AsyncRetries.Step {
        guard let function = try? entry(event.target.id).function else { return .forget }
        let config = function.eventInvokeConfigs[event.target.key]
        let retries = AsyncRetries(config)
        var step = AsyncRetries.Step.finish(.eventAgeExceeded)
        var result: InvocationResult?
        if !retries.isTooOld(event, now: clock.now) {
            let outcome: AsyncRetries.Outcome
            (outcome, result) = await run(event)
            step = retries.step(after: outcome, of: event, now: clock.now)
        }
        if case .finish(let condition) = step {
            let record = InvocationRecord(event: event, condition: condition, result: result, instant: clock.now)
            await Tracer.$current.withValue(TraceContext(event.traceID)) { await tell(record, function, config) }
        }
        return step
    }

    private func run(_ event: AsyncEvent) async -> (AsyncRetries.Outcome, InvocationResult?) {
        let invocation = Invocation(
            requestID: event.requestID, payload: event.payload, functionARN: event.target.arn,
            trace: .named(event.traceID))
        do {
            let result = try await invoke(event.target, invocation)
            if result.failure == .shutDown { return (.interrupted, nil) }
            return (result.functionError == nil ? .succeeded : .failed, result)
        } catch LambdaError.stopping {
            return (.interrupted, nil)
        } catch LambdaError.functionNotFound {
            return (.functionGone, nil)
        } catch {
            return (.notRun, nil)
        }
    }

    /// A destination that cannot be reached costs the record, as in AWS; the emulator's log says so.
    private func tell(_ record: InvocationRecord, _ function: Function, _ config: EventInvokeConfig?) async {
        let hasFailed = record.condition != .success
        if let arn = hasFailed ? config?.onFailure : config?.onSuccess, !arn.isEmpty {
            await noteFailure { try await send(record, to: arn) }
        }
        let version = try? function.version(for: record.event.target.qualifier)
        if hasFailed, let queue = version?.configuration.deadLetterTarget {
            await noteFailure { try await destinations.send(record.deadLetter, toQueueARN: queue) }
        }
    }

    private func send(_ record: InvocationRecord, to arn: String) async throws {
        switch DestinationARN(arn) {
        case .queue(let arn): try await destinations.send(DestinationLetter(body: record.json.text), toQueueARN: arn)
        case .function: try await invokeAsync(arn, payload: record.json.bytes, traceID: record.event.traceID)
        case .other, nil: throw LambdaError.destinationInvalid(arn)
        }
    }

    private func noteFailure(_ deliver: () async throws -> Void) async {
        do {
            try await deliver()
        } catch {
            FaultLog.note(error)
        }
    }
}

import AWSProtocol
import EmulatorClock

/// Settings of asynchronous invocations, by qualifier.
extension LambdaService {
    /// Sets what is said of a qualifier's asynchronous invocations, or (`merges`) changes it.
    ///
    /// - Throws: `LambdaError`: a number is out of bounds, a destination is none, or there is nothing to change.
    package func setEventInvokeConfig(
        _ target: QualifiedFunction, _ config: EventInvokeConfig, merges: Bool
    ) async throws -> EventInvokeConfig {
        try check(config)
        guard let function = try? entry(target.id).function, (try? function.version(for: target.qualifier)) != nil
        else { throw LambdaError.functionDoesNotExist }
        try checkDestinations(of: config, for: target.id)
        let changed = try await update(target.id) { function in
            guard merges else {
                function.eventInvokeConfigs[target.key] = config
                return
            }
            guard var present = function.eventInvokeConfigs[target.key] else {
                throw LambdaError.eventInvokeConfigNotFound(target.keyARN)
            }
            present.maximumRetryAttempts = config.maximumRetryAttempts ?? present.maximumRetryAttempts
            present.maximumEventAge = config.maximumEventAge ?? present.maximumEventAge
            present.onSuccess = config.onSuccess ?? present.onSuccess
            present.onFailure = config.onFailure ?? present.onFailure
            present.lastModifiedMilliseconds = config.lastModifiedMilliseconds
            function.eventInvokeConfigs[target.key] = present
        }
        return changed.eventInvokeConfigs[target.key] ?? config
    }

    /// - Throws: `LambdaError.eventInvokeConfigNotFound`
    package func eventInvokeConfig(_ target: QualifiedFunction) throws -> EventInvokeConfig {
        guard let config = try? entry(target.id).function.eventInvokeConfigs[target.key] else {
            throw LambdaError.eventInvokeConfigNotFound(target.keyARN)
        }
        return config
    }

    /// - Throws: `LambdaError.eventInvokeConfigNotFound`
    package func deleteEventInvokeConfig(_ target: QualifiedFunction) async throws {
        _ = try eventInvokeConfig(target)
        try await update(target.id) { $0.eventInvokeConfigs[target.key] = nil }
    }

    private func check(_ config: EventInvokeConfig) throws {
        var findings: [String] = []
        if let attempts = config.maximumRetryAttempts {
            findings += Constraint.range("maximumRetryAttempts", attempts, limits.retryAttempts)
        }
        if let age = config.maximumEventAge {
            findings += Constraint.range("maximumEventAgeInSeconds", age, limits.eventAge)
        }
        let destinations = [("onSuccess", config.onSuccess), ("onFailure", config.onFailure)]
        for (member, arn) in destinations {
            guard let arn, !arn.isEmpty, DestinationARN(arn) == nil else { continue }
            findings.append(
                Constraint.pattern("destinationConfig.\(member).destination", arn, DestinationARN.pattern))
        }
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
    }

    private func checkDestinations(of config: EventInvokeConfig, for id: FunctionID) throws {
        for arn in [config.onSuccess, config.onFailure].compactMap({ $0 }) where !arn.isEmpty {
            switch DestinationARN(arn) {
            case .queue: break
            case .function(let name):
                guard let other = try? resolve(arn, account: id.account, region: id.region), (try? entry(other)) != nil
                else { throw LambdaError.destinationInvalid(arn) }
                guard name.name != id.name else { throw LambdaError.destinationIsItself }
            case .other(let service) where ["sns", "events", "s3"].contains(service):
                throw NotImplemented("the destination \(arn): only SQS queues and functions take records here")
            case .other, nil:
                throw LambdaError.destinationUnknown(onSuccess: config.onSuccess, onFailure: config.onFailure)
            }
        }
    }
}

extension QualifiedFunction {
    /// The ARN with a qualifier, `$LATEST` where none was asked for.
    var keyARN: String { "\(id.arn):\(key)" }
}

import AWSProtocol
import EmulatorClock

/// Making and changing functions.
extension LambdaService {
    /// Makes a function. It can be invoked at once.
    ///
    /// - Throws: `LambdaError`: the name is taken, a setting is out of bounds, the code is not there or not safe.
    @discardableResult
    package func createFunction(
        _ name: String, code: CodeSource, configuration: FunctionConfiguration? = nil,
        tags: [String: String] = [:], account: String = "000000000000", region: String = "us-east-1"
    ) async throws -> Function {
        let id = FunctionID(account: account, region: region, name: name)
        let configuration = configuration ?? FunctionConfiguration(handler: name, logGroup: "/aws/lambda/\(name)")
        try configuration.check(against: limits)
        guard (try? entry(id)) == nil else { throw LambdaError.functionExists(name) }
        let function = Function(
            id: id, configuration: configuration, code: try await codes.take(code), revision: makeID(),
            lastModified: clock.now, tags: tags)
        apply(try await store.insert(function))
        return function
    }

    /// Gives a function other code. Processes of the old code finish what they are at and end.
    ///
    /// - Parameters:
    ///   - revision: the `RevisionId` that the caller believes to be the latest.
    ///   - isDryRun: only look whether it would work.
    @discardableResult
    package func updateFunctionCode(
        _ id: FunctionID, _ source: CodeSource, architectures: [String]? = nil, revision: String? = nil,
        isDryRun: Bool = false
    ) async throws -> Function {
        var present = try entry(id).function
        let code = try await codes.take(source)
        guard !isDryRun else {
            present.code = code
            return present
        }
        return try await change(id, revision: revision) { function in
            function.code = code
            if let architectures { function.configuration.architectures = architectures }
        }
    }

    /// Changes a function's configuration. Processes of the old one finish what they are at and end.
    @discardableResult
    package func updateFunctionConfiguration(
        _ id: FunctionID, revision: String? = nil,
        _ change: @escaping @Sendable (inout FunctionConfiguration) throws -> Void
    ) async throws -> Function {
        let limits = limits
        return try await self.change(id, revision: revision) { function in
            try change(&function.configuration)
            try function.configuration.check(against: limits)
        }
    }

    /// Deletes a function; its idle processes end now, a busy one after its answer. Its log stays.
    ///
    /// - Throws: `LambdaError.functionNotFound`
    package func deleteFunction(_ id: FunctionID) async throws {
        apply(try await store.delete(id))
    }

    /// Reserves concurrency, or gives it back (nil).
    package func reserveConcurrency(_ id: FunctionID, _ reserved: Int?) async throws {
        let left = limits.concurrency - reservedConcurrency(beside: id) - (reserved ?? 0)
        guard left >= limits.unreservedConcurrency else {
            throw LambdaError.unreservedTooLow(minimum: limits.unreservedConcurrency)
        }
        apply(try await store.update(id) { $0.reservedConcurrency = reserved })
    }

    func changeTags(_ id: FunctionID, _ change: @escaping @Sendable (inout [String: String]) -> Void) async throws {
        apply(try await store.update(id) { change(&$0.tags) })
    }

    /// The functions of an account and region in the order of their names.
    package func functions(account: String = "000000000000", region: String = "us-east-1") -> [Function] {
        allFunctions().filter { $0.id.account == account && $0.id.region == region }
            .sorted { $0.id.name < $1.id.name }
    }

    /// How long the function may run, for the visibility time-out of its queue.
    ///
    /// - Throws: `LambdaError.functionNotFound`
    package func functionTimeout(arn: String) throws -> Duration {
        .seconds(try entry(try resolve(arn)).function.configuration.timeout)
    }

    /// Reads a name, partial ARN or ARN; what it leaves out is as given.
    ///
    /// - Throws: `LambdaError` when it is none, or names a version or alias that does not exist.
    package func resolve(
        _ text: String, account: String = "000000000000", region: String = "us-east-1", qualifier: String? = nil
    ) throws -> FunctionID {
        guard let name = FunctionName(text) else {
            throw LambdaError.validation([
                "Value '\(text)' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                    + FunctionName.pattern
            ])
        }
        let id = FunctionID(account: name.account ?? account, region: name.region ?? region, name: name.name)
        if let qualifier = qualifier ?? name.qualifier, qualifier != "$LATEST" {
            throw LambdaError.functionNotFound("\(id.arn):\(qualifier)")
        }
        return id
    }

    private func change(
        _ id: FunctionID, revision: String?, _ change: @escaping @Sendable (inout Function) throws -> Void
    ) async throws -> Function {
        let (next, now) = (makeID(), clock.now)
        let changed = try await store.update(id) { function in
            if let revision, revision != function.revision { throw LambdaError.preconditionFailed }
            try change(&function)
            function.revision = next
            function.lastModified = now
        }
        guard let function = apply(changed) else { throw LambdaError.functionNotFound(id.arn) }
        return function
    }
}

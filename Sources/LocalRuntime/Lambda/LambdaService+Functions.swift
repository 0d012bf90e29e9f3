import AWSProtocol
import EmulatorClock

/// Making and changing functions.
extension LambdaService {
    /// Makes a function. It can be invoked at once.
    ///
    /// - Parameter publishes: whether `$LATEST` is published as version 1 at once.
    /// - Throws: `LambdaError`: the name is taken, a setting is out of bounds, the code is not there or not safe.
    @discardableResult
    package func createFunction(
        _ name: String, code: CodeSource, configuration: FunctionConfiguration? = nil,
        tags: [String: String] = [:], publishes: Bool = false, account: String = "000000000000",
        region: String = "us-east-1"
    ) async throws -> Function {
        let id = FunctionID(account: account, region: region, name: name)
        let configuration = configuration ?? FunctionConfiguration(handler: name, logGroup: "/aws/lambda/\(name)")
        try configuration.check(against: limits)
        guard (try? entry(id)) == nil else { throw LambdaError.functionExists(name) }
        let latest = FunctionVersion(
            version: .latest, configuration: configuration, code: try await codes.take(code), revision: makeID(),
            lastModified: clock.now)
        let revision = makeID()
        let change = try await store.insert(Function(id: id, latest: latest, tags: tags)) { function in
            if publishes {
                _ = function.publish(description: nil, revision: revision, at: function.latest.lastModified)
            }
        }
        guard let function = apply(change) else { throw LambdaError.functionNotFound(id.arn) }
        return function
    }

    /// Gives `$LATEST` other code. Processes of the old code finish what they are at and end.
    ///
    /// - Parameters:
    ///   - revision: the `RevisionId` that the caller believes to be the latest.
    ///   - isDryRun: only look whether it would work.
    /// - Returns: `$LATEST`, or the version that was published of it.
    @discardableResult
    package func updateFunctionCode(
        _ id: FunctionID, _ source: CodeSource, architectures: [String]? = nil, revision: String? = nil,
        publishes: Bool = false, isDryRun: Bool = false
    ) async throws -> FunctionVersion {
        var present = try entry(id).function.latest
        let code = try await codes.take(source)
        guard !isDryRun else {
            present.code = code
            return present
        }
        let (limits, next, now) = (limits, makeID(), clock.now)
        let changed = try await change(id, revision: revision) { function in
            function.latest.code = code
            if let architectures { function.latest.configuration.architectures = architectures }
            try function.latest.configuration.check(against: limits)
            if publishes { _ = function.publish(description: nil, revision: next, at: now) }
        }
        return publishes ? changed.published[changed.lastPublished] ?? changed.latest : changed.latest
    }

    /// Changes `$LATEST`'s configuration. Processes of the old one finish what they are at and end.
    @discardableResult
    package func updateFunctionConfiguration(
        _ id: FunctionID, revision: String? = nil,
        _ change: @escaping @Sendable (inout FunctionConfiguration) throws -> Void
    ) async throws -> FunctionVersion {
        let limits = limits
        return try await self.change(id, revision: revision) { function in
            try change(&function.latest.configuration)
            try function.latest.configuration.check(against: limits)
        }.latest
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
        try await update(id) { $0.reservedConcurrency = reserved }
    }

    func changeTags(_ id: FunctionID, _ change: @escaping @Sendable (inout [String: String]) -> Void) async throws {
        let most = limits.tags
        try await update(id) { function in
            change(&function.tags)
            guard function.tags.count <= most else { throw LambdaError.tooManyTags }
        }
    }

    /// The functions of an account and region in the order of their names.
    package func functions(account: String = "000000000000", region: String = "us-east-1") -> [Function] {
        allFunctions().filter { $0.id.account == account && $0.id.region == region }
            .sorted { $0.id.name < $1.id.name }
    }

    /// How long the version that the ARN names may run, for the visibility time-out of its queue.
    ///
    /// - Throws: `LambdaError.functionNotFound`
    package func functionTimeout(arn: String) throws -> Duration {
        let target = try locate(arn)
        return try plan(of: try entry(target.id), target.qualifier).timeout
    }

    /// Reads a name, partial ARN or ARN; what it leaves out is as given.
    ///
    /// - Parameter qualifier: of the request, beside the one that the name may bear.
    /// - Throws: `LambdaError` when it is no such name, or the two qualifiers differ.
    package func locate(
        _ text: String, account: String = "000000000000", region: String = "us-east-1", qualifier: String? = nil
    ) throws -> QualifiedFunction {
        guard let name = FunctionName(text) else {
            throw LambdaError.validation([Constraint.pattern("functionName", text, FunctionName.pattern)])
        }
        return try locate(name, account: account, region: region, qualifier: qualifier)
    }

    func locate(
        _ name: FunctionName, account: String, region: String, qualifier: String?
    ) throws -> QualifiedFunction {
        let id = FunctionID(account: name.account ?? account, region: name.region ?? region, name: name.name)
        let given = qualifier.flatMap { $0.isEmpty ? nil : $0 }
        if let given, let derived = name.qualifier, given != derived { throw LambdaError.qualifiersDiffer }
        guard let qualifier = given ?? name.qualifier else { return QualifiedFunction(id) }
        guard let qualifier = Qualifier(qualifier) else {
            throw LambdaError.validation([Constraint.pattern("qualifier", qualifier, Qualifier.pattern)])
        }
        return QualifiedFunction(id, qualifier)
    }

    /// The function itself, whichever version the text names.
    package func resolve(
        _ text: String, account: String = "000000000000", region: String = "us-east-1"
    ) throws -> FunctionID {
        try locate(text, account: account, region: region).id
    }

    private func change(
        _ id: FunctionID, revision: String?, _ change: @escaping @Sendable (inout Function) throws -> Void
    ) async throws -> Function {
        let (next, now) = (makeID(), clock.now)
        return try await update(id) { function in
            if let revision, revision != function.latest.revision { throw LambdaError.preconditionFailed }
            function.latest.revision = next
            function.latest.lastModified = now
            try change(&function)
        }
    }

    /// Changes a function in one transaction and makes the change count.
    @discardableResult
    func update(
        _ id: FunctionID, _ change: @escaping @Sendable (inout Function) throws -> Void
    ) async throws -> Function {
        guard let function = apply(try await store.update(id, change)) else {
            throw LambdaError.functionNotFound(id.arn)
        }
        return function
    }
}

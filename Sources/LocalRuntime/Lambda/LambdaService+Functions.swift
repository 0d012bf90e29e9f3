import AWSProtocol
import EmulatorClock

/// Making and changing functions.
extension LambdaService {
    /// Makes a function. It can be invoked at once.
    ///
    /// - Throws: `LambdaError`: the name is taken, the code is not there or not safe.
    @discardableResult
    package func createFunction(
        _ name: String, code: CodeSource, configuration: FunctionConfiguration? = nil,
        tags: [String: String] = [:], account: String = "000000000000", region: String = "us-east-1"
    ) async throws -> Function {
        let id = FunctionID(account: account, region: region, name: name)
        if functionExists(id) { throw LambdaError.functionExists(name) }
        let function = Function(
            id: id,
            configuration: configuration ?? FunctionConfiguration(handler: name, logGroup: "/aws/lambda/\(name)"),
            code: try await codes.take(code), revision: makeID(), lastModified: clock.now, tags: tags)
        try await store.insert(function)
        remember(function)
        return function
    }

    /// Deletes a function; its idle processes end now, a busy one after its answer. Its log stays.
    ///
    /// - Throws: `LambdaError.functionNotFound`
    package func deleteFunction(_ function: String) async throws {
        let id = try resolve(function)
        try await store.delete(id)
        forget(id)
    }

    /// How long the function may run, for the visibility time-out of its queue.
    ///
    /// - Throws: `LambdaError.functionNotFound`
    package func functionTimeout(arn: String) throws -> Duration {
        .seconds(try entry(try resolve(arn)).function.configuration.timeout)
    }

    private func functionExists(_ id: FunctionID) -> Bool {
        (try? entry(id)) != nil
    }

    /// Reads a name, partial ARN or ARN; what it leaves out is as given.
    ///
    /// - Throws: `LambdaError` when it is none, or names a version or alias that does not exist.
    package func resolve(
        _ text: String, account: String = "000000000000", region: String = "us-east-1", qualifier: String? = nil
    ) throws -> FunctionID {
        guard let name = FunctionName(text) else {
            throw LambdaError.validation([
                "Value '\(text)' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression "
                    + "pattern: \(FunctionName.pattern)"
            ])
        }
        let id = FunctionID(account: name.account ?? account, region: name.region ?? region, name: name.name)
        if let qualifier = qualifier ?? name.qualifier, qualifier != "$LATEST" {
            throw LambdaError.functionNotFound("\(id.arn):\(qualifier)")
        }
        return id
    }
}

extension FunctionName {
    /// As AWS prints it in refusals.
    static let pattern =
        #"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"#
        + #"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"#
}

/// Resource policies, by qualifier: kept and shown.
extension LambdaService {
    /// - Parameter revision: what the caller believes the version or alias to be.
    /// - Throws: `LambdaError`: the statement is there already, or there is no such function, version or alias.
    package func addPermission(
        _ target: QualifiedFunction, _ statement: PermissionStatement, revision: String? = nil
    ) async throws {
        if target.qualifier == .version(.latest) { throw LambdaError.policyOnLatest }
        let next = makeID()
        try await update(target.id) { function in
            try function.check(revision, of: target)
            let present = function.policies[target.key] ?? []
            guard !present.contains(where: { $0.id == statement.id }) else {
                throw LambdaError.statementExists(statement.id)
            }
            function.policies[target.key] = present + [statement]
            function.touch(target.qualifier, next)
        }
    }

    /// - Throws: `LambdaError`: there is no such statement, or the revision is another.
    package func removePermission(
        _ target: QualifiedFunction, _ statementID: String, revision: String? = nil
    ) async throws {
        guard (try? entry(target.id)) != nil else { throw LambdaError.noPolicyFound(target.arn) }
        let next = makeID()
        try await update(target.id) { function in
            try function.check(nil, of: target)
            guard let present = function.policies[target.key] else { throw LambdaError.policyEmpty }
            let rest = present.filter { $0.id != statementID }
            guard rest.count < present.count else { throw LambdaError.statementNotFound(statementID) }
            try function.check(revision, of: target)
            function.policies[target.key] = rest.isEmpty ? nil : rest
            function.touch(target.qualifier, next)
        }
    }

    /// The statements, and the revision of what they belong to.
    ///
    /// - Throws: `LambdaError.policyNotFound`
    package func policy(_ target: QualifiedFunction) throws -> (statements: [PermissionStatement], revision: String) {
        let function = try entry(target.id).function
        guard let statements = function.policies[target.key] else { throw LambdaError.policyNotFound }
        return (statements, try function.revision(of: target))
    }
}

extension Function {
    /// - Throws: `LambdaError` when there is no such version or alias.
    fileprivate func revision(of target: QualifiedFunction) throws -> String {
        if case .alias(let name) = target.qualifier {
            if let alias = aliases[name] { return alias.revision }
            throw FunctionName.isName(name)
                ? LambdaError.aliasNotFound(target.arn) : LambdaError.functionNotFound(target.arn)
        }
        return try version(for: target.qualifier).revision
    }

    fileprivate func check(_ revision: String?, of target: QualifiedFunction) throws {
        let present = try self.revision(of: target)
        if let revision, revision != present { throw LambdaError.preconditionFailed }
    }

    /// A policy belongs to what it is about, so that gets a new revision, too.
    fileprivate mutating func touch(_ qualifier: Qualifier?, _ revision: String) {
        switch qualifier {
        case .alias(let name): aliases[name]?.revision = revision
        case .version(.published(let number)): published[number]?.revision = revision
        case nil, .version(.latest): latest.revision = revision
        }
    }
}

import EmulatorClock

/// Publishing versions, and naming them.
extension LambdaService {
    /// Freezes `$LATEST` as the next version; the last one when nothing has changed since.
    ///
    /// - Parameters:
    ///   - codeSHA256: what the caller believes the code to be.
    ///   - revision: what the caller believes `$LATEST` to be.
    /// - Throws: `LambdaError.codeChanged`, `.preconditionFailed`, `.functionNotFound`
    package func publishVersion(
        _ id: FunctionID, codeSHA256: String? = nil, description: String? = nil, revision: String? = nil
    ) async throws -> FunctionVersion {
        let (next, latestNext, now) = (makeID(), makeID(), clock.now)
        let function = try await update(id) { function in
            let present = function.latest
            if let codeSHA256, codeSHA256 != present.code.sha256 {
                throw LambdaError.codeChanged(given: codeSHA256, present: present.code.sha256)
            }
            if let revision, revision != present.revision { throw LambdaError.preconditionFailed }
            let last = function.lastPublished
            _ = function.publish(description: description, revision: next, at: now)
            if function.lastPublished > last { function.latest.revision = latestNext }
        }
        return function.published[function.lastPublished] ?? function.latest
    }

    /// Deletes one published version, with what was said of it alone. Deleting one that is not there is no failure.
    ///
    /// - Throws: `LambdaError`: it is `$LATEST`, or an alias leads to it.
    package func deleteVersion(_ id: FunctionID, _ qualifier: Qualifier) async throws {
        switch qualifier {
        case .alias:
            _ = try entry(id)
            throw LambdaError.aliasNotDeletable
        case .version(.latest): throw LambdaError.latestNotDeletable
        case .version(.published(let number)):
            try await update(id) { function in
                let users = function.aliases.values.filter { $0.versions.contains(.published(number)) }
                guard users.isEmpty else {
                    throw LambdaError.versionInUse(version: "\(number)", aliases: users.map(\.name).sorted())
                }
                function.published[number] = nil
                function.forget(qualifier.text)
            }
        }
    }

    /// - Throws: `LambdaError`: the name is taken, a version is not there, or the weights are none.
    package func createAlias(_ id: FunctionID, _ alias: Alias) async throws -> Alias {
        guard (try? entry(id)) != nil else { throw LambdaError.functionNotFound("\(id.arn):\(alias.functionVersion)") }
        try await update(id) { function in
            try function.checkVersions(of: alias)
            guard function.aliases[alias.name] == nil else {
                throw LambdaError.aliasExists(QualifiedFunction(id, .alias(alias.name)).arn)
            }
            try function.checkRoute(of: alias)
            function.aliases[alias.name] = alias
        }
        return alias
    }

    /// Changes an alias and gives it a new revision.
    ///
    /// - Throws: `LambdaError`: there is none of that name, it has another revision, a version is not there.
    package func updateAlias(
        _ id: FunctionID, _ name: String, revision: String? = nil,
        _ change: @escaping @Sendable (inout Alias) throws -> Void
    ) async throws -> Alias {
        let arn = QualifiedFunction(id, .alias(name)).arn
        let next = makeID()
        let function = try await update(id) { function in
            guard var alias = function.aliases[name] else { throw LambdaError.aliasNotUpdatable(arn) }
            if let revision, revision != alias.revision { throw LambdaError.preconditionFailed }
            try change(&alias)
            alias.revision = next
            try function.checkVersions(of: alias)
            try function.checkRoute(of: alias)
            function.aliases[name] = alias
        }
        guard let alias = function.aliases[name] else { throw LambdaError.aliasNotUpdatable(arn) }
        return alias
    }

    /// Deletes an alias, with what was said of it alone. Deleting one that is not there is no failure.
    package func deleteAlias(_ id: FunctionID, _ name: String) async throws {
        try await update(id) { function in
            function.aliases[name] = nil
            function.forget(name)
        }
    }
}

extension Function {
    fileprivate func checkVersions(of alias: Alias) throws {
        for version in alias.versions where self[version] == nil {
            throw LambdaError.functionNotFound(QualifiedFunction(id, .version(version)).arn)
        }
    }

    /// https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    fileprivate func checkRoute(of alias: Alias) throws {
        guard let route = alias.route else { return }
        if alias.functionVersion == Version.latest.text { throw LambdaError.routingFromLatest }
        if alias.functionVersion == String(route.version) { throw LambdaError.routingRepeats(alias.functionVersion) }
    }

    /// What belongs to one qualifier alone goes with it.
    fileprivate mutating func forget(_ qualifier: String) {
        eventInvokeConfigs[qualifier] = nil
        policies[qualifier] = nil
    }
}

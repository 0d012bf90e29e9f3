package import EmulatorClock

/// Finding and making versions.
extension Function {
    package subscript(version: Version) -> FunctionVersion? {
        switch version {
        case .latest: latest
        case .published(let number): published[number]
        }
    }

    /// `$LATEST` first, then the published ones in the order of their numbers.
    package var versions: [FunctionVersion] {
        [latest] + published.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The version that a qualifier leads to.
    ///
    /// - Parameter roll: draws a number from 0 up to 1 for an alias with two versions.
    /// - Throws: `LambdaError.functionNotFound` with the ARN that was asked for.
    func version(for qualifier: Qualifier?, roll: () -> Double = { 1 }) throws -> FunctionVersion {
        let found: FunctionVersion? =
            switch qualifier {
            case nil: latest
            case .version(let version): self[version]
            case .alias(let name): aliases[name].flatMap { self[$0.version(for: roll())] }
            }
        guard let found else { throw LambdaError.functionNotFound(QualifiedFunction(id, qualifier).arn) }
        return found
    }

    /// Freezes `$LATEST` under the next number. When nothing has changed since the last one, that is the answer.
    ///
    /// - Parameter description: in place of `$LATEST`'s.
    package mutating func publish(description: String?, revision: String, at now: Timestamp) -> FunctionVersion {
        var version = latest
        if let description { version.configuration.description = description }
        if let last = published[lastPublished], last.code == version.code, last.isConfigured(like: version) {
            return last
        }
        lastPublished += 1
        version.version = .published(lastPublished)
        version.revision = revision
        version.lastModified = now
        published[lastPublished] = version
        return version
    }
}

extension FunctionVersion {
    /// Whether both would run alike; a description changes nothing about that.
    fileprivate func isConfigured(like other: FunctionVersion) -> Bool {
        var (mine, theirs) = (configuration, other.configuration)
        mine.description = ""
        theirs.description = ""
        return mine == theirs
    }
}

import EmulatorClock

/// Conditions on an object that is read. https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
struct ReadConditions: Sendable {
    var ifMatch: [ETag]?
    var ifNoneMatch: [ETag]?
    var ifModifiedSince: Timestamp?
    var ifUnmodifiedSince: Timestamp?

    enum Outcome: Equatable {
        case met
        case notModified
        /// With the name of the condition's header.
        case failed(String)
    }

    /// A tag counts more than a date: where the tag says yes, the date of its kind is not asked.
    func outcome(for version: ObjectVersion, now: Timestamp) -> Outcome {
        if let ifMatch {
            guard Self.contains(ifMatch, version.etag) else { return .failed("If-Match") }
        } else if let ifUnmodifiedSince, version.lastModified.seconds > ifUnmodifiedSince.seconds {
            return .failed("If-Unmodified-Since")
        }
        if let ifNoneMatch {
            return Self.contains(ifNoneMatch, version.etag) ? .notModified : .met
        }
        return isUnmodified(version, now) ? .notModified : .met
    }

    /// A copy has no "not modified": it is refused in that case, too.
    func checkAsCopySource(_ version: ObjectVersion, now: Timestamp) throws(S3Error) {
        switch outcome(for: version, now: now) {
        case .met: break
        case .failed(let name): throw .preconditionFailed("x-amz-copy-source-\(name)")
        case .notModified:
            let name = ifNoneMatch == nil ? "If-Modified-Since" : "If-None-Match"
            throw .preconditionFailed("x-amz-copy-source-\(name)")
        }
    }

    /// A date of the future says nothing.
    private func isUnmodified(_ version: ObjectVersion, _ now: Timestamp) -> Bool {
        guard let since = ifModifiedSince, since.seconds <= now.seconds else { return false }
        return version.lastModified.seconds <= since.seconds
    }

    private static func contains(_ etags: [ETag], _ etag: ETag) -> Bool {
        etags.contains { $0 == etag || $0.value == "*" }
    }
}

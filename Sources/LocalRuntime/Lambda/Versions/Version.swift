/// One version of a function: the one that changes, or a numbered one that does not.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
package enum Version: Sendable, Hashable {
    case latest
    case published(Int)

    package init?(_ text: String) {
        if text == Self.latest.text {
            self = .latest
        } else if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) {
            self = .published(number)
        } else {
            return nil
        }
    }

    /// `$LATEST`, or the number.
    package var text: String {
        switch self {
        case .latest: "$LATEST"
        case .published(let number): String(number)
        }
    }
}

/// What stands after a function's name: a version or an alias.
package enum Qualifier: Sendable, Hashable {
    case version(Version)
    case alias(String)

    /// As AWS prints it in refusals.
    static let pattern = "(|[a-zA-Z0-9$_-]+)"

    /// - Parameter text: as `FunctionName` lets through; nil for what AWS's pattern does not match.
    package init?(_ text: String) {
        if let version = Version(text) {
            self = .version(version)
        } else if FunctionName.isName(text.filter { $0 != "$" }), text.utf8.count <= 128 {
            // AWS lets a '$' through here, though no alias can have one.
            self = .alias(text)
        } else {
            return nil
        }
    }

    package var text: String {
        switch self {
        case .version(let version): version.text
        case .alias(let name): name
        }
    }
}

/// A function as a request names it.
package struct QualifiedFunction: Sendable, Hashable {
    package var id: FunctionID
    /// nil where the request says none, which means `$LATEST`.
    package var qualifier: Qualifier?

    package init(_ id: FunctionID, _ qualifier: Qualifier? = nil) {
        self.id = id
        self.qualifier = qualifier
    }

    /// With the qualifier that was asked for, and without one otherwise.
    package var arn: String {
        qualifier.map { "\(id.arn):\($0.text)" } ?? id.arn
    }

    /// Under which the function keeps what belongs to one qualifier: `$LATEST` where there is none.
    var key: String { qualifier?.text ?? Version.latest.text }
}

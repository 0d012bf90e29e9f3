import Lake

/// Reads environment variables, and refuses a wrong one with its name. An empty variable counts as unset.
package struct Settings: Sendable {
    private let environment: [String: String]

    package init(_ environment: [String: String]) {
        self.environment = environment.filter { !$0.value.isEmpty }
    }

    func text(_ variable: String, expected: String) throws -> String {
        guard let value = environment[variable] else {
            throw SettingError.missing(variable: variable, expected: expected)
        }
        return value
    }

    func text(_ variable: String) -> String? {
        environment[variable]
    }

    func integer(_ variable: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = environment[variable] else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw SettingError.invalid(
                variable: variable, value: text,
                expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// An `http` or `https` address without a query, and without a password, which error messages would show.
    func url(_ variable: String, default standard: String) throws -> String {
        guard let text = environment[variable] else { return standard }
        let host = ["http://", "https://"].compactMap { text.hasPrefix($0) ? text.dropFirst($0.count) : nil }.first
        guard let host, let first = host.first, first != "/",
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && !"?#@".utf8.contains($0) })
        else {
            throw SettingError.invalid(
                variable: variable, value: text, expected: "a URL such as \(standard), without a query")
        }
        return text
    }
}

/// An environment variable with which a function cannot start.
package enum SettingError: Error, Equatable {
    case missing(variable: String, expected: String)
    case invalid(variable: String, value: String, expected: String)
    /// Two variables that exclude each other.
    case conflict(variable: String, other: String)
    /// `_HANDLER` names no function.
    case unknownHandler(String)
}

extension SettingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let variable, let expected): "\(variable) is not set; give \(expected)"
        case .invalid(let variable, let value, let expected):
            "\(variable) is \"\(value)\"; give \(expected), or leave it unset for the default"
        case .conflict(let variable, let other): "\(variable) and \(other) are both set; keep one of them"
        case .unknownHandler(let name):
            "_HANDLER is \"\(name)\", which is no function here; give one of "
                + PipelineFunction.allCases.map(\.rawValue).joined(separator: ", ")
        }
    }
}

extension Settings {
    /// LAKE_SPEC's parameters under its names.
    var lake: LakeConfiguration {
        get throws { try LakeConfiguration(environment: environment) }
    }

    func lakeBucket(_ services: Services) throws -> LakeBucket {
        LakeBucket(try text("LAKE_BUCKET", expected: "the bucket that holds the lake"), services.s3)
    }

    func pullLedger(_ services: Services) throws -> PullLedger {
        PullLedger(try text("PULLS_TABLE", expected: "the table of pulls, whose key is run_id"), services.dynamoDB)
    }
}

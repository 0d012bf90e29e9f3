/// The numbers that silver and gold depend on, with LAKE_SPEC's defaults.
package struct LakeConfiguration: Sendable, Hashable {
    /// Rows with fewer viewers are refused (LAKE_SPEC 2.3 rule 8).
    package private(set) var minViewers: Int64 = 10
    /// `popular` means strictly more viewers than this.
    package private(set) var popularThreshold: Int64 = 1000
    /// Local time minus UTC, fixed all year.
    package private(set) var utcOffsetMinutes: Int64 = -180
    /// Length of a slot; divides an hour, so that a slot never crosses a partition.
    package private(set) var snapshotSeconds: Int64 = 1800
    /// How far after its collection a stream may claim to have begun (LAKE_SPEC 2.3 rule 7).
    package private(set) var futureToleranceSeconds: Int64 = 300
    /// Length of the rankings in gold.
    package private(set) var topN: Int64 = 10

    /// LAKE_SPEC's defaults.
    package init() {}

    /// Reads the settings that `environment` has and keeps the defaults of the others.
    ///
    /// - Throws: the first variable, in LAKE_SPEC's order, whose value cannot be used.
    package init(environment: [String: String]) throws(LakeConfigurationError) {
        for (name, path, rule) in Self.rules {
            guard let text = environment[name] else { continue }
            guard let value = Int64(text), rule.allows(value) else {
                throw LakeConfigurationError(variable: name, value: text, expected: rule.description)
            }
            self[keyPath: path] = value
        }
    }

    private static var rules: [(String, WritableKeyPath<LakeConfiguration, Int64>, Rule)] {
        [
            ("MIN_VIEWERS", \.minViewers, .within(0...Int64.max)),
            ("POPULAR_THRESHOLD", \.popularThreshold, .within(0...Int64.max)),
            ("UTC_OFFSET_MINUTES", \.utcOffsetMinutes, .within(-1080...1080)),
            ("SNAPSHOT_SECONDS", \.snapshotSeconds, .divisorOfAnHour),
            ("FUTURE_TOLERANCE_SECONDS", \.futureToleranceSeconds, .within(0...86_400)),
            ("TOP_N", \.topN, .within(1...1_000_000)),
        ]
    }

    private enum Rule {
        case within(ClosedRange<Int64>)
        case divisorOfAnHour

        func allows(_ value: Int64) -> Bool {
            switch self {
            case .within(let range): range.contains(value)
            case .divisorOfAnHour: value > 0 && 3600 % value == 0
            }
        }

        var description: String {
            switch self {
            case .within(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .divisorOfAnHour: "a whole number of seconds that divides 3600, because a slot never crosses an hour"
            }
        }
    }
}

/// A setting that cannot be used, named so that the reader can mend it.
package struct LakeConfigurationError: Error, Hashable, CustomStringConvertible {
    /// The environment variable.
    package let variable: String
    package let value: String
    /// What it should have been.
    package let expected: String

    package var description: String {
        "\(variable) is \"\(value)\"; give \(expected), or leave it unset for the default"
    }
}

import EmulatorClock

/// Which metric of whom.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
package struct MetricKey: Hashable, Sendable {
    package let account: String
    package let region: String
    package let namespace: String
    package let name: String
    /// In the order of their names: the order in which they were sent tells no metrics apart.
    package let dimensions: [Dimension]

    /// Name and first value tell nearly all apart, and every invocation looks up three.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(dimensions.first?.value)
    }

    package struct Dimension: Hashable, Sendable, Comparable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        package static func < (left: Dimension, right: Dimension) -> Bool {
            (left.name, left.value) < (right.name, right.value)
        }
    }

    package init(account: String, region: String, namespace: String, name: String, dimensions: [Dimension]) {
        self.account = account
        self.region = region
        self.namespace = namespace
        self.name = name
        self.dimensions = dimensions.sorted()
    }
}

/// What is kept of the values of one minute.
package struct StatisticSet: Sendable, Equatable {
    package private(set) var count: Double
    package private(set) var sum: Double
    package private(set) var minimum: Double
    package private(set) var maximum: Double

    /// One value, `count` times.
    package init(_ value: Double, count: Double = 1) {
        self.init(count: count, sum: value * count, minimum: value, maximum: value)
    }

    init(count: Double, sum: Double, minimum: Double, maximum: Double) {
        self.count = count
        self.sum = sum
        self.minimum = minimum
        self.maximum = maximum
    }

    mutating func add(_ other: StatisticSet) {
        count += other.count
        sum += other.sum
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }

    /// - Parameter statistic: `SampleCount`, `Sum`, `Average`, `Minimum` or `Maximum`; nil for any other.
    func value(_ statistic: String) -> Double? {
        switch statistic {
        case "SampleCount": count
        case "Sum": sum
        case "Average": sum / count
        case "Minimum": minimum
        case "Maximum": maximum
        default: nil
        }
    }

    static let statistics = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]
}

extension Timestamp {
    /// This instant rounded down to a multiple of `seconds` since the epoch.
    func floored(to seconds: Int) -> Timestamp {
        let step = Int64(seconds) * 1000
        let rest = milliseconds % step
        return Timestamp(milliseconds: milliseconds - (rest < 0 ? rest + step : rest))
    }
}

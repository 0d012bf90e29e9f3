#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Numbers that CloudWatch takes out of a log line: no call, no waiting, no permission.
///
/// ```swift
/// var metrics = context.metrics(namespace: "Rivulet")
/// metrics.put("RowsWritten", 1200, .count)
/// metrics.emit()
/// ```
///
/// Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
public struct Metrics: Sendable {
    /// CloudWatch's units.
    public enum Unit: String, Sendable, CaseIterable {
        /// Time.
        case seconds = "Seconds"
        /// Time.
        case microseconds = "Microseconds"
        /// Time.
        case milliseconds = "Milliseconds"
        /// Size.
        case bytes = "Bytes"
        /// Size.
        case kilobytes = "Kilobytes"
        /// Size.
        case megabytes = "Megabytes"
        /// A share of a hundred.
        case percent = "Percent"
        /// How many.
        case count = "Count"
        /// Rate.
        case bytesPerSecond = "Bytes/Second"
        /// Rate.
        case countPerSecond = "Count/Second"
        /// No unit.
        case none = "None"
    }

    /// One name, and the values put under it.
    private struct Series: Sendable {
        let name: String
        let unit: Unit
        var values: [Double]
    }

    /// The specification's limits of one line.
    private static let (metricsPerLine, valuesPerMetric) = (100, 100)

    private let namespace: String
    private let dimensions: [(name: String, value: String)]
    private let requestID: String
    private let logger: LambdaLogger
    private let now: @Sendable () -> Date
    private var series: [Series] = []

    init(
        namespace: String, dimensions: [(name: String, value: String)], requestID: String, logger: LambdaLogger,
        now: @escaping @Sendable () -> Date
    ) {
        precondition(dimensions.count <= 30, "CloudWatch takes at most 30 dimensions")
        self.namespace = namespace
        self.dimensions = dimensions
        self.requestID = requestID
        self.logger = logger
        self.now = now
    }

    /// Adds a value. Several under one name are kept all, and CloudWatch makes statistics of them.
    ///
    /// JSON has no NaN and no infinity: such a value is left out, with a warning in the log.
    public mutating func put(_ name: String, _ value: Double, _ unit: Unit = .none) {
        guard value.isFinite else {
            return logger.warn("The metric \(name) is \(value), which CloudWatch cannot take; it is left out.")
        }
        let place = series.lastIndex { $0.name == name && $0.values.count < Self.valuesPerMetric }
        if let place {
            series[place].values.append(value)
        } else {
            series.append(Series(name: name, unit: unit, values: [value]))
        }
    }

    /// Writes what was put since the last time; nothing when nothing was.
    public mutating func emit() {
        while !series.isEmpty {
            var names: Set<String> = []
            // One line can hold a name once.
            let line = series.filter { names.count < Self.metricsPerLine && names.insert($0.name).inserted }
            names = []
            series.removeAll { names.count < Self.metricsPerLine && names.insert($0.name).inserted }
            write(line)
        }
    }

    private func write(_ line: [Series]) {
        var json = JSONText()
        json.object { json in
            json.member("_aws") { directive(line, &$0) }
            for dimension in dimensions { json.member(dimension.name) { $0.string(dimension.value) } }
            json.member("requestId") { $0.string(requestID) }
            for metric in line { json.member(metric.name) { write(metric.values, &$0) } }
        }
        logger.write(json)
    }

    private func directive(_ line: [Series], _ json: inout JSONText) {
        json.object { json in
            json.member("Timestamp") { $0.integer(Int((now().timeIntervalSince1970 * 1000).rounded(.down))) }
            json.member("CloudWatchMetrics") { json in
                json.array(CollectionOfOne(line)) { json, line in
                    json.object { json in
                        json.member("Namespace") { $0.string(namespace) }
                        json.member("Dimensions") { json in
                            json.array(CollectionOfOne(dimensions)) { $0.array($1) { $0.string($1.name) } }
                        }
                        json.member("Metrics") { $0.array(line) { define($1, &$0) } }
                    }
                }
            }
        }
    }

    private func define(_ metric: Series, _ json: inout JSONText) {
        json.object { json in
            json.member("Name") { $0.string(metric.name) }
            json.member("Unit") { $0.string(metric.unit.rawValue) }
        }
    }

    private func write(_ values: [Double], _ json: inout JSONText) {
        if values.count == 1 {
            json.number(values[0])
        } else {
            json.array(values) { $0.number($1) }
        }
    }
}

extension LambdaContext {
    /// Metrics of this invocation, written through its logger's output whatever the level.
    ///
    /// - Parameter dimensions: at most 29, beside the function's name. Each set of values is a metric that is billed:
    ///   keep ids out of them. The request id stands in the line, to find the invocation by, and is no dimension.
    public func metrics(namespace: String, dimensions: KeyValuePairs<String, String> = [:]) -> Metrics {
        Metrics(
            namespace: namespace,
            dimensions: [("FunctionName", functionName)] + dimensions.map { ($0.key, $0.value) },
            requestID: requestID, logger: logger, now: now)
    }
}

import AWSProtocol
package import EmulatorClock

/// Metrics in log lines: the embedded metric format.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package enum EmbeddedMetrics {
    /// One metric's values for one set of dimensions.
    package struct Found: Sendable, Equatable {
        package let metric: MetricKey
        package let values: [Double]
        package let timestamp: Timestamp
    }

    /// The metrics of a line; none for a line that is no such JSON. Cheap for other lines.
    package static func metrics(in line: String, account: String, region: String) -> [Found] {
        guard line.utf8.first == UInt8(ascii: "{"), line.contains("\"_aws\""), let root = try? JSONValue(parsing: line),
            let milliseconds = root["_aws"]?["Timestamp"]?.integer
        else { return [] }
        let instant = Timestamp(milliseconds: Int64(milliseconds))
        return (root["_aws"]?["CloudWatchMetrics"]?.array ?? []).flatMap { directive -> [Found] in
            guard let namespace = directive["Namespace"]?.string else { return [] }
            let names = (directive["Metrics"]?.array ?? []).compactMap { $0["Name"]?.string }
            let sets = directive["Dimensions"]?.array ?? [[]]
            return sets.flatMap { set -> [Found] in
                let dimensions = (set.array ?? []).compactMap { name -> MetricKey.Dimension? in
                    guard let name = name.string, let value = root[name]?.string else { return nil }
                    return MetricKey.Dimension(name: name, value: value)
                }
                return names.compactMap { name in
                    let values = numbers(root[name])
                    guard !values.isEmpty else { return nil }
                    return Found(
                        metric: MetricKey(
                            account: account, region: region, namespace: namespace, name: name, dimensions: dimensions),
                        values: values, timestamp: instant)
                }
            }
        }
    }

    private static func numbers(_ value: JSONValue?) -> [Double] {
        switch value {
        case .number(let text): Double(text).map { [$0] } ?? []
        case .array(let items): items.flatMap { numbers($0) }
        default: []
        }
    }
}

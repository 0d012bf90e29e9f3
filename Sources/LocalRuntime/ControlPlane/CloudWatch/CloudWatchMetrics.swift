import AWSProtocol
import EmulatorClock

/// Values in and out. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
struct CloudWatchMetrics: Sendable {
    let store: MetricStore

    /// Datapoints that one call may ask for.
    private static let mostDatapoints = 1440

    var effects: [String: ControlService.Effect] {
        [
            "PutMetricData": { try put($0) }, "GetMetricStatistics": { try await statistics($0) },
            "GetMetricData": { try await data($0) }, "ListMetrics": { try await list($0) },
        ]
    }

    private func put(_ call: ControlCall) throws -> JSONObject {
        try call.takesOnly("Namespace", "MetricData", "StrictEntityValidation")
        let namespace = try call.required("Namespace")
        guard !namespace.hasPrefix("AWS/") else {
            throw ControlError.refused(
                WireError("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid."))
        }
        for datum in call.parameters["MetricData"]?.array ?? [] {
            let members = datum.object ?? [:]
            let metric = try MetricForm(members).key(
                account: call.account, region: call.region, namespace: namespace)
            let instant = try members["Timestamp"].map { try Self.instant($0, "Timestamp") } ?? call.now
            for values in try Self.values(members) { store.add(values, to: metric, at: instant) }
        }
        return [:]
    }

    private static func values(_ datum: JSONObject) throws -> [StatisticSet] {
        if let value = datum["Value"] { return [StatisticSet(try number(value, "Value"))] }
        if let set = datum["StatisticValues"]?.object {
            func part(_ name: String) throws -> Double { try number(set[name] ?? .null, name) }
            return [
                StatisticSet(
                    count: try part("SampleCount"), sum: try part("Sum"), minimum: try part("Minimum"),
                    maximum: try part("Maximum"))
            ]
        }
        let values = try (datum["Values"]?.array ?? []).map { try number($0, "Values") }
        guard !values.isEmpty else { throw CloudWatchError.missing("MetricData.member.1.Value") }
        let counts = try (datum["Counts"]?.array ?? []).map { try number($0, "Counts") }
        guard counts.isEmpty || counts.count == values.count else {
            throw CloudWatchError.invalid(member: "Counts", value: "\(counts.count)")
        }
        return values.enumerated().map { StatisticSet($1, count: counts.isEmpty ? 1 : counts[$0]) }
    }

    private func statistics(_ call: ControlCall) async throws -> JSONObject {
        try call.takesOnly(
            "Namespace", "MetricName", "Dimensions", "StartTime", "EndTime", "Period", "Statistics", "Unit")
        let metric = try MetricForm(call.parameters).key(account: call.account, region: call.region)
        let (start, end, period) = try Self.range(call.parameters, period: call.parameters["Period"])
        let values = try await store.values(of: metric, from: start, to: end, period: period)
        let wanted = call.texts("Statistics")
        let datapoints = values.sorted { $0.key < $1.key }.map { time, set -> JSONValue in
            var point: JSONObject = ["Timestamp": .string(time.rfc3339), "Unit": "None"]
            for name in wanted { point.append(name, set.value(name).map { .double($0) } ?? .null) }
            return .object(point)
        }
        return ["Label": .string(metric.name), "Datapoints": .array(datapoints)]
    }

    private func data(_ call: ControlCall) async throws -> JSONObject {
        try call.takesOnly("MetricDataQueries", "StartTime", "EndTime", "ScanBy", "MaxDatapoints", "NextToken")
        let queries = call.parameters["MetricDataQueries"]?.array ?? []
        var series: [String: [Timestamp: Double]] = [:]
        for query in queries {
            guard let stat = query["MetricStat"]?.object, let id = query["Id"]?.string else { continue }
            let metric = try MetricForm(stat["Metric"]?.object ?? [:]).key(account: call.account, region: call.region)
            let (start, end, period) = try Self.range(call.parameters, period: stat["Period"])
            let values = try await store.values(of: metric, from: start, to: end, period: period)
            let name = stat["Stat"]?.string ?? ""
            guard StatisticSet.statistics.contains(name) else { throw NotImplemented("the statistic \(name)") }
            series[id] = values.compactMapValues { $0.value(name) }
        }
        let isAscending = call.text("ScanBy") == "TimestampAscending"
        let results = try queries.compactMap { query -> JSONValue? in
            guard query["ReturnData"].map({ $0.bool ?? ($0.string == "true") }) ?? true else { return nil }
            let id = query["Id"]?.string ?? ""
            let points = try query["Expression"]?.string.map { try Self.computed($0, series) } ?? series[id] ?? [:]
            let ordered = points.sorted { isAscending ? $0.key < $1.key : $0.key > $1.key }
            return [
                "Id": .string(id), "Label": query["Label"] ?? .string(id), "StatusCode": "Complete",
                "Timestamps": .array(ordered.map { .string($0.key.rfc3339) }),
                "Values": .array(ordered.map { .double($0.value) }),
            ]
        }
        return ["MetricDataResults": .array(results), "Messages": []]
    }

    private static func computed(
        _ text: String, _ series: [String: [Timestamp: Double]]
    ) throws -> [Timestamp: Double] {
        let expression = try MetricMath(parsing: text)
        let instants = Set(expression.ids.flatMap { series[$0].map { Array($0.keys) } ?? [] })
        return instants.reduce(into: [:]) { points, instant in
            points[instant] = expression.value(series.compactMapValues { $0[instant] })
        }
    }

    private func list(_ call: ControlCall) async throws -> JSONObject {
        try call.takesOnly("Namespace", "MetricName", "Dimensions", "NextToken")
        let filters = call.parameters["Dimensions"]?.array ?? []
        let metrics = try await store.metrics(account: call.account, region: call.region).filter { metric in
            (call.text("Namespace").map { $0 == metric.namespace } ?? true)
                && (call.text("MetricName").map { $0 == metric.name } ?? true)
                && filters.allSatisfy { filter in
                    metric.dimensions.contains { dimension in
                        dimension.name == filter["Name"]?.string
                            && (filter["Value"]?.string.map { $0 == dimension.value } ?? true)
                    }
                }
        }
        let forms = metrics.map { metric -> JSONValue in
            [
                "Namespace": .string(metric.namespace), "MetricName": .string(metric.name),
                "Dimensions": MetricForm.json(metric.dimensions),
            ]
        }
        return ["Metrics": .array(forms)]
    }

    /// The bounds of a question, on whole periods.
    private static func range(
        _ parameters: JSONObject, period: JSONValue?
    ) throws -> (start: Timestamp, end: Timestamp, period: Int) {
        let seconds = try number(period ?? .null, "Period")
        guard seconds >= 60, seconds.truncatingRemainder(dividingBy: 60) == 0, seconds <= 86_400 * 365 else {
            throw CloudWatchError.invalid(member: "Period", value: "\(seconds)")
        }
        let start = try instant(parameters["StartTime"] ?? .null, "StartTime").floored(to: Int(seconds))
        let end = try instant(parameters["EndTime"] ?? .null, "EndTime")
        guard start < end else {
            throw ControlError.refused(
                WireError("ValidationError", "The parameter StartTime must be less than the parameter EndTime."))
        }
        let datapoints = (end - start).milliseconds / Int64(seconds * 1000)
        guard datapoints <= mostDatapoints else {
            throw ControlError.refused(
                WireError(
                    "InvalidParameterCombination",
                    "You have requested up to \(datapoints) datapoints, which exceeds the limit of \(mostDatapoints). "
                        + "You may reduce the datapoints requested by increasing Period, or decreasing the time range.")
            )
        }
        return (start, end, Int(seconds))
    }

    /// A time as text, or as seconds since the epoch.
    private static func instant(_ value: JSONValue, _ member: String) throws -> Timestamp {
        if let text = value.string, let instant = Timestamp(rfc3339: text) { return instant }
        guard let seconds = value.string.flatMap(Double.init) ?? (try? number(value, member)), seconds.magnitude < 1e12
        else { throw CloudWatchError.missing(member) }
        return Timestamp(milliseconds: Int64((seconds * 1000).rounded()))
    }

    private static func number(_ value: JSONValue, _ member: String) throws -> Double {
        let number: Double? =
            switch value {
            case .number(let text), .string(let text): Double(text)
            default: nil
            }
        guard let number, number.isFinite else { throw CloudWatchError.missing(member) }
        return number
    }
}

import AWSProtocol
import EmulatorClock

/// A metric alarm: what it watches, when it is raised, and whom it tells.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
struct MetricAlarm: Sendable, Equatable {
    enum State: String, Sendable {
        case ok = "OK"
        case alarm = "ALARM"
        case insufficientData = "INSUFFICIENT_DATA"
    }

    enum MissingData: String, Sendable {
        case missing, notBreaching, breaching, ignore
    }

    enum Comparison: String, Sendable {
        case greaterOrEqual = "GreaterThanOrEqualToThreshold"
        case greater = "GreaterThanThreshold"
        case less = "LessThanThreshold"
        case lessOrEqual = "LessThanOrEqualToThreshold"

        func isBreached(_ value: Double, _ threshold: Double) -> Bool {
            switch self {
            case .greaterOrEqual: value >= threshold
            case .greater: value > threshold
            case .less: value < threshold
            case .lessOrEqual: value <= threshold
            }
        }
    }

    /// One metric and how a period of it becomes a number.
    struct Stat: Sendable, Equatable {
        let metric: MetricKey
        let statistic: String
        /// Seconds.
        let period: Int
    }

    let name: String
    let comparison: Comparison
    let threshold: Double
    let evaluationPeriods: Int
    let datapointsToAlarm: Int
    let missingData: MissingData
    /// Metrics by id; a plain alarm has one, under the empty id.
    let stats: [String: Stat]
    let expression: MetricMath

    /// Seconds between two datapoints.
    var period: Int { stats.values.map(\.period).max() ?? 60 }

    /// Reads the parameters of `PutMetricAlarm`, in which forms write numbers as text.
    init(_ form: JSONObject, account: String, region: String) throws {
        let reader = AlarmReader(form: form, account: account, region: region)
        name = try reader.text("AlarmName")
        comparison = try reader.choice("ComparisonOperator")
        guard let threshold = reader.number("Threshold") else {
            throw form["ThresholdMetricId"] == nil
                ? CloudWatchError.missing("Threshold") : NotImplemented("anomaly detection alarms (ThresholdMetricId)")
        }
        self.threshold = threshold
        evaluationPeriods = try reader.count("EvaluationPeriods")
        datapointsToAlarm = try form["DatapointsToAlarm"] == nil ? evaluationPeriods : reader.count("DatapointsToAlarm")
        missingData = try form["TreatMissingData"] == nil ? .missing : reader.choice("TreatMissingData")
        guard datapointsToAlarm <= evaluationPeriods else { throw CloudWatchError.datapointsAboveEvaluation }
        if form["Metrics"]?.array?.isEmpty == false {
            (stats, expression) = try reader.queries()
        } else {
            stats = ["": try reader.stat(form)]
            expression = .metric(id: "")
        }
    }
}

/// Reads an alarm out of the members of a request.
private struct AlarmReader {
    let form: JSONObject
    let account: String
    let region: String

    func text(_ member: String) throws -> String {
        guard let text = form[member]?.string, !text.isEmpty else { throw CloudWatchError.missing(member) }
        return text
    }

    func number(_ member: String) -> Double? {
        form[member].flatMap(Self.number)
    }

    func count(_ member: String) throws -> Int {
        guard let value = number(member), value >= 1, value == value.rounded(), value <= 1_000_000 else {
            throw CloudWatchError.missing(member)
        }
        return Int(value)
    }

    func choice<Choice: RawRepresentable<String>>(_ member: String) throws -> Choice {
        let text = try text(member)
        guard let choice = Choice(rawValue: text) else { throw CloudWatchError.invalid(member: member, value: text) }
        return choice
    }

    /// The metric of a plain alarm, or of a query's `MetricStat`.
    func stat(_ members: JSONObject, metric: JSONObject? = nil) throws -> MetricAlarm.Stat {
        guard members["ExtendedStatistic"] == nil else { throw NotImplemented("percentiles (ExtendedStatistic)") }
        let statistic = members["Statistic"]?.string ?? members["Stat"]?.string ?? ""
        guard StatisticSet.statistics.contains(statistic) else {
            throw statistic.isEmpty
                ? CloudWatchError.missing("Statistic") : NotImplemented("the statistic \(statistic)")
        }
        guard let period = members["Period"].flatMap(Self.number), period >= 10 else {
            throw CloudWatchError.missing("Period")
        }
        guard period.truncatingRemainder(dividingBy: 60) == 0 else {
            throw NotImplemented("periods of less than a minute")
        }
        return MetricAlarm.Stat(
            metric: try MetricForm(metric ?? members).key(account: account, region: region), statistic: statistic,
            period: Int(period))
    }

    func queries() throws -> ([String: MetricAlarm.Stat], MetricMath) {
        var stats: [String: MetricAlarm.Stat] = [:]
        var expressions: [String: String] = [:]
        var returned: String?
        for query in form["Metrics"]?.array ?? [] {
            guard let id = query["Id"]?.string else { throw CloudWatchError.missing("Metrics.Id") }
            let isReturned = query["ReturnData"].map { $0.bool ?? ($0.string == "true") } ?? true
            if isReturned {
                guard returned == nil else { throw CloudWatchError.severalReturned }
                returned = id
            }
            if let stat = query["MetricStat"]?.object {
                stats[id] = try self.stat(stat, metric: stat["Metric"]?.object ?? [:])
            } else if let expression = query["Expression"]?.string {
                expressions[id] = expression
            } else {
                throw CloudWatchError.missing("Metrics.MetricStat")
            }
        }
        guard let returned else { throw CloudWatchError.severalReturned }
        guard let text = expressions[returned] else { return (stats, .metric(id: returned)) }
        let expression = try MetricMath(parsing: text)
        for id in expression.ids where stats[id] == nil {
            throw expressions[id] == nil
                ? CloudWatchError.badExpression(text) : NotImplemented("expressions of expressions")
        }
        return (stats, expression)
    }

    static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .number(let text), .string(let text): Double(text)
        default: nil
        }
    }
}

/// A metric as requests name it.
struct MetricForm {
    private let members: JSONObject

    init(_ members: JSONObject) {
        self.members = members
    }

    /// - Parameter namespace: where it stands outside of the metric, as in `PutMetricData`.
    func key(account: String, region: String, namespace: String? = nil) throws -> MetricKey {
        guard let namespace = namespace ?? members["Namespace"]?.string, !namespace.isEmpty else {
            throw CloudWatchError.missing("Namespace")
        }
        guard let name = members["MetricName"]?.string, !name.isEmpty else {
            throw CloudWatchError.missing("MetricName")
        }
        return MetricKey(
            account: account, region: region, namespace: namespace, name: name, dimensions: Self.dimensions(members))
    }

    static func dimensions(_ members: JSONObject) -> [MetricKey.Dimension] {
        (members["Dimensions"]?.array ?? []).compactMap { dimension in
            guard let name = dimension["Name"]?.string else { return nil }
            return MetricKey.Dimension(name: name, value: dimension["Value"]?.string ?? "")
        }
    }

    static func json(_ dimensions: [MetricKey.Dimension]) -> JSONValue {
        .array(dimensions.map { ["Name": .string($0.name), "Value": .string($0.value)] })
    }
}

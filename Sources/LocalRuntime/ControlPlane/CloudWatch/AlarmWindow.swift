import EmulatorClock

/// An alarm's datapoints around an instant: those that make its state now, and those that will if nothing new comes.
struct AlarmWindow {
    /// What is dated further ahead is looked at when its time comes nearer.
    static let farthest: Duration = .seconds(7 * 86_400)

    let alarm: MetricAlarm
    /// Of the evaluated periods, newest last; nil where there is none.
    let ended: [Double?]
    /// Of the periods after them, the one that is going on first.
    private let coming: [Double?]
    /// When the last evaluated period ended.
    private let end: Timestamp

    /// - Parameters:
    ///   - minute: the end of the minute that has just passed.
    ///   - values: what is known of each of the alarm's metrics, by the starts of its periods.
    ///   - gauges: what stands somewhere now, and is taken to stay.
    init(
        _ alarm: MetricAlarm, at minute: Timestamp, _ values: [String: [Timestamp: StatisticSet]],
        holding gauges: [MetricKey: Double]
    ) {
        self.alarm = alarm
        let (period, evaluated) = (alarm.period, alarm.evaluationPeriods)
        end = minute.floored(to: period)
        let last = values.values.flatMap(\.keys).max() ?? end
        let ahead = min(last - end, Self.farthest).milliseconds / Int64(period * 1000)
        let start = end - .seconds(period * evaluated)
        let points = (0...(2 * evaluated + Int(max(0, ahead)) + 1)).map { index in
            let time = start + .seconds(period * index)
            return alarm.expression.value(
                alarm.stats.reduce(into: [:]) { point, stat in
                    let known = values[stat.key]?[time]
                    let held = gauges[stat.value.metric].flatMap {
                        Self.held($0, from: max(time, minute), to: time + .seconds(period))
                    }
                    point[stat.key] = Self.sum(known, held)?.value(stat.value.statistic)
                })
        }
        ended = Array(points.prefix(evaluated))
        coming = Array(points.dropFirst(evaluated))
    }

    /// When the alarm leaves `state` by the passing of time alone; nil when it does not.
    func nextChange(after state: MetricAlarm.State) -> Timestamp? {
        let rules = AlarmRules(alarm: alarm)
        var tally = AlarmRules.Tally(ended, of: alarm)
        let points = ended + coming
        for (index, point) in coming.enumerated() {
            tally.count(points[index], times: -1)
            tally.count(point)
            if rules.state(tally, after: state) != state { return end + .seconds(alarm.period * (index + 1)) }
        }
        return nil
    }

    /// A gauge that stays where it is, measured each minute.
    private static func held(_ value: Double, from start: Timestamp, to end: Timestamp) -> StatisticSet? {
        start < end ? StatisticSet(value, count: (end - start) / .seconds(60)) : nil
    }

    private static func sum(_ left: StatisticSet?, _ right: StatisticSet?) -> StatisticSet? {
        guard var sum = left else { return right }
        if let right { sum.add(right) }
        return sum
    }
}

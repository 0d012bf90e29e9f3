import EmulatorClock

/// How an alarm's datapoints make its state.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
struct AlarmRules {
    /// What the rules look at in a row of datapoints.
    struct Tally {
        private(set) var known = 0
        private(set) var breaching = 0
        private let alarm: MetricAlarm

        init(_ datapoints: [Double?], of alarm: MetricAlarm) {
            self.alarm = alarm
            datapoints.forEach { count($0) }
        }

        /// - Parameter times: -1 for a datapoint that is to count no longer.
        mutating func count(_ datapoint: Double?, times: Int = 1) {
            guard let datapoint else { return }
            known += times
            if alarm.comparison.isBreached(datapoint, alarm.threshold) { breaching += times }
        }
    }

    let alarm: MetricAlarm

    /// - Parameters:
    ///   - datapoints: of the evaluated periods, newest last; nil where there is none.
    ///   - state: the state so far, which stays where missing data is to be ignored.
    /// - Returns: the new state with its reason.
    func state(
        _ datapoints: [Double?], after state: MetricAlarm.State
    ) -> (state: MetricAlarm.State, reason: String) {
        let tally = Tally(datapoints, of: alarm)
        let next = self.state(tally, after: state)
        guard next != .alarm, tally.known == 0 else {
            return (next, reason(datapoints.compactMap { $0 }, breaching(tally)))
        }
        return (next, reasonOfNothing)
    }

    /// The state that as many datapoints as are evaluated make.
    func state(_ tally: Tally, after state: MetricAlarm.State) -> MetricAlarm.State {
        if breaching(tally) >= alarm.datapointsToAlarm { return .alarm }
        guard tally.known == 0 else { return .ok }
        return switch alarm.missingData {
        case .missing: .insufficientData
        case .ignore: state
        case .notBreaching, .breaching: .ok
        }
    }

    private func breaching(_ tally: Tally) -> Int {
        tally.breaching + (alarm.missingData == .breaching ? alarm.evaluationPeriods - tally.known : 0)
    }

    private var periods: String {
        alarm.evaluationPeriods == 1 ? "1 period" : "\(alarm.evaluationPeriods) periods"
    }

    private var reasonOfNothing: String {
        switch alarm.missingData {
        case .missing: "Insufficient Data: \(alarm.evaluationPeriods) datapoints were unknown."
        case .ignore: "no datapoints were received and missing data is ignored"
        case .notBreaching:
            "Threshold Crossed: no datapoints were received for \(periods) and missing datapoints were treated as "
                + "[NonBreaching]."
        case .breaching: reason([], alarm.evaluationPeriods)
        }
    }

    private func reason(_ known: [Double], _ breaching: Int) -> String {
        guard !known.isEmpty else {
            return
                "Threshold Crossed: no datapoints were received for \(periods) and missing datapoints were treated as "
                + "[Breaching]."
        }
        let values = known.suffix(5).map { "\($0)" }.joined(separator: ", ")
        return "Threshold Crossed: \(breaching) out of the last \(alarm.evaluationPeriods) datapoints [\(values)] "
            + "compared with the threshold (\(alarm.threshold)) by \(alarm.comparison.rawValue); "
            + "\(alarm.datapointsToAlarm) raise the alarm."
    }
}

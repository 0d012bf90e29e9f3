import EmulatorClock

/// How an alarm's datapoints make its state.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
struct AlarmRules {
    let alarm: MetricAlarm

    /// - Parameters:
    ///   - datapoints: of the evaluated periods, newest last; nil where there is none.
    ///   - state: the state so far, which stays where missing data is to be ignored.
    /// - Returns: the new state with its reason.
    func state(
        _ datapoints: [Double?], after state: MetricAlarm.State
    ) -> (state: MetricAlarm.State, reason: String) {
        let known = datapoints.compactMap { $0 }
        let breaching = known.filter { alarm.comparison.isBreached($0, alarm.threshold) }.count
        let missing = datapoints.count - known.count
        let breachingWithMissing = breaching + (alarm.missingData == .breaching ? missing : 0)
        if breachingWithMissing >= alarm.datapointsToAlarm { return (.alarm, reason(known, breachingWithMissing)) }
        guard missing == datapoints.count else { return (.ok, reason(known, breachingWithMissing)) }
        let nothing = "\(datapoints.count) datapoints were unknown"
        switch alarm.missingData {
        case .missing: return (.insufficientData, "Insufficient Data: \(nothing).")
        case .ignore: return (state, "no datapoints were received and missing data is ignored")
        case .notBreaching:
            return (
                .ok,
                "Threshold Crossed: no datapoints were received for \(periods) and missing datapoints were "
                    + "treated as [NonBreaching]."
            )
        case .breaching: return (.ok, reason(known, breachingWithMissing))
        }
    }

    private var periods: String {
        alarm.evaluationPeriods == 1 ? "1 period" : "\(alarm.evaluationPeriods) periods"
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

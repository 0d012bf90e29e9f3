import EmulatorClock

/// What CloudWatch Logs lets through.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
package struct LogsLimits: Sendable {
    /// Of one PutLogEvents, every event counting 26 bytes beside its text.
    package var batchBytes: Int
    package var eventBytes: Int
    package var batchCount: ClosedRange<Int>
    package var batchSpan: Duration
    /// How far an event may lie behind or ahead of the clock.
    package var oldest: Duration
    package var newest: Duration
    /// Events of one answer.
    package var page: ClosedRange<Int>
    package var pageBytes: Int
    /// Groups, streams or filters of one answer.
    package var listing: ClosedRange<Int>
    package var retentionDays: [Int]

    package static let aws = LogsLimits(
        batchBytes: 1_048_576, eventBytes: 1_048_576, batchCount: 1...10_000, batchSpan: .seconds(86_400),
        oldest: .seconds(14 * 86_400), newest: .seconds(2 * 3600), page: 1...10_000, pageBytes: 1_048_576,
        listing: 1...50,
        retentionDays: [
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
        ])
}

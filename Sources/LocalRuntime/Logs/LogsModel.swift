package import EmulatorClock

/// A log group of an account and region.
package struct LogGroupID: Hashable, Sendable {
    package var account: String
    package var region: String
    /// E.g. `/aws/lambda/extract`.
    package var name: String

    package init(account: String = "000000000000", region: String = "us-east-1", name: String) {
        self.account = account
        self.region = region
        self.name = name
    }

    /// The ARN without the `:*` that IAM policies need.
    package var arn: String { "arn:aws:logs:\(region):\(account):log-group:\(name)" }
}

/// A log group with its settings.
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
package struct LogGroup: Sendable, Equatable {
    package var id: LogGroupID
    package var created: Timestamp
    /// How long events are kept; nil keeps them for ever.
    package var retentionDays: Int?
    package var kmsKeyID: String?
    /// `STANDARD` or `INFREQUENT_ACCESS`.
    package var logClass: String
    package var tags: [String: String]
    package var storedBytes = 0
    package var metricFilterCount = 0

    /// Events with an earlier timestamp than this are gone.
    package func horizon(at now: Timestamp) -> Timestamp {
        retentionDays.map { now - .seconds($0 * 86_400) } ?? Timestamp(milliseconds: 0)
    }
}

/// A log stream as DescribeLogStreams tells of it.
package struct LogStreamSummary: Sendable, Equatable {
    package var name: String
    package var created: Timestamp
    package var firstEvent: Timestamp?
    package var lastEvent: Timestamp?
    package var lastIngestion: Timestamp?
}

/// One line of a log.
package struct LogEvent: Sendable, Equatable {
    /// Grows with each event stored; together with the timestamp the event's place in its group and stream.
    package var id: Int64
    package var stream: String
    package var timestamp: Timestamp
    package var ingested: Timestamp
    package var message: String

    /// What the event counts for in limits and in what is stored: its text and 26 bytes.
    package static func size(of message: String) -> Int { message.utf8.count + 26 }
}

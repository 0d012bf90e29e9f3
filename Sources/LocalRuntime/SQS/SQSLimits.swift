/// Every bound of the service in one place, so that a reader sees them together and a test can shrink them.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html
package struct SQSLimits: Sendable {
    /// Seconds, as in the attributes and parameters of that name.
    package var visibilityTimeout = 0...43_200
    package var delay = 0...900
    package var retention = 60...1_209_600
    package var waitTime = 0...20
    package var keyReuse = 60...86_400
    package var receiveBatch = 1...10
    package var batchEntries = 10
    /// Bytes of a message's body and attributes; the upper bound holds for a whole batch, too.
    package var messageSize = 1_024...1_048_576
    package var messageAttributes = 10
    package var maxReceiveCount = 1...1_000
    /// Standard and FIFO alike; a long poll waits where a short one is refused.
    package var inFlight = 120_000
    package var deduplicationInterval: Duration = .seconds(300)
    package var purgeInterval: Duration = .seconds(60)
    /// How long the name of a deleted queue cannot be given to a new one.
    package var deletedNameInterval: Duration = .seconds(60)
    package var tags = 50
    /// Messages a second that a move task may be held to.
    package var moveRate = 1...500
    package var pageSize = 1...1_000

    /// AWS's own bounds.
    package static let aws = SQSLimits()
}

/// Every bound of event source mappings for SQS in one place.
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
package struct MappingLimits: Sendable {
    package var batchSize = 1...10_000
    /// Above this size a batch must be gathered over a window; a FIFO queue has no windows, so there it is the largest.
    package var batchSizeWithoutWindow = 10
    package var batchingWindowSeconds = 0...300
    package var maximumConcurrency = 2...1_000
    /// In provisioned mode; the bounds of SQS, which are narrower than the parameters' own.
    package var minimumPollers = 2...200
    package var maximumPollers = 2...10_000
    package var concurrencyOfPoller = 10
    package var filters = 5
    package var filterPatternBytes = 4_096
    /// Bytes of one event.
    package var payload = 6 * 1_024 * 1_024
    package var tags = 50
    package var pageSize = 1...10_000
    /// Batches handled at once in the beginning, and how fast more are added while there is more to do: 300 a minute.
    /// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    package var initialConcurrency = 5
    package var growthInterval: Duration = .milliseconds(200)
    /// Where growth ends without a `MaximumConcurrency`. AWS goes on to 1,250; here every batch is a process of its own
    /// on the user's machine.
    package var concurrencyWithoutMaximum = 10
    /// As far as provisioned pollers go here, for the same reason.
    package var concurrencyWithProvisionedPollers = 50
    /// The first wait after a throttled invocation; each further one is twice as long.
    package var throttlingBackoff: Duration = .seconds(1)

    package static let standard = MappingLimits()
}
